// GetAccountAuthorizationDetails: everything of an account that says who may do what, in pages.
// Source: IAM API reference, GetAccountAuthorizationDetails.
#include <fmt/format.h>

#include <algorithm>

#include "services/iam/identities.h"
#include "services/iam/managed.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "wire/errors/common.h"

namespace sekisho::iam {

namespace {

std::string date(std::int64_t millis) { return iso8601(from_epoch_millis(millis)); }

void write_inline(wire::XmlWriter& out, std::string_view list, const Identity& identity) {
    out.open(list);
    for (const auto& [name, text] : identity.inline_policies)
        out.open("member").text("PolicyName", name).text("PolicyDocument", document_text(text.json)).close();
    out.close();
}

void write_attached(wire::XmlWriter& out, const Identity& identity) {
    out.open("AttachedManagedPolicies");
    for (const std::string& arn : identity.attached)
        out.open("member").text("PolicyName", arn.substr(arn.rfind('/') + 1)).text("PolicyArn", arn).close();
    out.close();
}

void write_user_detail(wire::XmlWriter& out, const State& state, const AccountId& account, const User& user) {
    write_user(out, account, user, Detail::full);
    if (!user.inline_policies.empty()) write_inline(out, "UserPolicyList", user);
    out.open("GroupList");
    for (const std::string& key : user.groups)
        if (const Group* group = state.groups.find(key)) out.text("member", group->name);
    out.close();
    write_attached(out, user);
}

void write_group_detail(wire::XmlWriter& out, const AccountId& account, const Group& group) {
    write_group(out, account, group);
    write_inline(out, "GroupPolicyList", group);
    write_attached(out, group);
}

void write_role_detail(wire::XmlWriter& out, const State& state, const AccountId& account, const std::string& key,
                       const Role& role) {
    write_role(out, account, role, Detail::full);
    out.open("InstanceProfileList");
    for (const auto& [name, profile] : state.profiles) {
        if (profile->role != key) continue;
        out.open("member");
        write_profile(out, state, account, *profile, Detail::list);
        out.close();
    }
    out.close();
    write_inline(out, "RolePolicyList", role);
    write_attached(out, role);
}

void write_versions(wire::XmlWriter& out, const ManagedPolicy& policy) {
    out.open("PolicyVersionList");
    for (auto it = policy.versions.rbegin(); it != policy.versions.rend(); ++it) {
        out.open("member").text("Document", document_text(it->second.document.json));
        out.text("VersionId", fmt::format("v{}", it->first)).boolean("IsDefaultVersion", it->first == policy.default_version);
        out.text("CreateDate", date(it->second.created_ms)).close();
    }
    out.close();
}

void write_version(wire::XmlWriter& out, const AwsPolicy& policy) {
    out.open("PolicyVersionList").open("member").text("Document", document_text(policy.json));
    out.text("VersionId", policy.default_version).boolean("IsDefaultVersion", true).text("CreateDate", policy.updated);
    out.close().close();
}

Result<void> details(const State& state, const Input& in, wire::XmlWriter& out) {
    static constexpr std::string_view filters[] = {"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"};
    const std::vector<std::string> wanted = in->params.list("Filter.member");
    for (const std::string& filter : wanted)
        if (std::ranges::find(filters, filter) == std::end(filters))
            return fail(
                validation_error(fmt::format("Value '[{}]' at 'filter' failed to satisfy constraint: Member must satisfy "
                                             "constraint: [Member must satisfy enum "
                                             "value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]]",
                                             filter)));
    auto wants = [&](std::string_view filter) { return wanted.empty() || std::ranges::find(wanted, filter) != wanted.end(); };
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));

    // One sequence of keys over all lists, in the order of the lists.
    auto list = [&](std::string_view name, std::string_view order, const auto& rows, bool included, auto&& write) {
        out.open(name);
        if (included)
            for (const auto& [key, row] : rows)
                if (page->takes(std::string(order) + key)) {
                    out.open("member");
                    write(key, *row);
                    out.close();
                }
        out.close();
    };
    list("UserDetailList", "1", state.users, wants("User"),
         [&](const std::string&, const User& user) { write_user_detail(out, state, in->account, user); });
    list("GroupDetailList", "2", state.groups, wants("Group"),
         [&](const std::string&, const Group& group) { write_group_detail(out, in->account, group); });
    list("RoleDetailList", "3", state.roles, wants("Role"),
         [&](const std::string& key, const Role& role) { write_role_detail(out, state, in->account, key, role); });

    const std::map<std::string, Usage> usage = policy_usage(state);
    auto usage_of = [&](const std::string& arn) {
        auto it = usage.find(arn);
        return it == usage.end() ? Usage() : it->second;
    };
    out.open("Policies");
    if (wants("LocalManagedPolicy"))
        for (const auto& [key, policy] : state.policies)
            if (page->takes("4" + key)) {
                out.open("member");
                write_policy(out, in->account, *policy, usage_of(arn_of(in->account, "policy", *policy)), Detail::full);
                write_versions(out, *policy);
                out.close();
            }
    // Of AWS's own, those that are used.
    if (wants("AWSManagedPolicy"))
        for (const AwsPolicy& policy : aws_policies()) {
            const Usage used = usage_of(policy.arn);
            if (used.attachments + used.boundaries == 0 || !page->takes("5" + std::string(policy.name))) continue;
            out.open("member");
            write_policy(out, policy, used, Detail::full);
            write_version(out, policy);
            out.close();
        }
    out.close();
    page->write(out);
    return {};
}

}  // namespace

std::vector<Spec> authorization_details_operations() {
    return {{.name = "GetAccountAuthorizationDetails", .parameters = {marker, max_items}, .read = details}};
}

}  // namespace sekisho::iam
