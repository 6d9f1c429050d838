// ScrubObjects: reads what the caller's account has in S3 (of every account, for the server's own one) and says what is not as
// it was written. One call is one step; NextToken says where the next one goes on.
#pragma once

#include "services/sekisho/service.h"

namespace sekisho::own {

struct ScrubObjects {
    static constexpr std::string_view name = "ScrubObjects";
    struct Input {
        std::string token;  // empty: at the beginning
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Own& own);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Own& own);
};

}  // namespace sekisho::own
