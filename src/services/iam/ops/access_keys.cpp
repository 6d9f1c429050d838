// CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t keys_per_user_max = 2;

// The user whose keys are meant; root's keys are the configuration's.
Result<const User*> owner(const State& state, const Arguments& arguments) {
    Result<std::string> name = need_subject(arguments);
    if (!name && arguments.caller.kind == authn::Caller::Kind::root)
        return fail(error::NotImplemented, "The access key of the account's root user is set by this server's configuration.");
    if (!name) return fail(std::move(name.error()));
    if (const User* user = state.users.find(to_lower(*name))) return user;
    return fail(no_such(Who::user, *name));
}

Result<AccessKey> key_of(const State& state, const Input& in) {
    Result<const User*> user = owner(state, *in);
    if (!user) return fail(std::move(user.error()));
    const std::string id = in->get("AccessKeyId");
    const AccessKey* key = state.access_keys.find(id);
    if (!key || key->user != to_lower((*user)->name))
        return fail(error::NoSuchEntity, fmt::format("The Access Key with id {} cannot be found.", id));
    return *key;
}

std::string_view status(const AccessKey& key) { return key.active ? "Active" : "Inactive"; }

Result<void> create_key(State& state, const Input& in, wire::XmlWriter& out) {
    Result<const User*> user = owner(state, *in);
    if (!user) return fail(std::move(user.error()));
    const std::string name = (*user)->name, user_key = to_lower(name);
    std::size_t count = 0;
    for (const auto& [id, key] : state.access_keys) count += key->user == user_key;
    if (count >= keys_per_user_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for AccessKeysPerUser: {}", keys_per_user_max));
    AccessKey key;
    key.id = access_key_id("AKIA", in->account, in->entropy());
    key.secret = secret_access_key(in->entropy());
    key.user = user_key;
    key.created_ms = in->now_ms();
    out.open("AccessKey").text("UserName", name).text("AccessKeyId", key.id).text("Status", status(key));
    out.text("SecretAccessKey", key.secret).text("CreateDate", iso8601(in->now)).close();
    std::string id = key.id;
    state.access_keys.put(std::move(id), std::move(key));
    return {};
}

Result<void> list_keys(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    Result<const User*> user = owner(state, *in);
    if (!user) return fail(std::move(user.error()));
    const std::string user_key = to_lower((*user)->name);
    out.open("AccessKeyMetadata");
    for (const auto& [id, key] : state.access_keys) {
        if (key->user != user_key) continue;
        if (page->takes(id)) {
            out.open("member").text("UserName", (*user)->name).text("AccessKeyId", id).text("Status", status(*key));
            out.text("CreateDate", iso8601(from_epoch_millis(key->created_ms))).close();
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
    if (!user) return fail(error::NoSuchEntity, fmt::format("The Access Key with id {} cannot be found.", id));
    std::optional<Directory::LastUse> use = in->directory->last_use(id);
    out.text("UserName", user->name).open("AccessKeyLastUsed");
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
