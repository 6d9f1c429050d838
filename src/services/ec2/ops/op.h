// What every operation's file includes, and how it hands its operation to the list.
#pragma once

#include <fmt/format.h>

#include "services/ec2/asks.h"
#include "services/ec2/filters.h"
#include "services/ec2/limits.h"
#include "services/ec2/network.h"
#include "services/ec2/ops/list.h"
#include "services/ec2/request.h"
#include "services/ec2/service.h"
#include "services/operation.h"
#include "wire/errors/common.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

using authz::Authorized;
using http::Reply;
using services::AnyOperation;
using Asks = Task<Result<std::vector<authz::Ask>>>;
using Answer = Task<Result<Reply>>;

template <class Op>
std::unique_ptr<AnyOperation> make(Ec2& ec2) {
    return std::make_unique<services::detail::OperationOf<Op, Ec2>>(ec2);
}

// Hands on the error of a Result that holds none of ours.
template <class T>
std::unexpected<ApiError> error_of(Result<T>& result) {
    return std::unexpected(std::move(result.error()));
}

// A Describe asks for the action on everything.
inline std::vector<authz::Ask> describe_asks(const Call& call, std::string_view operation) {
    authz::Ask ask;
    ask.action = "ec2:" + std::string(operation);
    ask.resource = "*";
    ask.resource_account = call.account;
    ask.context.set("ec2:Region", call.region.value);
    return {std::move(ask)};
}

}  // namespace sekisho::ec2
