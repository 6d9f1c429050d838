#include "services/organizations/model.h"

#include <nlohmann/json.hpp>

namespace sekisho::organizations {

using nlohmann::json;

namespace {

json target_json(const Target& row) {
    return {{"id", row.id}, {"organization", row.organization}, {"policies", row.policies}, {"tags", row.tags}};
}
void target_of(const json& in, Target& row) {
    in.at("id").get_to(row.id);
    in.at("organization").get_to(row.organization);
    in.at("policies").get_to(row.policies);
    in.at("tags").get_to(row.tags);
}

}  // namespace

policy::Kind kind_of(std::string_view policy_type) { return policy_type == rcp_type ? policy::Kind::rcp : policy::Kind::scp; }

void to_json(json& out, const Organization& row) {
    out = {{"id", row.id}, {"management", row.management}, {"feature_set", row.feature_set}, {"created", row.created_ms}};
    if (!row.services.empty()) out["services"] = row.services;
}
void from_json(const json& in, Organization& row) {
    in.at("id").get_to(row.id);
    in.at("management").get_to(row.management);
    in.at("feature_set").get_to(row.feature_set);
    in.at("created").get_to(row.created_ms);
    row.services = in.value("services", row.services);
}

void to_json(json& out, const Root& row) {
    out = target_json(row);
    out["types"] = row.types;
}
void from_json(const json& in, Root& row) {
    target_of(in, row);
    in.at("types").get_to(row.types);
}

void to_json(json& out, const Unit& row) {
    out = target_json(row);
    out["parent"] = row.parent;
    out["name"] = row.name;
}
void from_json(const json& in, Unit& row) {
    target_of(in, row);
    in.at("parent").get_to(row.parent);
    in.at("name").get_to(row.name);
}

void to_json(json& out, const Account& row) {
    out = target_json(row);
    out["parent"] = row.parent;
    out["name"] = row.name;
    out["email"] = row.email;
    out["suspended"] = row.suspended;
    out["created"] = row.created;
    out["joined"] = row.joined_ms;
}
void from_json(const json& in, Account& row) {
    target_of(in, row);
    in.at("parent").get_to(row.parent);
    in.at("name").get_to(row.name);
    in.at("email").get_to(row.email);
    in.at("suspended").get_to(row.suspended);
    in.at("created").get_to(row.created);
    in.at("joined").get_to(row.joined_ms);
}

void to_json(json& out, const Policy& row) {
    out = {{"id", row.id},     {"organization", row.organization}, {"type", row.type},
           {"name", row.name}, {"description", row.description},   {"content", row.content},
           {"tags", row.tags}};
}
void from_json(const json& in, Policy& row) {
    in.at("id").get_to(row.id);
    in.at("organization").get_to(row.organization);
    in.at("type").get_to(row.type);
    in.at("name").get_to(row.name);
    in.at("description").get_to(row.description);
    in.at("content").get_to(row.content);
    in.at("tags").get_to(row.tags);
    row.compiled = policy::compile(row.content, kind_of(row.type));
}

void to_json(json& out, const AccountRequest& row) {
    out = {{"id", row.id},           {"organization", row.organization}, {"account_name", row.account_name},
           {"account", row.account}, {"failure", row.failure},           {"requested", row.requested_ms}};
}
void from_json(const json& in, AccountRequest& row) {
    in.at("id").get_to(row.id);
    in.at("organization").get_to(row.organization);
    in.at("account_name").get_to(row.account_name);
    in.at("account").get_to(row.account);
    in.at("failure").get_to(row.failure);
    in.at("requested").get_to(row.requested_ms);
}

}  // namespace sekisho::organizations
