// The commands of `sekisho`. Exit codes: 0 yes/holds, 1 no/does not hold, 2 unusable input, 3 unknown; `session … -- CMD` and
// `aws …` return what their command returns.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace sekisho::cli {

inline constexpr int exit_yes = 0, exit_no = 1, exit_unusable = 2, exit_unknown = 3;

struct ServeFlags {
    std::filesystem::path data;
    std::vector<std::string> listen;
    std::string network;
    std::string config;
    std::string account, region, regions, access_key, secret_key;
    std::string console;
    std::string at_rest, master_key;
    bool audit_data_events = false;
    int loops = 0;
    int ready_fd = -1;
};

int run(int argc, char** argv);  // parses the command line

int serve(const ServeFlags& flags);
int env(const std::filesystem::path& data, bool json);
int aws(const std::filesystem::path& data, const std::vector<std::string>& arguments);
int status(const std::filesystem::path& data, const std::string& region, bool json);
int scrub(const std::filesystem::path& data, bool json);
int why(const std::filesystem::path& data, const std::string& request_id, bool json);
int session(const std::filesystem::path& data, const std::string& region, const std::string& instance,
            const std::vector<std::string>& command);

}  // namespace sekisho::cli
