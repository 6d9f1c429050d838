#include "authz/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "authz/counterfactual.h"
#include "authz/gather.h"
#include "authz/keys.h"
#include "authz/message.h"
#include "authz/pack.h"
#include "base/clock.h"
#include "policy/explain.h"

namespace sekisho::authz {
namespace {

using Json = nlohmann::ordered_json;
using policy::Naming;

std::string_view kind_text(authn::Caller::Kind kind) {
    switch (kind) {
        case authn::Caller::Kind::anonymous:
            return "anonymous";
        case authn::Caller::Kind::root:
            return "root";
        case authn::Caller::Kind::user:
            return "user";
        case authn::Caller::Kind::assumed_role:
            return "assumedRole";
    }
    return "";
}

// Who may see the policies of one question. Each policy is of one account: the caller's own, the resource's, the endpoint's.
class Sight {
   public:
    Sight(const std::optional<AccountId>& viewer, const authn::Caller& caller, const origin::Origin& origin, const Ask& ask)
        : viewer_(viewer), caller_(caller), origin_(origin), ask_(ask) {}

    bool sees(policy::PolicyType type) const {
        if (!viewer_) return true;
        switch (type) {
            case policy::PolicyType::identity:
            case policy::PolicyType::boundary:
            case policy::PolicyType::session:
                return caller_.account == *viewer_;
            case policy::PolicyType::resource:
            case policy::PolicyType::acl:
                return ask_.resource_account == *viewer_;
            case policy::PolicyType::endpoint:
                return origin_.endpoint && origin_.endpoint->account == *viewer_;
            case policy::PolicyType::none:
                return true;
            default:  // an organisation's, which its management account keeps
                return false;
        }
    }
    bool sees_all(const policy::Trace& trace) const {
        return std::ranges::all_of(trace.policies, [&](const policy::PolicyTrace& one) { return sees(one.type); }) &&
               (trace.grants.empty() || sees(policy::PolicyType::acl));
    }

