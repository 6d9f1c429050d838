#include "authz/authorization_message.h"

#include <nlohmann/json.hpp>

#include "policy/document_data.h"

namespace sekisho::authz {

namespace {

using Json = nlohmann::ordered_json;

Json items(Json list) { return {{"items", std::move(list)}}; }

Json statement_json(const policy::Decision& decision) {
    const policy::Statement& statement = *decision.statement;
    Json one{{"statementId", statement.sid.text},
             {"effect", statement.effect == policy::Effect::deny ? "DENY" : "ALLOW"},
             {"sourcePolicyId", decision.policy->name},
             {"sourcePolicyType", policy::name_of(decision.decided_by)}};
    Json actions = Json::array(), resources = Json::array();
    for (const auto& action : statement.actions) actions.push_back({{"value", action.written.text}});
    for (const auto& resource : statement.resources) resources.push_back({{"value", resource.written.text}});
    one["actions"] = items(std::move(actions));
    one["resources"] = items(std::move(resources));
    return one;
}

}  // namespace

std::string authorization_message(const authn::Caller& caller, const Ask& ask, const policy::Decision& decision) {
    Json matched = Json::array(), conditions = Json::array();
    if (decision.statement) matched.push_back(statement_json(decision));
    for (const policy::ContextEntry& entry : ask.context) {
        Json values = Json::array();
        for (const std::string& value : entry.values) values.push_back({{"value", value}});
        conditions.push_back({{"key", entry.key}, {"values", items(std::move(values))}});
    }
    Json message{{"allowed", decision.allowed},
                 {"explicitDeny", decision.explicit_deny},
                 {"matchedStatements", items(std::move(matched))},
                 {"failures", items(Json::array())},
                 {"context",
                  {{"principal", {{"id", caller.principal_id}, {"name", caller.user_name}, {"arn", caller.arn}}},
                   {"action", ask.action},
                   {"resource", ask.resource},
                   {"conditions", items(std::move(conditions))}}}};
    if (caller.user_name.empty()) message["context"]["principal"].erase("name");
    return Json{{"account", caller.account.value}, {"message", std::move(message)}}.dump(-1, ' ', false,
                                                                                         Json::error_handler_t::replace);
}

std::optional<std::string> decoded_message(std::string_view message, const AccountId& reader) {
    Json parsed = Json::parse(message, nullptr, false);
    if (!parsed.is_object() || parsed.value("account", "") != reader.value) return std::nullopt;
    return parsed.at("message").dump();
}

}  // namespace sekisho::authz
