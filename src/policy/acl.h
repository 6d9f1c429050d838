// Acl: an access control list, as far as decisions see it: who besides the owner has which permission. A grant is one more way
// to be allowed, beside the resource's policy; it never denies (S3 guide, "Access control list (ACL) overview").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/principal.h"

namespace sekisho::policy {

struct Grant {
    enum class To : std::uint8_t {
        account,
        everyone,       // the group AllUsers: anonymous callers, too
        authenticated,  // the group AuthenticatedUsers: whoever signs, of whatever account
        log_delivery,   // the group LogDelivery: no caller is in it
    };
    enum class Permission : std::uint8_t { full_control, read, write, read_acp, write_acp };

    To to = To::account;
    std::string account;  // of To::account
    Permission permission = Permission::full_control;

    bool gives(Permission wanted) const { return permission == wanted || permission == Permission::full_control; }
    bool operator==(const Grant&) const = default;
};

std::string_view name_of(Grant::Permission permission);  // "READ_ACP"
std::string_view name_of(Grant::To group);               // "AllUsers"; "" of an account
std::string text_of(const Grant& grant);                 // "READ to the group AllUsers", "WRITE to account 123456789012"

struct Acl {
    std::string name;  // "ACL of bucket b": under which explanations show it
    std::vector<Grant> grants;
};

// How close a grant comes to a caller. One to an account leaves it to the account's own policies who of it may; a group takes
// in each caller itself.
Naming names(const Grant& grant, const PrincipalFacts& caller);

}  // namespace sekisho::policy
