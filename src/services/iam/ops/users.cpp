// CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t users_max = 5000;

ApiError exists(std::string_view name) {
    return fail(error::EntityAlreadyExists, fmt::format("User with name {} already exists.", name)).error();
}

void tag_on_create(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    if (arguments.tags.empty()) return;
    authz::Ask tagging = asks.front();
    tagging.action = "iam:TagUser";
    asks.push_back(std::move(tagging));
}

Result<void> create_user(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string name = in->get("UserName"), key = to_lower(name);
    if (state.users.contains(key)) return fail(exists(name));
    if (state.users.size() >= users_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for UsersPerAccount: {}", users_max));
    User user;
    user.boundary = in->get("PermissionsBoundary");
    if (!user.boundary.empty())
        if (Result<void> valid = check_boundary(state, in->account, user.boundary); !valid) return valid;
    user.name = name;
    user.path = in->get("Path", "/");
    user.id = unique_id("AIDA", in->entropy());
    user.created_ms = in->now_ms();
    user.tags = in->tags;
    out.open("User");
    write_user(out, in->account, user, Detail::full);
    out.close();
    state.users.put(key, std::move(user));
    return {};
}

Result<void> get_user(const State& state, const Input& in, wire::XmlWriter& out) {
    const authn::Caller& caller = in.caller();
    if (!in->has("UserName") && caller.kind == authn::Caller::Kind::root) {
        // The account's root: no path, no name. It is as old as the account.
        const AccountFacts* facts = state.account.find(account_facts_key);
        out.open("User").text("UserId", in->account.value).text("Arn", caller.arn);
        out.text("CreateDate", iso8601(from_epoch_millis(facts ? facts->created_ms : 0))).close();
        return {};
    }
    Result<std::string> name = need_subject(*in);
    if (!name) return fail(std::move(name.error()));
    Result<const Identity*> user = need_identity(state, Who::user, *name);
    if (!user) return fail(std::move(user.error()));
    out.open("User");
    write_user(out, in->account, static_cast<const User&>(**user), Detail::full);
    out.close();
    return {};
}

Result<void> list_users(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string prefix = in->get("PathPrefix", "/");
    out.open("Users");
    for (const auto& [key, user] : state.users) {
        if (!user->path.starts_with(prefix)) continue;
        if (page->takes(key)) {
            out.open("member");
            write_user(out, in->account, *user, Detail::list);
            out.close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> update_user(State& state, const Input& in, wire::XmlWriter&) {
    const std::string name = in->get("UserName"), key = to_lower(name);
    const User* found = state.users.find(key);
    if (!found) return fail(no_such(Who::user, name));
    User user = *found;
    user.path = in->get("NewPath", user.path);
    user.name = in->get("NewUserName", user.name);
    const std::string new_key = to_lower(user.name);
    if (new_key != key) {
        if (state.users.contains(new_key)) return fail(exists(user.name));
        state.users.erase(key);
        std::vector<AccessKey> keys;
        for (const auto& [id, access_key] : state.access_keys)
            if (access_key->user == key) keys.push_back(*access_key);
        for (AccessKey& access_key : keys) {
            access_key.user = new_key;
            std::string id = access_key.id;
            state.access_keys.put(std::move(id), std::move(access_key));
        }
    }
    state.users.put(new_key, std::move(user));
    return {};
}

Result<void> delete_user(State& state, const Input& in, wire::XmlWriter&) {
    const std::string name = in->get("UserName"), key = to_lower(name);
    const User* user = state.users.find(key);
    if (!user) return fail(no_such(Who::user, name));
    for (const auto& [id, access_key] : state.access_keys)
        if (access_key->user == key) return fail(error::DeleteConflict, "Cannot delete entity, must delete access keys first.");
    if (!user->inline_policies.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must delete policies first.");
    if (!user->attached.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must detach all policies first.");
    if (!user->groups.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must remove users from group first.");
    state.users.erase(key);
    return {};
}

// What the ARN of this user means after the operation: its new ARN, or its unique id once it is gone.
std::optional<PrincipalChange> moved(const State& before, const State& after, const Arguments& arguments) {
    const User* user = before.users.find(to_lower(arguments.get("UserName")));
    if (!user) return std::nullopt;
    const std::string old = arn_of(arguments.account, "user", *user);
    const User* now = after.users.find(to_lower(arguments.get("NewUserName", user->name)));
    std::string now_text = now && now->id == user->id ? arn_of(arguments.account, "user", *now) : user->id;
    if (now_text == old) return std::nullopt;
    return PrincipalChange{old, std::move(now_text)};
}

// Renaming needs the right on what the user is called afterwards, too (IAM API reference, UpdateUser).
void ask_about_target(std::vector<authz::Ask>& asks, const State& state, const Arguments& arguments) {
    const User* user = state.users.find(to_lower(arguments.get("UserName")));
    authz::Ask target = asks.front();
    target.resource = arn_of(arguments.account, "user", arguments.get("NewPath", user ? user->path : "/"),
                             arguments.get("NewUserName", user ? user->name : arguments.get("UserName")));
    asks.push_back(std::move(target));
}

}  // namespace

std::vector<Spec> user_operations() {
    const Parameter new_path{"NewPath", Form::path, 1, 512}, new_name{"NewUserName", Form::name, 1, 64};
    return {
        {.name = "CreateUser",
         .who = Who::user,
         .parameters = {new_user, path, boundary},
         .change = create_user,
         .asks = tag_on_create},
        {.name = "GetUser", .who = Who::user, .parameters = {maybe_user}, .read = get_user},
        {.name = "ListUsers", .parameters = {path_prefix, marker, max_items}, .read = list_users},
        {.name = "UpdateUser",
         .who = Who::user,
         .parameters = {some_user, new_path, new_name},
         .change = update_user,
         .result = false,
         .asks = ask_about_target,
         .moves = moved},
        {.name = "DeleteUser",
         .who = Who::user,
         .parameters = {some_user},
         .change = delete_user,
         .result = false,
         .moves = moved},
    };
}

}  // namespace sekisho::iam
