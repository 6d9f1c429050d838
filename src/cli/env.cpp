#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/data_folder.h"

namespace sekisho::cli {

namespace {

// For eval by a POSIX shell: quoted so that nothing in it is special.
std::string shell_quoted(std::string_view text) {
    std::string out = "'";
    for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

}  // namespace

int env(const std::filesystem::path& data, bool json) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    std::vector<std::pair<std::string, std::string>> variables{
        {"AWS_ENDPOINT_URL", server->url()},
        // Its clients put the account before the host name, which an address cannot have.
        {"AWS_ENDPOINT_URL_S3_CONTROL", "http://s3-control.localhost:" + std::to_string(server->port)},
        {"AWS_ACCESS_KEY_ID", server->root.access_key_id},
        {"AWS_SECRET_ACCESS_KEY", server->root.secret_access_key},
        {"AWS_REGION", server->region},
        {"AWS_DEFAULT_REGION", server->region},
        {"AWS_CA_BUNDLE", server->ca_file},
        {"AWS_EC2_METADATA_DISABLED", "true"},
    };
    if (json) {
        nlohmann::json out;
        for (const auto& [name, value] : variables) out[name] = value;
        std::printf("%s\n", out.dump(2).c_str());
        return exit_yes;
    }
    for (const auto& [name, value] : variables) std::printf("export %s=%s\n", name.c_str(), shell_quoted(value).c_str());
    // A session token of other credentials would be sent along and refused.
    std::printf("unset AWS_SESSION_TOKEN AWS_PROFILE\n");
    // AWS CLI 2.9 and boto3 1.26 do not read AWS_ENDPOINT_URL yet.
    std::printf("aws() { command aws --endpoint-url \"$AWS_ENDPOINT_URL\" \"$@\"; }\n");
    return exit_yes;
}

}  // namespace sekisho::cli
