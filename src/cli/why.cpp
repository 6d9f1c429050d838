#include <unistd.h>

#include <cstdio>

#include "authz/explain_text.h"
#include "cli/api_client.h"
#include "cli/commands.h"

namespace sekisho::cli {

int why(const std::filesystem::path& data, const std::string& request_id, bool json) {
    auto server = find_server(data);
    if (!server) {
        std::fprintf(stderr, "sekisho: %s\n", server.error().message.c_str());
        return exit_unknown;
    }
    ApiClient client(std::move(*server));
    auto explanation = client.call("Explain", {{"RequestId", request_id}});
    if (!explanation) {
        std::fprintf(stderr, "sekisho: %s: %s\n", explanation.error().code.c_str(), explanation.error().message.c_str());
        return exit_unknown;
    }
    if (json) {
        std::printf("%s\n", explanation->dump(2).c_str());
    } else if (auto text = authz::explain_text(explanation->dump(), isatty(STDOUT_FILENO))) {
        std::fputs(text->c_str(), stdout);
    } else {
        std::fprintf(stderr, "sekisho: the server's explanation has a form that this command does not know; try --json\n");
        return exit_unknown;
    }
    return exit_yes;
}

}  // namespace sekisho::cli