   private:
    const std::optional<AccountId>& viewer_;
    const authn::Caller& caller_;
    const origin::Origin& origin_;
    const Ask& ask_;
};

Json caller_json(const authn::Caller& caller, const std::string& user_agent, bool own) {
    Json out{{"type", kind_text(caller.kind)}};
    auto put = [&](const char* name, const std::string& value) {
        if (!value.empty()) out[name] = value;
    };
    put("arn", caller.arn);
    put("account", caller.account.value);
    put("principalId", caller.principal_id);
    put("userName", caller.user_name);
    put("roleArn", caller.role_arn);
    if (own) put("accessKeyId", caller.access_key_id);
    put("instanceArn", caller.instance_arn);
    put("instanceVpc", caller.instance_vpc);
    put("instancePrivateIp", caller.instance_private_ip);
    put("userAgent", user_agent);
    if (own && !caller.principal_tags.empty()) out["tags"] = caller.principal_tags;
    return out;
}

Json road_json(const origin::Origin& origin) {
    Json out;
    std::string address = origin.peer.text();
    if (origin.endpoint) {
        const origin::EndpointRoad& road = *origin.endpoint;
        out = {{"kind", "endpoint"},          {"endpoint", road.vpce.value},
               {"vpc", road.vpc.value},       {"account", road.account.value},
               {"region", road.region.value}, {"sourceIp", address}};
        out["text"] = fmt::format("through VPC endpoint {} of {}, from {}", road.vpce.value, road.vpc.value, address);
    } else {
        out = {{"kind", "public"}, {"sourceIp", address}};
        out["text"] = fmt::format("over the public side, from {}{}", address, origin.loopback ? " (this host)" : "");
    }
    out["secure"] = origin.secure;
    return out;
}

Json position_json(const policy::Position& position) { return {{"line", position.line}, {"column", position.column}}; }

Json condition_json(const policy::ConditionTrace& trace) {
    Json out{
        {"operator", trace.condition->operator_written.text}, {"key", trace.condition->key.text}, {"wanted", trace.wanted}};
    if (trace.present)
        out["actual"] = trace.actual;
    else
        out["actual"] = nullptr;
    out["met"] = trace.met;
    out["at"] = position_json(trace.condition->key.position);
    return out;
}

Json statement_json(const policy::StatementTrace& trace, bool has_principal) {
    const policy::Statement& statement = *trace.statement;
    Json out{{"index", statement.index},
             {"effect", statement.effect == policy::Effect::allow ? "Allow" : "Deny"},
             {"at", position_json(statement.position)},
             {"applies", trace.applies},
             {"action", trace.action},
             {"resource", trace.resource}};
    if (!statement.sid.text.empty()) out["sid"] = statement.sid.text;
    if (has_principal) out["principal"] = trace.principal != Naming::none;
    out["conditions"] = Json::array();
    for (const policy::ConditionTrace& condition : trace.conditions) out["conditions"].push_back(condition_json(condition));
    return out;
}

Json policies_json(const policy::Trace& trace, const Sight& sight) {
    Json out = Json::array();
    for (const policy::PolicyTrace& policy : trace.policies) {
        if (!sight.sees(policy.type)) {
            out.push_back({{"type", policy::name_of(policy.type)}, {"ofAnotherAccount", true}});
            continue;
        }
        Json one{{"type", policy::name_of(policy.type)}, {"name", policy.policy->name}, {"statements", Json::array()}};
        for (const policy::StatementTrace& statement : policy.statements)
            one["statements"].push_back(statement_json(statement, statement.statement->has_principal));
        out.push_back(std::move(one));
    }
    return out;
}

Json acl_json(const policy::Trace& trace, const Ask& ask, const Sight& sight) {
    if (!sight.sees(policy::PolicyType::acl)) return {{"ofAnotherAccount", true}};
    Json out{{"name", ask.acl->name}, {"grants", Json::array()}};
    if (ask.acl_permission) out["permission"] = policy::name_of(*ask.acl_permission);
    for (const policy::GrantTrace& one : trace.grants)
        out["grants"].push_back({{"text", policy::text_of(*one.grant)},
                                 {"permission", one.permission},
                                 {"grantee", one.grantee != Naming::none},
                                 {"applies", one.applies}});
    return out;
}

Json decision_json(const policy::Decision& decision, const Ask& ask, const Sight& sight) {
    Json out{{"type", policy::name_of(decision.decided_by)}, {"explicitDeny", decision.explicit_deny}};
    if (!sight.sees(decision.decided_by)) {
        out["ofAnotherAccount"] = true;
    } else if (decision.statement) {
        out["policy"] = decision.policy->name;
        out["statement"] = decision.statement->index;
        if (!decision.statement->sid.text.empty()) out["sid"] = decision.statement->sid.text;
        out["at"] = position_json(decision.statement->position);
    } else if (decision.grant) {
        out["acl"] = ask.acl->name;
        out["grant"] = policy::text_of(*decision.grant);
    }
    return out;
}

}  // namespace

Explanation explain_record(const Record& record, const std::optional<AccountId>& viewer, const PolicySource* source) {
    std::string user_agent;
    authn::Caller caller = unpack_caller(record.participants->caller, user_agent);
    UnpackedRequest request = unpack_request(record.request, caller);
    request.facts.user_agent = user_agent;

    Json full{{"requestId", record.id.value},
              {"time", iso8601_millis(request.facts.time)},
              {"service", request.facts.service},
              {"operation", request.facts.operation},
              {"region", request.facts.region.value},
              {"caller", caller_json(caller, user_agent, !viewer || caller.account == *viewer)},
              {"road", road_json(request.origin)}};
    Json brief = full;
    full["questions"] = brief["questions"] = Json::array();
    bool allowed = record.asked;
    Explanation out;
    auto has_part = [&out](const AccountId& account) {
        if (!account.empty()) out.accounts.insert(account);
    };
    has_part(caller.account);
    if (request.origin.endpoint) has_part(request.origin.endpoint->account);
    for (std::size_t i = 0; i < request.asks.size(); ++i) {
        Ask& ask = request.asks[i];
        ask.resource_policy = record.resource_policies[i];
        if (!record.acls.empty()) ask.acl = record.acls[i];
        const Participants& participants = *record.participants;
        const SharedPlace& place = record.resource_places.empty() ? participants.caller_place : record.resource_places[i];
        RequestKeys keys({caller, request.origin, request.facts, ask.resource_account, participants.caller_place.get(),
                          place.get(), participants.endpoint_place.get()},
                         ask.context);
        AskedQuery asked(caller, ask, participants, place.get(), keys);
        asked.name_resource_policy(ask);
        policy::Trace trace = policy::explain(asked.query());
        allowed = allowed && trace.decision.allowed;
        if (i == 0) out.resource_account = ask.resource_account;
        has_part(ask.resource_account);
        const Sight sight(viewer, caller, request.origin, ask);

        Json question{{"action", ask.action},
                      {"resource", ask.resource},
                      {"resourceAccount", ask.resource_account.value},
                      {"allowed", trace.decision.allowed}};
        if (!ask.object_owner.empty()) question["objectOwner"] = ask.object_owner.value;
        if (!trace.decision.allowed)
            question["message"] = denied_message(caller, ask, request.facts.service, trace.decision,
                                                 same_organization(participants.caller_place, place));
        brief["questions"].push_back(question);
        question["decision"] = decision_json(trace.decision, ask, sight);
        // A difference tells what a policy says.
        if (sight.sees_all(trace))
            question["differ"] =
                what_would_change({caller, request.origin, request.facts, ask, participants, place.get()}, source);
        question["policies"] = policies_json(trace, sight);
        if (ask.acl) question["acl"] = acl_json(trace, ask, sight);
        full["questions"].push_back(std::move(question));
    }
    full["allowed"] = brief["allowed"] = allowed;
    if (!record.asked) {
        full["error"] = {{"code", record.error_code}, {"message", record.error_message}};
        brief["error"] = full["error"];
    }
    if (out.resource_account.empty()) out.resource_account = caller.account;
    out.caller_arn = caller.arn;
    out.caller_account = caller.account;
    // What clients sent may not be UTF-8; it is shown with replacement characters.
    out.json = full.dump(2, ' ', false, Json::error_handler_t::replace);
    out.short_json = brief.dump(2, ' ', false, Json::error_handler_t::replace);
    return out;
}

}  // namespace sekisho::authz
