// Attach, Detach and List of managed policies, of users, roles and groups; ListEntitiesForPolicy.
#include <fmt/format.h>

#include <algorithm>

#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t attached_max = 10;

std::string_view quota(Who who) {
    return who == Who::user ? "PoliciesPerUser" : who == Who::role ? "PoliciesPerRole" : "PoliciesPerGroup";
}

void with_policy_arn(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    asks.front().context.set("iam:PolicyARN", arguments.get("PolicyArn"));
}

Result<void> attach(State& state, const Input& in, wire::XmlWriter&) {
    const std::string arn = in->get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    const bool exists = policy_exists(state, in->account, arn);
    return change_identity(state, in->spec->who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (!exists) return fail(error::NoSuchEntity, fmt::format("Policy {} does not exist or is not attachable.", arn));
        if (std::ranges::find(identity.attached, arn) != identity.attached.end()) return {};
        if (identity.attached.size() >= attached_max)
            return fail(error::LimitExceeded,
                        fmt::format("Cannot exceed quota for {}: {}", quota(in->spec->who), attached_max));
        identity.attached.push_back(arn);
        return {};
    });
}

Result<void> detach(State& state, const Input& in, wire::XmlWriter&) {
    const std::string arn = in->get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    return change_identity(state, in->spec->who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (std::erase(identity.attached, arn) == 0) return fail(no_such_policy(arn));
        return {};
    });
}

Result<void> list(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    Result<const Identity*> identity = need_identity(state, in->spec->who, in->subject());
    if (!identity) return fail(std::move(identity.error()));
    const std::string prefix = in->get("PathPrefix", "/");
    std::vector<std::string> arns = (*identity)->attached;
    std::ranges::sort(arns);
    out.open("AttachedPolicies");
    for (const std::string& arn : arns) {
        std::optional<IamArn> parsed = parse_arn(arn);
        if (!parsed || !parsed->path.starts_with(prefix)) continue;
        if (page->takes(arn)) out.open("member").text("PolicyName", parsed->name).text("PolicyArn", arn).close();
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

struct Entities {
    const std::string arn;
    const std::string path_prefix;
    const bool as_policy, as_boundary;

    bool match(const Identity& identity) const {
        if (!identity.path.starts_with(path_prefix)) return false;
        return (as_policy && std::ranges::find(identity.attached, arn) != identity.attached.end()) ||
               (as_boundary && identity.boundary == arn);
    }
    template <class Rows>
    void write(wire::XmlWriter& out, Page& page, const Rows& rows, bool wanted, std::string_view list,
               std::string_view kind) const {
        out.open(list);
        for (const auto& [key, row] : rows) {
            if (!wanted || page.full()) break;
            // One marker goes over all three lists, in the order in which they are written.
            if (match(*row) && page.takes(std::string(kind) + "/" + key))
                out.open("member").text(std::string(kind) + "Name", row->name).text(std::string(kind) + "Id", row->id).close();
        }
        out.close();
    }
};

Result<void> list_entities(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string arn = in->get("PolicyArn"), filter = in->get("EntityFilter"), usage = in->get("PolicyUsageFilter");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    if (!policy_exists(state, in->account, arn)) return fail(no_such_policy(arn));
    const Entities entities{arn, in->get("PathPrefix", "/"), usage != "PermissionsBoundary", usage != "PermissionsPolicy"};
    entities.write(out, *page, state.groups, filter.empty() || filter == "Group", "PolicyGroups", "Group");
    entities.write(out, *page, state.roles, filter.empty() || filter == "Role", "PolicyRoles", "Role");
    entities.write(out, *page, state.users, filter.empty() || filter == "User", "PolicyUsers", "User");
    page->write(out);
    return {};
}

void add(std::vector<Spec>& specs, Who who, const Parameter& subject, std::string_view attach_name,
         std::string_view detach_name, std::string_view list_name) {
    const Parameter prefix{"PathPrefix", Form::policy_path, 1, 512};
    specs.push_back({.name = attach_name,
                     .who = who,
                     .parameters = {subject, policy_arn},
                     .change = attach,
                     .result = false,
                     .asks = with_policy_arn});
    specs.push_back({.name = detach_name,
                     .who = who,
                     .parameters = {subject, policy_arn},
                     .change = detach,
                     .result = false,
                     .asks = with_policy_arn});
    specs.push_back({.name = list_name, .who = who, .parameters = {subject, prefix, marker, max_items}, .read = list});
}

}  // namespace

std::vector<Spec> attachment_operations() {
    std::vector<Spec> specs;
    add(specs, Who::user, new_user, "AttachUserPolicy", "DetachUserPolicy", "ListAttachedUserPolicies");
    add(specs, Who::role, role_name, "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies");
    add(specs, Who::group, group_name, "AttachGroupPolicy", "DetachGroupPolicy", "ListAttachedGroupPolicies");
    const Parameter entity_path{"PathPrefix", Form::path_prefix, 1, 512};
    specs.push_back({.name = "ListEntitiesForPolicy",
                     .who = Who::policy,
                     .parameters = {policy_arn, entity_path, marker, max_items},
                     .read = list_entities});
    return specs;
}

}  // namespace sekisho::iam
