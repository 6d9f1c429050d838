// PutUserPermissionsBoundary, DeleteUserPermissionsBoundary, and of roles.
#include <fmt/format.h>

#include "services/iam/identities.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

Result<void> put(State& state, const Input& in, wire::XmlWriter&) {
    const std::string arn = in->get("PermissionsBoundary");
    Result<void> valid = check_boundary(state, in->account, arn);
    return change_identity(state, in->spec->who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (!valid) return valid;
        identity.boundary = arn;
        return {};
    });
}

Result<void> remove(State& state, const Input& in, wire::XmlWriter&) {
    const Who who = in->spec->who;
    return change_identity(state, who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (identity.boundary.empty())
            return fail(error::NoSuchEntity,
                        fmt::format("The {} {} does not have a permissions boundary", kind_of(who), identity.name));
        identity.boundary.clear();
        return {};
    });
}

// A condition on a removal sees the boundary that is there.
void with_present_boundary(std::vector<authz::Ask>& asks, const State& state, const Arguments& arguments) {
    const Identity* identity = find_identity(state, arguments.spec->who, arguments.subject());
    if (identity && !identity->boundary.empty()) asks.front().context.set("iam:PermissionsBoundary", identity->boundary);
}

}  // namespace

std::vector<Spec> boundary_operations() {
    Parameter arn = boundary;
    arn.required = true;
    return {
        {.name = "PutUserPermissionsBoundary", .who = Who::user, .parameters = {new_user, arn}, .change = put, .result = false},
        {.name = "DeleteUserPermissionsBoundary",
         .who = Who::user,
         .parameters = {new_user},
         .change = remove,
         .result = false,
         .asks = with_present_boundary},
        {.name = "PutRolePermissionsBoundary",
         .who = Who::role,
         .parameters = {role_name, arn},
         .change = put,
         .result = false},
        {.name = "DeleteRolePermissionsBoundary",
         .who = Who::role,
         .parameters = {role_name},
         .change = remove,
         .result = false,
         .asks = with_present_boundary},
    };
}

}  // namespace sekisho::iam
