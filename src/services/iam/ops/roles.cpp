// CreateRole, GetRole, ListRoles, UpdateRole, UpdateRoleDescription, UpdateAssumeRolePolicy, DeleteRole.
#include <fmt/format.h>

#include "base/bytes.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t roles_max = 1000;
constexpr std::int64_t session_default_s = 3600;
constexpr std::string_view service_linked_path = "/aws-service-role/";

void tag_on_create(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    if (arguments.tags.empty()) return;
    authz::Ask tagging = asks.front();
    tagging.action = "iam:TagRole";
    asks.push_back(std::move(tagging));
}

Result<void> create_role(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string name = in->get("RoleName"), key = to_lower(name);
    // Organisation policies do not hold for roles under this path.
    if (in->get("Path", "/").starts_with(service_linked_path))
        return fail(error::InvalidInput, "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles");
    Result<PolicyText> trust = new_trust(in->get("AssumeRolePolicyDocument"), *in->directory);
    if (!trust) return fail(std::move(trust.error()));
    if (state.roles.contains(key))
        return fail(error::EntityAlreadyExists, fmt::format("Role with name {} already exists.", name));
    if (state.roles.size() >= roles_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for RolesPerAccount: {}", roles_max));
    Role role;
    role.boundary = in->get("PermissionsBoundary");
    if (!role.boundary.empty())
        if (Result<void> valid = check_boundary(state, in->account, role.boundary); !valid) return valid;
    role.name = name;
    role.path = in->get("Path", "/");
    role.id = unique_id("AROA", in->entropy());
    role.created_ms = in->now_ms();
    role.tags = in->tags;
    role.trust = std::move(*trust);
    role.description = in->get("Description");
    role.max_session_s = in->number("MaxSessionDuration", session_default_s);
    out.open("Role");
    write_role(out, in->account, role, Detail::full);
    out.close();
    state.roles.put(key, std::move(role));
    return {};
}

Result<void> get_role(const State& state, const Input& in, wire::XmlWriter& out) {
    const Role* role = state.roles.find(to_lower(in->get("RoleName")));
    if (!role) return fail(no_such(Who::role, in->get("RoleName")));
    out.open("Role");
    write_role(out, in->account, *role, Detail::full);
    out.close();
    return {};
}

Result<void> list_roles(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string prefix = in->get("PathPrefix", "/");
    out.open("Roles");
    for (const auto& [key, role] : state.roles) {
        if (!role->path.starts_with(prefix)) continue;
        if (page->takes(key)) {
            out.open("member");
            write_role(out, in->account, *role, Detail::list);
            out.close();
        }
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

Result<Role> role_to_change(const State& state, const Input& in) {
    const Role* role = state.roles.find(to_lower(in->get("RoleName")));
    if (!role) return fail(no_such(Who::role, in->get("RoleName")));
    return *role;
}

Result<void> update_role(State& state, const Input& in, wire::XmlWriter&) {
    Result<Role> role = role_to_change(state, in);
    if (!role) return fail(std::move(role.error()));
    role->description = in->get("Description", role->description);
    role->max_session_s = in->number("MaxSessionDuration", role->max_session_s);
    std::string key = to_lower(role->name);
    state.roles.put(std::move(key), std::move(*role));
    return {};
}

Result<void> update_role_description(State& state, const Input& in, wire::XmlWriter& out) {
    Result<Role> role = role_to_change(state, in);
    if (!role) return fail(std::move(role.error()));
    role->description = in->get("Description");
    out.open("Role");
    write_role(out, in->account, *role, Detail::full);
    out.close();
    std::string key = to_lower(role->name);
    state.roles.put(std::move(key), std::move(*role));
    return {};
}

Result<void> update_trust(State& state, const Input& in, wire::XmlWriter&) {
    Result<Role> role = role_to_change(state, in);
    if (!role) return fail(std::move(role.error()));
    Result<PolicyText> trust = new_trust(in->get("PolicyDocument"), *in->directory);
    if (!trust) return fail(std::move(trust.error()));
    role->trust = std::move(*trust);
    std::string key = to_lower(role->name);
    state.roles.put(std::move(key), std::move(*role));
    return {};
}

Result<void> delete_role(State& state, const Input& in, wire::XmlWriter&) {
    Result<Role> role = role_to_change(state, in);
    if (!role) return fail(std::move(role.error()));
    const std::string key = to_lower(role->name);
    if (!role->inline_policies.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must delete policies first.");
    if (!role->attached.empty()) return fail(error::DeleteConflict, "Cannot delete entity, must detach all policies first.");
    for (const auto& [profile_key, profile] : state.profiles)
        if (profile->role == key)
            return fail(error::DeleteConflict, "Cannot delete entity, must remove roles from instance profile first.");
    state.roles.erase(key);
    return {};
}

std::optional<PrincipalChange> deleted(const State& before, const State&, const Arguments& arguments) {
    const Role* role = before.roles.find(to_lower(arguments.get("RoleName")));
    if (!role) return std::nullopt;
    return PrincipalChange{arn_of(arguments.account, "role", *role), role->id};
}

}  // namespace

std::vector<Spec> role_operations() {
    const Parameter trust{"AssumeRolePolicyDocument", Form::document, 1, 131072, true};
    const Parameter description{"Description", Form::text, 0, 1000};
    const Parameter needed_description{"Description", Form::text, 0, 1000, true};
    const Parameter duration{"MaxSessionDuration", Form::integer, 3600, 43200};
    return {
        {.name = "CreateRole",
         .who = Who::role,
         .parameters = {role_name, trust, path, description, duration, boundary},
         .change = create_role,
         .asks = tag_on_create},
        {.name = "GetRole", .who = Who::role, .parameters = {role_name}, .read = get_role},
        {.name = "ListRoles", .parameters = {path_prefix, marker, max_items}, .read = list_roles},
        {.name = "UpdateRole", .who = Who::role, .parameters = {role_name, description, duration}, .change = update_role},
        {.name = "UpdateRoleDescription",
         .who = Who::role,
         .parameters = {role_name, needed_description},
         .change = update_role_description},
        {.name = "UpdateAssumeRolePolicy",
         .who = Who::role,
         .parameters = {role_name, policy_document},
         .change = update_trust,
         .result = false},
        {.name = "DeleteRole",
         .who = Who::role,
         .parameters = {role_name},
         .change = delete_role,
         .result = false,
         .moves = deleted},
    };
}

}  // namespace sekisho::iam
