#include "cli/data_folder.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/bytes.h"

namespace sekisho::cli {

namespace {

constexpr ErrorCode NoServer{"NoServer", 0, ""};

std::optional<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

}  // namespace

std::string RunningServer::url() const {
    bool v6 = host.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string write_credentials(const Credentials& credentials) {
    return "[default]\naws_access_key_id = " + credentials.access_key_id +
           "\naws_secret_access_key = " + credentials.secret_access_key + "\n";
}

Result<Credentials> read_credentials(const std::filesystem::path& file) {
    auto text = read_file(file);
    if (!text) return fail(NoServer, "cannot read " + file.string());
    Credentials credentials;
    for (std::string_view line : split(*text, '\n')) {
        std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        std::string_view name = trim(line.substr(0, equals)), value = trim(line.substr(equals + 1));
        if (name == "aws_access_key_id") credentials.access_key_id = value;
        if (name == "aws_secret_access_key") credentials.secret_access_key = value;
    }
    if (credentials.access_key_id.empty() || credentials.secret_access_key.empty())
        return fail(NoServer, file.string() + " holds no access key");
    return credentials;
}

Result<RunningServer> find_server(const std::filesystem::path& data) {
    auto text = read_file(data / "server.json");
    if (!text)
        return fail(NoServer,
                    "no server is running on " + data.string() + " (start one: sekisho serve --data " + data.string() + ")");
    RunningServer server;
    try {
        auto json = nlohmann::json::parse(*text);
        server.host = json.at("host");
        server.port = json.at("port");
        server.region = json.at("region");
        server.account = json.at("account");
        server.ca_file = json.at("ca");
    } catch (const nlohmann::json::exception& error) {
        return fail(NoServer, (data / "server.json").string() + ": " + error.what());
    }
    auto root = read_credentials(data / "root-credentials");
    if (!root) return fail(std::move(root.error()));
    server.root = *root;
    return server;
}

}  // namespace sekisho::cli
