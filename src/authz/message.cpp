#include "authz/message.h"

#include <fmt/format.h>

namespace sekisho::authz {
namespace {

std::string_view with_article(policy::PolicyType type) {
    using enum policy::PolicyType;
    switch (type) {
        case identity:
            return "an identity-based policy";
        case resource:
            return "a resource-based policy";
        case endpoint:
            return "a VPC endpoint policy";
        case boundary:
            return "a permissions boundary";
        case session:
            return "a session policy";
        case scp:
            return "a service control policy";
        case rcp:
            return "a resource control policy";
        case acl:  // only ever allows
        case none:
            break;
    }
    return "a policy";
}

std::string reason(const Ask& ask, const policy::Decision& decision) {
    if (decision.explicit_deny) return fmt::format(" with an explicit deny in {}", with_article(decision.decided_by));
    return fmt::format(" because no {} allows the {} action", policy::name_of(decision.decided_by), ask.action);
}

}  // namespace

std::string denied_message(const authn::Caller& caller, const Ask& ask, std::string_view service,
                           const policy::Decision& decision, bool same_organization) {
    const bool near = caller.account == ask.resource_account || same_organization;
    if (caller.kind == authn::Caller::Kind::anonymous || !near) return "Access Denied";
    std::string resource;
    if (service == "s3") {
        // S3 writes the resource in quotes, and none for the actions that are about the whole account.
        bool account = ask.resource == "*" || ask.resource == "arn:aws:s3:::*";
        if (!account) resource = fmt::format(" on resource: \"{}\"", ask.resource);
    } else if (service != "ec2" || ask.resource != "*") {
        resource = fmt::format(" on resource: {}", ask.resource);
    }
    std::string after = service == "sts" ? std::string() : reason(ask, decision);  // STS gives no reason
    return fmt::format("User: {} is not authorized to perform: {}{}{}", caller.arn, ask.action, resource, after);
}

}  // namespace sekisho::authz
