// The authorization message: what EC2's UnauthorizedOperation carries sealed, for sts:DecodeAuthorizationMessage.
// Source: STS API reference, DecodeAuthorizationMessage.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "authn/caller.h"
#include "authz/ask.h"
#include "policy/evaluate.h"

namespace sekisho::authz {

// With the account that may read it.
std::string authorization_message(const authn::Caller& caller, const Ask& ask, const policy::Decision& decision);

// The DecodedMessage of such a text for a reader of that account; nullopt: it is not for them.
std::optional<std::string> decoded_message(std::string_view message, const AccountId& reader);

}  // namespace sekisho::authz
