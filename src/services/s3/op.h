// What every operation file in ops/ includes.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "services/operation.h"
#include "services/s3/asks.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3 {

using authz::Ask;
using authz::Authorized;
using http::Reply;
using services::Call;

using Asks = std::vector<Ask>;

inline std::optional<std::string_view> header(const Call& call, std::string_view name) {
    return call.request.headers.find(name);
}

inline Reply empty_reply(int status) {
    Reply reply;
    reply.status = status;
    return reply;
}

// Each operation's file ends with `template std::unique_ptr<services::AnyOperation> make_operation<Op>(S3&);`, and the
// service's list (service.cpp) names Op.
template <class Op>
std::unique_ptr<services::AnyOperation> make_operation(S3& s3) {
    return services::operation<Through<Op>>(s3);
}

}  // namespace sekisho::s3
