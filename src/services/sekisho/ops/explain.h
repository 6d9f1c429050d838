// Explain: why a request was allowed or denied. A caller may have its own requests explained in short form without any right;
// the full form, with the policies' statements, needs sekisho:Explain in an account that has a part in it (the caller's, the
// resource's, the endpoint's) and shows the policies of that account.
#pragma once

#include "services/sekisho/service.h"

namespace sekisho::own {

struct Explain {
    static constexpr std::string_view name = "Explain";
    static constexpr bool each = true;  // without the right, the short form may still be answered
    struct Input {
        RequestId request_id;
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Own& own);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Own& own);
};

}  // namespace sekisho::own
