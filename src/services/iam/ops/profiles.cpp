// Instance profiles: Create, Get, List, Delete, AddRole, RemoveRole, ListInstanceProfilesForRole.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t profiles_max = 1000;

void tag_on_create(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    if (arguments.tags.empty()) return;
    authz::Ask tagging = asks.front();
    tagging.action = "iam:TagInstanceProfile";
    asks.push_back(std::move(tagging));
}

// Who puts a role where instances find it passes it on (IAM API reference, AddRoleToInstanceProfile).
void pass_role(std::vector<authz::Ask>& asks, const State& state, const Arguments& arguments) {
    const Role* role = state.roles.find(to_lower(arguments.get("RoleName")));
    authz::Ask pass;
    pass.action = "iam:PassRole";
    pass.resource =
        role ? arn_of(arguments.account, "role", *role) : arn_of(arguments.account, "role", "/", arguments.get("RoleName"));
    pass.resource_account = arguments.account;
    asks.push_back(std::move(pass));
}

Result<void> create_profile(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string name = in->get("InstanceProfileName"), key = to_lower(name);
    if (state.profiles.contains(key))
        return fail(error::EntityAlreadyExists, fmt::format("Instance Profile {} already exists.", name));
    if (state.profiles.size() >= profiles_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for InstanceProfilesPerAccount: {}", profiles_max));
    InstanceProfile profile;
    profile.name = name;
    profile.path = in->get("Path", "/");
    profile.id = unique_id("AIPA", in->entropy());
    profile.created_ms = in->now_ms();
    profile.tags = in->tags;
    out.open("InstanceProfile");
    write_profile(out, state, in->account, profile, Detail::full);
    out.close();
    state.profiles.put(key, std::move(profile));
    return {};
}

Result<const InstanceProfile*> need_profile(const State& state, const Input& in) {
    const std::string name = in->get("InstanceProfileName");
    if (const InstanceProfile* profile = state.profiles.find(to_lower(name))) return profile;
    return fail(no_such(Who::profile, name));
}

Result<void> get_profile(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<const InstanceProfile*> profile = need_profile(state, in);
    if (!profile) return fail(std::move(profile.error()));
    out.open("InstanceProfile");
    write_profile(out, state, in->account, **profile, Detail::full);
    out.close();
    return {};
}

// All of a path, or all that hold a role.
Result<void> write_list(const State& state, const Input& in, wire::XmlWriter& out, std::string_view prefix,
                        const std::string* role) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    out.open("InstanceProfiles");
    for (const auto& [key, profile] : state.profiles) {
        if (!profile->path.starts_with(prefix) || (role && profile->role != *role)) continue;
        if (page->takes(key)) {
            out.open("member");
            write_profile(out, state, in->account, *profile, Detail::list);
            out.close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> list_profiles(const State& state, const Input& in, wire::XmlWriter& out) {
    return write_list(state, in, out, in->get("PathPrefix", "/"), nullptr);
}

Result<void> list_for_role(const State& state, const Input& in, wire::XmlWriter& out) {
    const std::string key = to_lower(in->get("RoleName"));
    if (!state.roles.contains(key)) return fail(no_such(Who::role, in->get("RoleName")));
    return write_list(state, in, out, "/", &key);
}

Result<void> delete_profile(State& state, const Input& in, wire::XmlWriter&) {
    Result<const InstanceProfile*> profile = need_profile(state, in);
    if (!profile) return fail(std::move(profile.error()));
    if (!(*profile)->role.empty())
        return fail(error::DeleteConflict, "Cannot delete entity, must remove roles from instance profile first.");
    state.profiles.erase(to_lower((*profile)->name));
    return {};
}

Result<void> add_role(State& state, const Input& in, wire::XmlWriter&) {
    Result<const InstanceProfile*> found = need_profile(state, in);
    if (!found) return fail(std::move(found.error()));
    const std::string role = to_lower(in->get("RoleName"));
    if (!state.roles.contains(role)) return fail(no_such(Who::role, in->get("RoleName")));
    if (!(*found)->role.empty())
        return fail(error::LimitExceeded, "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
    InstanceProfile profile = **found;
    profile.role = role;
    std::string key = to_lower(profile.name);
    state.profiles.put(std::move(key), std::move(profile));
    return {};
}

Result<void> remove_role(State& state, const Input& in, wire::XmlWriter&) {
    Result<const InstanceProfile*> found = need_profile(state, in);
    if (!found) return fail(std::move(found.error()));
    if ((*found)->role != to_lower(in->get("RoleName"))) return fail(no_such(Who::role, in->get("RoleName")));
    InstanceProfile profile = **found;
    profile.role.clear();
    std::string key = to_lower(profile.name);
    state.profiles.put(std::move(key), std::move(profile));
    return {};
}

}  // namespace

std::vector<Spec> profile_operations() {
    return {
        {.name = "CreateInstanceProfile",
         .who = Who::profile,
         .parameters = {profile_name, path},
         .change = create_profile,
         .asks = tag_on_create},
        {.name = "GetInstanceProfile", .who = Who::profile, .parameters = {profile_name}, .read = get_profile},
        {.name = "ListInstanceProfiles", .parameters = {path_prefix, marker, max_items}, .read = list_profiles},
        {.name = "DeleteInstanceProfile",
         .who = Who::profile,
         .parameters = {profile_name},
         .change = delete_profile,
         .result = false},
        {.name = "AddRoleToInstanceProfile",
         .who = Who::profile,
         .parameters = {profile_name, role_name},
         .change = add_role,
         .result = false,
         .asks = pass_role},
        {.name = "RemoveRoleFromInstanceProfile",
         .who = Who::profile,
         .parameters = {profile_name, role_name},
         .change = remove_role,
         .result = false},
        {.name = "ListInstanceProfilesForRole",
         .who = Who::role,
         .parameters = {role_name, marker, max_items},
         .read = list_for_role},
    };
}

}  // namespace sekisho::iam
