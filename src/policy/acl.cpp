#include "policy/acl.h"

#include "policy/evaluate.h"

namespace sekisho::policy {

std::string_view name_of(Grant::Permission permission) {
    switch (permission) {
        case Grant::Permission::full_control:
            return "FULL_CONTROL";
        case Grant::Permission::read:
            return "READ";
        case Grant::Permission::write:
            return "WRITE";
        case Grant::Permission::read_acp:
            return "READ_ACP";
        case Grant::Permission::write_acp:
            return "WRITE_ACP";
    }
    return "";
}

std::string_view name_of(Grant::To group) {
    switch (group) {
        case Grant::To::account:
            return "";
        case Grant::To::everyone:
            return "AllUsers";
        case Grant::To::authenticated:
            return "AuthenticatedUsers";
        case Grant::To::log_delivery:
            return "LogDelivery";
    }
    return "";
}

std::string text_of(const Grant& grant) {
    std::string out(name_of(grant.permission));
    if (grant.to == Grant::To::account) return out + " to account " + grant.account;
    return out.append(" to the group ").append(name_of(grant.to));
}

Naming names(const Grant& grant, const PrincipalFacts& caller) {
    const bool signs = caller.kind != PrincipalFacts::Kind::anonymous && caller.kind != PrincipalFacts::Kind::service;
    switch (grant.to) {
        case Grant::To::everyone:
            return Naming::direct;
        case Grant::To::authenticated:
            return signs ? Naming::direct : Naming::none;
        case Grant::To::account:
            if (!signs || grant.account != caller.account) return Naming::none;
            return caller.kind == PrincipalFacts::Kind::root ? Naming::direct : Naming::account;
        case Grant::To::log_delivery:
            return Naming::none;
    }
    return Naming::none;
}

}  // namespace sekisho::policy
