// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed.
#include <fmt/format.h>

#include <map>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t keys_per_user_max = 2;

// Whose keys are meant: a user's, or the account root's, who leaves UserName out.
struct Owner {
    std::string key;   // of State::users; "" for root
    std::string name;  // "" for root: replies name no user then
};

Result<Owner> owner(const State& state, const Arguments& arguments) {
    if (arguments.caller.kind == authn::Caller::Kind::root && !arguments.has("UserName")) return Owner{};
    Result<std::string> name = need_subject(arguments);
    if (!name) return fail(std::move(name.error()));
    if (const User* user = state.users.find(to_lower(*name))) return Owner{to_lower(user->name), user->name};
    return fail(no_such(Who::user, *name));
}

void write_owner(wire::XmlWriter& out, const Owner& owner) {
    if (!owner.name.empty()) out.text("UserName", owner.name);
}

Result<AccessKey> key_of(const State& state, const Input& in) {
    Result<Owner> whose = owner(state, *in);
    if (!whose) return fail(std::move(whose.error()));
    const std::string id = in->get("AccessKeyId");
    if (whose->key.empty() && id == in->directory->configured_root_key(in->account))
        return fail(error::NotImplemented, "This access key of the account's root user is set by the server's configuration.");
    const AccessKey* key = state.access_keys.find(id);
    if (!key || key->user != whose->key)
        return fail(error::NoSuchEntity, fmt::format("The Access Key with id {} cannot be found.", id));
    return *key;
}

// The owner's keys by id; root's also the one that the configuration sets, which is as old as the account.
std::map<std::string, AccessKey> keys_of(const State& state, const Input& in, const Owner& whose) {
    std::map<std::string, AccessKey> keys;
    for (const auto& [id, key] : state.access_keys)
        if (key->user == whose.key) keys.emplace(id, *key);
    std::string configured = whose.key.empty() ? in->directory->configured_root_key(in->account) : "";
    if (!configured.empty()) {
        const AccountFacts* facts = state.account.find(account_facts_key);
        keys[configured] = AccessKey{configured, "", "", true, facts ? facts->created_ms : 0};
    }
    return keys;
}

std::string_view status(const AccessKey& key) { return key.active ? "Active" : "Inactive"; }

Result<void> create_key(State& state, const Input& in, wire::XmlWriter& out) {
    Result<Owner> whose = owner(state, *in);
    if (!whose) return fail(std::move(whose.error()));
    if (keys_of(state, in, *whose).size() >= keys_per_user_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for AccessKeysPerUser: {}", keys_per_user_max));
    AccessKey key;
    key.id = access_key_id("AKIA", in->account, in->entropy());
    key.secret = secret_access_key(in->entropy());
    key.user = whose->key;
    key.created_ms = in->now_ms();
    out.open("AccessKey");
    write_owner(out, *whose);
    out.text("AccessKeyId", key.id).text("Status", status(key));
    out.text("SecretAccessKey", key.secret).text("CreateDate", iso8601(in->now)).close();
    std::string id = key.id;
    state.access_keys.put(std::move(id), std::move(key));
    return {};
}

Result<void> list_keys(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    Result<Owner> whose = owner(state, *in);
    if (!whose) return fail(std::move(whose.error()));
    out.open("AccessKeyMetadata");
    for (const auto& [id, key] : keys_of(state, in, *whose)) {
        if (page->takes(id)) {
            out.open("member");
            write_owner(out, *whose);
            out.text("AccessKeyId", id).text("Status", status(key));
            out.text("CreateDate", iso8601(from_epoch_millis(key.created_ms))).close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> update_key(State& state, const Input& in, wire::XmlWriter&) {
    Result<AccessKey> key = key_of(state, in);
    if (!key) return fail(std::move(key.error()));
    key->active = in->get("Status") == "Active";
    std::string id = key->id;
    state.access_keys.put(std::move(id), std::move(*key));
    return {};
}

Result<void> delete_key(State& state, const Input& in, wire::XmlWriter&) {
    Result<AccessKey> key = key_of(state, in);
    if (!key) return fail(std::move(key.error()));
    state.access_keys.erase(key->id);
    return {};
}

Result<void> last_used(const State& state, const Input& in, wire::XmlWriter& out) {
    const std::string id = in->get("AccessKeyId");
    const AccessKey* key = state.access_keys.find(id);
    const User* user = key ? state.users.find(key->user) : nullptr;
    const bool roots = (key && key->user.empty()) || id == in->directory->configured_root_key(in->account);
    if (!user && !roots) return fail(error::NoSuchEntity, fmt::format("The Access Key with id {} cannot be found.", id));
    std::optional<Directory::LastUse> use = in->directory->last_use(id);
    if (user) out.text("UserName", user->name);
    out.open("AccessKeyLastUsed");
    if (use) out.text("LastUsedDate", iso8601(use->time));
    out.text("ServiceName", use ? use->service : "N/A").text("Region", use ? use->region : "N/A").close();
    return {};
}

}  // namespace

std::vector<Spec> access_key_operations() {
    const Parameter id{"AccessKeyId", Form::word, 16, 128, true}, new_status{"Status", Form::status, 0, 32, true};
    return {
        {.name = "CreateAccessKey", .who = Who::user, .parameters = {maybe_user}, .change = create_key},
        {.name = "ListAccessKeys", .who = Who::user, .parameters = {maybe_user, marker, max_items}, .read = list_keys},
        {.name = "UpdateAccessKey",
         .who = Who::user,
         .parameters = {maybe_user, id, new_status},
         .change = update_key,
         .result = false},
        {.name = "DeleteAccessKey", .who = Who::user, .parameters = {maybe_user, id}, .change = delete_key, .result = false},
        {.name = "GetAccessKeyLastUsed", .parameters = {id}, .read = last_used},
    };
}

}  // namespace sekisho::iam
