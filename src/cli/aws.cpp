#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "cli/commands.h"
#include "cli/data_folder.h"

namespace sekisho::cli {

int aws(const std::filesystem::path& data, const std::vector<std::string>& arguments) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    // Credentials that the caller has chosen stay; without any, root's.
    if (!std::getenv("AWS_ACCESS_KEY_ID") && !std::getenv("AWS_PROFILE")) {
        setenv("AWS_ACCESS_KEY_ID", server->root.access_key_id.c_str(), 1);
        setenv("AWS_SECRET_ACCESS_KEY", server->root.secret_access_key.c_str(), 1);
        unsetenv("AWS_SESSION_TOKEN");
    }
    if (!std::getenv("AWS_REGION") && !std::getenv("AWS_DEFAULT_REGION"))
        setenv("AWS_DEFAULT_REGION", server->region.c_str(), 1);
    setenv("AWS_CA_BUNDLE", server->ca_file.c_str(), 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("AWS_PAGER", "", 0);

    std::vector<std::string> words{"aws", "--endpoint-url", server->url()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    execvp("aws", argv.data());
    std::fprintf(stderr, "sekisho: cannot run aws: %s (Debian: apt-get install awscli)\n", std::strerror(errno));
    return 127;
}

}  // namespace sekisho::cli
