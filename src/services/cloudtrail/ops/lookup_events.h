#pragma once

#include <vector>

#include "services/cloudtrail/cloudtrail.h"
#include "services/cloudtrail/lookup.h"

namespace sekisho::cloudtrail {

struct LookupEvents {
    static constexpr std::string_view name = "LookupEvents";
    using Input = Question;
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Cloudtrail& cloudtrail);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Cloudtrail& cloudtrail);
};

}  // namespace sekisho::cloudtrail
