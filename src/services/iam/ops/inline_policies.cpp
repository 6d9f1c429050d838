// Put, Get, List and Delete of inline policies, of users, roles and groups.
#include <fmt/format.h>

#include "policy/limits.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

std::size_t size_max(Who who) {
    switch (who) {
        case Who::user:
            return policy::user_inline_size_max;
        case Who::role:
            return policy::role_inline_size_max;
        default:
            return policy::group_inline_size_max;
    }
}

ApiError no_such_inline(Who who, std::string_view name) {
    return fail(error::NoSuchEntity, fmt::format("The {} policy with name {} cannot be found.", kind_of(who), name)).error();
}

Result<void> put(State& state, const Input& in, wire::XmlWriter&) {
    const Who who = in->spec->who;
    Result<PolicyText> text = new_policy(in->get("PolicyDocument"), policy::Kind::identity);
    return change_identity(state, who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (!text) return fail(text.error());
        identity.inline_policies[in->get("PolicyName")] = *text;
        std::size_t size = 0;
        for (const auto& [name, policy] : identity.inline_policies) size += policy::size_in_characters(policy.json);
        if (size > size_max(who))
            return fail(error::LimitExceeded, fmt::format("Maximum policy size of {} bytes exceeded for {} {}", size_max(who),
                                                          kind_of(who), identity.name));
        return {};
    });
}

Result<void> get(const State& state, const Input& in, wire::XmlWriter& out) {
    const Who who = in->spec->who;
    Result<const Identity*> identity = need_identity(state, who, in->subject());
    if (!identity) return fail(std::move(identity.error()));
    const std::string name = in->get("PolicyName");
    auto found = (*identity)->inline_policies.find(name);
    if (found == (*identity)->inline_policies.end()) return fail(no_such_inline(who, name));
    out.text(name_parameter(who), (*identity)->name).text("PolicyName", name);
    out.text("PolicyDocument", document_text(found->second.json));
    return {};
}

Result<void> list(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    Result<const Identity*> identity = need_identity(state, in->spec->who, in->subject());
    if (!identity) return fail(std::move(identity.error()));
    out.open("PolicyNames");
    for (const auto& [name, policy] : (*identity)->inline_policies) {
        if (page->takes(name)) out.text("member", name);
        if (page->full()) break;
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> remove(State& state, const Input& in, wire::XmlWriter&) {
    const std::string name = in->get("PolicyName");
    return change_identity(state, in->spec->who, in->subject(), [&](Identity& identity) -> Result<void> {
        if (identity.inline_policies.erase(name) == 0) return fail(no_such_inline(in->spec->who, name));
        return {};
    });
}

void add(std::vector<Spec>& specs, Who who, const Parameter& subject, std::string_view put_name, std::string_view get_name,
         std::string_view list_name, std::string_view delete_name) {
    specs.push_back(
        {.name = put_name, .who = who, .parameters = {subject, policy_name, policy_document}, .change = put, .result = false});
    specs.push_back({.name = get_name, .who = who, .parameters = {subject, policy_name}, .read = get});
    specs.push_back({.name = list_name, .who = who, .parameters = {subject, marker, max_items}, .read = list});
    specs.push_back({.name = delete_name, .who = who, .parameters = {subject, policy_name}, .change = remove, .result = false});
}

}  // namespace

std::vector<Spec> inline_policy_operations() {
    std::vector<Spec> specs;
    add(specs, Who::user, some_user, "PutUserPolicy", "GetUserPolicy", "ListUserPolicies", "DeleteUserPolicy");
    add(specs, Who::role, role_name, "PutRolePolicy", "GetRolePolicy", "ListRolePolicies", "DeleteRolePolicy");
    add(specs, Who::group, group_name, "PutGroupPolicy", "GetGroupPolicy", "ListGroupPolicies", "DeleteGroupPolicy");
    return specs;
}

}  // namespace sekisho::iam
