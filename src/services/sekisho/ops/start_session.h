// StartSession: a shell, or one command, in a running instance. The reply is 101; after it the connection carries frames
// (session_frames.h) both ways until the command has ended or the client has gone.
#pragma once

#include "services/sekisho/service.h"

namespace sekisho::own {

struct StartSession {
    static constexpr std::string_view name = "StartSession";
    struct Input {
        InstanceId instance;
        std::vector<std::string> command;  // empty: a login shell
        bool terminal = false;
        int rows = 24, columns = 80;
        std::map<std::string, std::string> tags;  // the instance's, as they were asked about
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(Input& input, const services::Call& call, Own& own);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Own& own);
};

}  // namespace sekisho::own
