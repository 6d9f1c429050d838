// Pack: facts of a request as few bytes, and back. For the decision ring, which keeps a hundred thousand of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "authn/caller.h"
#include "authz/ask.h"
#include "authz/authorizer.h"
#include "origin/origin.h"

namespace sekisho::authz {

// What is the same in every request of one caller from one client.
std::string pack_caller(const authn::Caller& caller, std::string_view user_agent);
authn::Caller unpack_caller(std::string_view packed, std::string& user_agent);

// The rest; asks without their resource policies and ACLs, which are kept as they are.
std::string pack_request(const origin::Origin& origin, const RequestFacts& facts, const authn::Caller& caller,
                         const std::vector<Ask>& asks);
struct UnpackedRequest {
    origin::Origin origin;
    RequestFacts facts;
    std::vector<Ask> asks;
};
// Puts into `caller` what is of this request only.
UnpackedRequest unpack_request(std::string_view packed, authn::Caller& caller);

}  // namespace sekisho::authz
