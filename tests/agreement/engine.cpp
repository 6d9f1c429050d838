#include "agreement/engine.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "policy/evaluate.h"

namespace agreement {
namespace {

using Json = nlohmann::json;
using namespace sekisho::policy;

std::vector<NamedPolicy> compiled(const Json& documents, Kind kind) {
    std::vector<NamedPolicy> out;
    for (const Json& document : documents) out.push_back({"", compile(document.dump(), kind)});
    return out;
}

std::vector<std::vector<NamedPolicy>> compiled_levels(const Json& levels) {
    std::vector<std::vector<NamedPolicy>> out;
    for (const Json& level : levels) out.push_back(compiled(level, Kind::identity));
    return out;
}

PrincipalFacts::Kind kind_of(const std::string& kind) {
    using K = PrincipalFacts::Kind;
    return kind == "root"      ? K::root
           : kind == "user"    ? K::user
           : kind == "session" ? K::role_session
           : kind == "service" ? K::service
                               : K::anonymous;
}

Grant::Permission permission_of(const std::string& name) {
    using P = Grant::Permission;
    return name == "READ"        ? P::read
           : name == "WRITE"     ? P::write
           : name == "READ_ACP"  ? P::read_acp
           : name == "WRITE_ACP" ? P::write_acp
                                 : P::full_control;
}

Grant grant_of(const std::string& to, const std::string& permission) {
    using To = Grant::To;
    if (to == "AllUsers") return {To::everyone, "", permission_of(permission)};
    if (to == "AuthenticatedUsers") return {To::authenticated, "", permission_of(permission)};
    if (to == "LogDelivery") return {To::log_delivery, "", permission_of(permission)};
    return {To::account, to, permission_of(permission)};
}

std::string word(PolicyType type) {
    switch (type) {
        case PolicyType::none:
            return "root";
        case PolicyType::identity:
            return "identity";
        case PolicyType::resource:
            return "resource";
        case PolicyType::endpoint:
            return "endpoint";
        case PolicyType::boundary:
            return "boundary";
        case PolicyType::session:
            return "session";
        case PolicyType::scp:
            return "scp";
        case PolicyType::rcp:
            return "rcp";
        case PolicyType::acl:
            return "acl";
    }
    return "";
}

}  // namespace

std::string engine_answer(const Json& question) {
    const Json& policies = question.at("policies");
    auto of = [&](const char* type) { return policies.value(type, Json::array()); };
    const bool trust = question.value("trust", false);
    auto identity = compiled(of("identity"), Kind::identity),
         resource = compiled(of("resource"), trust ? Kind::trust : Kind::resource),
         endpoint = compiled(of("endpoint"), Kind::endpoint), boundary = compiled(of("boundary"), Kind::boundary),
         session = compiled(of("session"), Kind::session);
    auto scp = compiled_levels(of("scp")), rcp = compiled_levels(of("rcp"));

    const Json& caller = question.at("caller");
    auto text = [](const Json& from, const char* name) { return from.value(name, std::string()); };
    std::string kind = text(caller, "kind"), account = text(caller, "account"), arn = text(caller, "arn"),
                role = text(caller, "role"), id = text(caller, "id"), canonical = text(caller, "canonical"),
                action = text(question, "action"), target = text(question, "resource"), owner = text(question, "owner");
    Context keys;
    const Json given = question.value("keys", Json::object());
    for (auto& [key, value] : given.items()) {
        if (value.is_array())
            keys.set(key, value.get<std::vector<std::string>>());
        else
            keys.set(key, value.get<std::string>());
    }

    Acl acl;
    const Json list = question.value("acl", Json::object());
    for (const Json& one : list.value("grants", Json::array()))
        acl.grants.push_back(grant_of(one.at("to"), one.at("permission")));
    const std::string needed = text(list, "needed");

    Decision decision = evaluate({.principal = {kind_of(kind), account, arn, role, id, canonical},
                                  .action = action,
                                  .resource = target,
                                  .resource_account = owner,
                                  .context = keys,
                                  .policies = {identity, resource, endpoint, boundary, session, scp, rcp},
                                  .resource_policy_required = trust,
                                  .restrict_public = question.value("restrict_public", false),
                                  .owner_root_always = question.value("owner_root_always", false),
                                  .resource_policy_denies_only = question.value("foreign", false),
                                  .acl = list.empty() ? nullptr : &acl,
                                  .acl_permission = needed.empty() ? std::nullopt : std::optional(permission_of(needed))});
    if (decision.allowed) return "allowed by " + word(decision.decided_by);
    return (decision.explicit_deny ? "explicitly denied by " : "not allowed by ") + word(decision.decided_by);
}

}  // namespace agreement
