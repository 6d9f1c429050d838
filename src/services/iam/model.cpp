#include "services/iam/model.h"

#include <nlohmann/json.hpp>

namespace sekisho::iam {

using nlohmann::json;

namespace {

json tags_json(const std::vector<Tag>& tags) {
    json out = json::array();
    for (const Tag& tag : tags) out.push_back({tag.key, tag.value});
    return out;
}
std::vector<Tag> tags_of(const json& in) {
    std::vector<Tag> tags;
    for (const json& tag : in) tags.push_back({tag.at(0), tag.at(1)});
    return tags;
}

template <class Row>
json named_json(const Row& row) {
    return {{"name", row.name}, {"path", row.path}, {"id", row.id}, {"created", row.created_ms}, {"tags", tags_json(row.tags)}};
}
template <class Row>
void named_of(const json& in, Row& row) {
    in.at("name").get_to(row.name);
    in.at("path").get_to(row.path);
    in.at("id").get_to(row.id);
    in.at("created").get_to(row.created_ms);
    row.tags = tags_of(in.at("tags"));
}

json identity_json(const Identity& row) {
    json out = named_json(row);
    out["boundary"] = row.boundary;
    out["attached"] = row.attached;
    json& inline_policies = out["inline"] = json::object();
    for (const auto& [name, text] : row.inline_policies) inline_policies[name] = text.json;
    return out;
}
void identity_of(const json& in, Identity& row) {
    named_of(in, row);
    in.at("boundary").get_to(row.boundary);
    in.at("attached").get_to(row.attached);
    for (const auto& [name, text] : in.at("inline").items())
        row.inline_policies[name] = PolicyText::of(text.get<std::string>(), policy::Kind::identity);
}

}  // namespace

PolicyText PolicyText::of(std::string json, policy::Kind kind) {
    auto compiled = policy::compile(json, kind);
    return {std::move(json), std::move(compiled)};
}

void to_json(json& out, const User& row) {
    out = identity_json(row);
    out["groups"] = row.groups;
}
void from_json(const json& in, User& row) {
    identity_of(in, row);
    in.at("groups").get_to(row.groups);
}

void to_json(json& out, const Group& row) { out = identity_json(row); }
void from_json(const json& in, Group& row) { identity_of(in, row); }

void to_json(json& out, const Role& row) {
    out = identity_json(row);
    out["trust"] = row.trust.json;
    out["description"] = row.description;
    out["max_session_s"] = row.max_session_s;
}
void from_json(const json& in, Role& row) {
    identity_of(in, row);
    row.trust = PolicyText::of(in.at("trust").get<std::string>(), policy::Kind::trust);
    in.at("description").get_to(row.description);
    in.at("max_session_s").get_to(row.max_session_s);
}

void to_json(json& out, const ManagedPolicy& row) {
    out = named_json(row);
    out["updated"] = row.updated_ms;
    out["description"] = row.description;
    out["default"] = row.default_version;
    out["next"] = row.next_version;
    json& versions = out["versions"] = json::array();
    for (const auto& [number, version] : row.versions)
        versions.push_back({{"number", number}, {"document", version.document.json}, {"created", version.created_ms}});
}
void from_json(const json& in, ManagedPolicy& row) {
    named_of(in, row);
    in.at("updated").get_to(row.updated_ms);
    in.at("description").get_to(row.description);
    in.at("default").get_to(row.default_version);
    in.at("next").get_to(row.next_version);
    for (const json& version : in.at("versions"))
        row.versions[version.at("number")] = {PolicyText::of(version.at("document").get<std::string>(), policy::Kind::identity),
                                              version.at("created")};
}

void to_json(json& out, const InstanceProfile& row) {
    out = named_json(row);
    out["role"] = row.role;
}
void from_json(const json& in, InstanceProfile& row) {
    named_of(in, row);
    in.at("role").get_to(row.role);
}

void to_json(json& out, const AccessKey& row) {
    out = {{"id", row.id}, {"secret", row.secret}, {"user", row.user}, {"active", row.active}, {"created", row.created_ms}};
}
void from_json(const json& in, AccessKey& row) {
    in.at("id").get_to(row.id);
    in.at("secret").get_to(row.secret);
    in.at("user").get_to(row.user);
    in.at("active").get_to(row.active);
    in.at("created").get_to(row.created_ms);
}

void to_json(json& out, const PrincipalChange& row) { out = {{"arn", row.arn}, {"now", row.now}}; }
void from_json(const json& in, PrincipalChange& row) {
    in.at("arn").get_to(row.arn);
    in.at("now").get_to(row.now);
}

void to_json(json& out, const AccountFacts& row) { out = {{"created", row.created_ms}}; }
void from_json(const json& in, AccountFacts& row) { in.at("created").get_to(row.created_ms); }

std::string arn_of(const AccountId& account, std::string_view kind, std::string_view path, std::string_view name) {
    std::string arn = "arn:aws:iam::" + account.value + ":";
    return arn.append(kind).append(path).append(name);
}

std::optional<IamArn> parse_arn(std::string_view arn) {
    constexpr std::string_view prefix = "arn:aws:iam::";
    if (!arn.starts_with(prefix)) return std::nullopt;
    arn.remove_prefix(prefix.size());
    std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos || (colon != 12 && arn.substr(0, colon) != "aws")) return std::nullopt;
    IamArn parsed;
    parsed.account = AccountId(arn.substr(0, colon));
    arn.remove_prefix(colon + 1);
    if (arn == "root") {
        parsed.kind = "root";
        return parsed;
    }
    std::size_t first = arn.find('/'), last = arn.rfind('/');
    if (first == std::string_view::npos || first == 0 || last + 1 == arn.size()) return std::nullopt;
    parsed.kind = arn.substr(0, first);
    parsed.path = arn.substr(first, last - first + 1);
    parsed.name = arn.substr(last + 1);
    return parsed;
}

}  // namespace sekisho::iam
