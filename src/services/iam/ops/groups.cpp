// CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup, AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t groups_max = 300;
constexpr std::size_t groups_per_user_max = 10;

ApiError exists(std::string_view name) {
    return fail(error::EntityAlreadyExists, fmt::format("Group with name {} already exists.", name)).error();
}

Result<void> create_group(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string name = in->get("GroupName"), key = to_lower(name);
    if (state.groups.contains(key)) return fail(exists(name));
    if (state.groups.size() >= groups_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for GroupsPerAccount: {}", groups_max));
    Group group;
    group.name = name;
    group.path = in->get("Path", "/");
    group.id = unique_id("AGPA", in->entropy());
    group.created_ms = in->now_ms();
    out.open("Group");
    write_group(out, in->account, group);
    out.close();
    state.groups.put(key, std::move(group));
    return {};
}

Result<void> get_group(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string key = to_lower(in->get("GroupName"));
    const Group* group = state.groups.find(key);
    if (!group) return fail(no_such(Who::group, in->get("GroupName")));
    out.open("Group");
    write_group(out, in->account, *group);
    out.close();
    out.open("Users");
    for (const auto& [user_key, user] : state.users) {
        if (!user->groups.contains(key)) continue;
        if (page->takes(user_key)) {
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

Result<void> list_groups(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string prefix = in->get("PathPrefix", "/");
    out.open("Groups");
    for (const auto& [key, group] : state.groups) {
        if (!group->path.starts_with(prefix)) continue;
        if (page->takes(key)) {
            out.open("member");
            write_group(out, in->account, *group);
            out.close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

// The keys of a group's members.
std::vector<std::string> members(const State& state, const std::string& group) {
    std::vector<std::string> keys;
    for (const auto& [key, user] : state.users)
        if (user->groups.contains(group)) keys.push_back(key);
    return keys;
}

Result<void> update_group(State& state, const Input& in, wire::XmlWriter&) {
    const std::string name = in->get("GroupName"), key = to_lower(name);
    const Group* found = state.groups.find(key);
    if (!found) return fail(no_such(Who::group, name));
    Group group = *found;
    group.path = in->get("NewPath", group.path);
    group.name = in->get("NewGroupName", group.name);
    const std::string new_key = to_lower(group.name);
    if (new_key != key) {
        if (state.groups.contains(new_key)) return fail(exists(group.name));
        state.groups.erase(key);
        for (const std::string& member : members(state, key)) {
            User user = *state.users.find(member);
            user.groups.erase(key);
            user.groups.insert(new_key);
            state.users.put(member, std::move(user));
        }
    }
    state.groups.put(new_key, std::move(group));
    return {};
}

Result<void> delete_group(State& state, const Input& in, wire::XmlWriter&) {
    const std::string name = in->get("GroupName"), key = to_lower(name);
    const Group* group = state.groups.find(key);
    if (!group) return fail(no_such(Who::group, name));
    if (!members(state, key).empty())
        return fail(error::DeleteConflict, "Cannot delete entity, must remove users from group first.");
    if (!group->inline_policies.empty())
        return fail(error::DeleteConflict, "Cannot delete entity, must delete policies first.");
    if (!group->attached.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must detach all policies first.");
    state.groups.erase(key);
    return {};
}

Result<void> add_user(State& state, const Input& in, wire::XmlWriter&) {
    const std::string group = to_lower(in->get("GroupName")), key = to_lower(in->get("UserName"));
    if (!state.groups.contains(group)) return fail(no_such(Who::group, in->get("GroupName")));
    const User* found = state.users.find(key);
    if (!found) return fail(no_such(Who::user, in->get("UserName")));
    User user = *found;
    user.groups.insert(group);
    if (user.groups.size() > groups_per_user_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for GroupsPerUser: {}", groups_per_user_max));
    state.users.put(key, std::move(user));
    return {};
}

Result<void> remove_user(State& state, const Input& in, wire::XmlWriter&) {
    const std::string group = to_lower(in->get("GroupName")), key = to_lower(in->get("UserName"));
    if (!state.groups.contains(group)) return fail(no_such(Who::group, in->get("GroupName")));
    const User* found = state.users.find(key);
    if (!found) return fail(no_such(Who::user, in->get("UserName")));
    User user = *found;
    user.groups.erase(group);
    state.users.put(key, std::move(user));
    return {};
}

Result<void> list_groups_for_user(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const User* user = state.users.find(to_lower(in->get("UserName")));
    if (!user) return fail(no_such(Who::user, in->get("UserName")));
    out.open("Groups");
    for (const std::string& key : user->groups) {
        const Group* group = state.groups.find(key);
        if (group && page->takes(key)) {
            out.open("member");
            write_group(out, in->account, *group);
            out.close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

// Renaming needs the right on what the group is called afterwards, too (IAM API reference, UpdateGroup).
void ask_about_target(std::vector<authz::Ask>& asks, const State& state, const Arguments& arguments) {
    const Group* group = state.groups.find(to_lower(arguments.get("GroupName")));
    authz::Ask target = asks.front();
    target.resource = arn_of(arguments.account, "group", arguments.get("NewPath", group ? group->path : "/"),
                             arguments.get("NewGroupName", group ? group->name : arguments.get("GroupName")));
    asks.push_back(std::move(target));
}

}  // namespace

std::vector<Spec> group_operations() {
    const Parameter new_path{"NewPath", Form::path, 1, 512}, new_name{"NewGroupName", Form::name, 1, 128};
    return {
        {.name = "CreateGroup", .who = Who::group, .parameters = {group_name, path}, .change = create_group},
        {.name = "GetGroup", .who = Who::group, .parameters = {group_name, marker, max_items}, .read = get_group},
        {.name = "ListGroups", .parameters = {path_prefix, marker, max_items}, .read = list_groups},
        {.name = "UpdateGroup",
         .who = Who::group,
         .parameters = {group_name, new_path, new_name},
         .change = update_group,
         .result = false,
         .asks = ask_about_target},
        {.name = "DeleteGroup", .who = Who::group, .parameters = {group_name}, .change = delete_group, .result = false},
        {.name = "AddUserToGroup",
         .who = Who::group,
         .parameters = {group_name, some_user},
         .change = add_user,
         .result = false},
        {.name = "RemoveUserFromGroup",
         .who = Who::group,
         .parameters = {group_name, some_user},
         .change = remove_user,
         .result = false},
        {.name = "ListGroupsForUser",
         .who = Who::user,
         .parameters = {some_user, marker, max_items},
         .read = list_groups_for_user},
    };
}

}  // namespace sekisho::iam
