// What a client command finds in the data folder of a running server: its address, its CA, root's credentials.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace sekisho::cli {

struct Credentials {
    std::string access_key_id, secret_access_key;
};

struct RunningServer {
    std::string host;  // 127.0.0.1
    std::uint16_t port = 0;
    std::string region;
    std::string account;
    std::string ca_file;
    Credentials root;

    std::string url() const;  // http://127.0.0.1:4566
};

// `server.json` and `root-credentials` of the folder; the error says which command would help.
Result<RunningServer> find_server(const std::filesystem::path& data);

// An AWS shared-credentials file with one [default] profile.
std::string write_credentials(const Credentials& credentials);
Result<Credentials> read_credentials(const std::filesystem::path& file);

}  // namespace sekisho::cli
