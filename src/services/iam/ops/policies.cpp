// CreatePolicy, GetPolicy, ListPolicies, DeletePolicy.
#include <fmt/format.h>

#include "base/bytes.h"
#include "policy/limits.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "services/iam/unique_ids.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t policies_max = 1500;

void tag_on_create(std::vector<authz::Ask>& asks, const State&, const Arguments& arguments) {
    if (arguments.tags.empty()) return;
    authz::Ask tagging = asks.front();
    tagging.action = "iam:TagPolicy";
    asks.push_back(std::move(tagging));
}

Result<void> create_policy(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string name = in->get("PolicyName"), key = to_lower(name), json = in->get("PolicyDocument");
    if (policy::size_in_characters(json) > policy::managed_policy_size_max)
        return fail(error::LimitExceeded,
                    fmt::format("Cannot exceed quota for PolicySize: {}", policy::managed_policy_size_max));
    Result<PolicyText> text = new_policy(json, policy::Kind::identity);
    if (!text) return fail(std::move(text.error()));
    if (state.policies.contains(key))
        return fail(error::EntityAlreadyExists,
                    fmt::format("A policy called {} already exists. Duplicate names are not allowed.", name));
    if (state.policies.size() >= policies_max)
        return fail(error::LimitExceeded, fmt::format("Cannot exceed quota for PoliciesPerAccount: {}", policies_max));
    ManagedPolicy policy;
    policy.name = name;
    policy.path = in->get("Path", "/");
    policy.id = unique_id("ANPA", in->entropy());
    policy.created_ms = policy.updated_ms = in->now_ms();
    policy.description = in->get("Description");
    policy.tags = in->tags;
    policy.versions[1] = {std::move(*text), policy.created_ms};
    out.open("Policy");
    write_policy(out, in->account, policy, {}, Detail::full);
    out.close();
    state.policies.put(key, std::move(policy));
    return {};
}

Result<void> get_policy(const State& state, const Input& in, wire::XmlWriter& out) {
    const std::string arn = in->get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    Usage usage = policy_usage(state)[arn];
    if (const AwsPolicy* aws = find_aws_policy(arn)) {
        out.open("Policy");
        write_policy(out, *aws, usage, Detail::full);
        out.close();
        return {};
    }
    const ManagedPolicy* policy = find_managed(state, in->account, arn);
    if (!policy) return fail(no_such_policy(arn));
    out.open("Policy");
    write_policy(out, in->account, *policy, usage, Detail::full);
    out.close();
    return {};
}

Result<void> list_policies(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string scope = in->get("Scope", "All"), prefix = in->get("PathPrefix", "/");
    const std::string use = in->get("PolicyUsageFilter");
    const bool only_attached = in->get("OnlyAttached") == "true";
    std::map<std::string, Usage> usage = policy_usage(state);
    auto wanted = [&](std::string_view path, const Usage& of_policy) {
        if (!path.starts_with(prefix)) return false;
        const bool used = (use != "PermissionsBoundary" && of_policy.attachments > 0) ||
                          (use != "PermissionsPolicy" && of_policy.boundaries > 0);
        return !only_attached || used;
    };
    out.open("Policies");
    // The account's own first; one marker goes over both.
    for (const auto& [key, policy] : state.policies) {
        if (scope == "AWS" || page->full()) break;
        const Usage& of_policy = usage[arn_of(in->account, "policy", *policy)];
        if (!wanted(policy->path, of_policy) || !page->takes("1/" + key)) continue;
        out.open("member");
        write_policy(out, in->account, *policy, of_policy, Detail::list);
        out.close();
    }
    for (const AwsPolicy& policy : aws_policies()) {
        if (scope == "Local" || page->full()) break;
        const Usage& of_policy = usage[policy.arn];
        if (!wanted(policy.path, of_policy) || !page->takes("2/" + std::string(policy.name))) continue;
        out.open("member");
        write_policy(out, policy, of_policy, Detail::list);
        out.close();
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> delete_policy(State& state, const Input& in, wire::XmlWriter&) {
    Result<const ManagedPolicy*> policy = need_own_policy(state, *in);
    if (!policy) return fail(std::move(policy.error()));
    const Usage usage = policy_usage(state)[in->get("PolicyArn")];
    if (usage.attachments > 0 || usage.boundaries > 0)
        return fail(error::DeleteConflict, "Cannot delete a policy attached to entities.");
    if ((*policy)->versions.size() > 1)
        return fail(error::DeleteConflict,
                    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
                    "The default version is deleted with the policy.");
    state.policies.erase(to_lower((*policy)->name));
    return {};
}

}  // namespace

std::vector<Spec> policy_operations() {
    const Parameter policy_path{"Path", Form::policy_path, 1, 512}, prefix{"PathPrefix", Form::policy_path, 1, 512};
    const Parameter description{"Description", Form::text, 0, 1000}, only_attached{"OnlyAttached", Form::boolean};
    return {
        {.name = "CreatePolicy",
         .who = Who::policy,
         .parameters = {policy_name, policy_path, policy_document, description},
         .change = create_policy,
         .asks = tag_on_create},
        {.name = "GetPolicy", .who = Who::policy, .parameters = {policy_arn}, .read = get_policy},
        {.name = "ListPolicies", .parameters = {prefix, only_attached, marker, max_items}, .read = list_policies},
        {.name = "DeletePolicy", .who = Who::policy, .parameters = {policy_arn}, .change = delete_policy, .result = false},
    };
}

}  // namespace sekisho::iam
