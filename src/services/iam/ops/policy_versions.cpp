// CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion, DeletePolicyVersion.
#include <fmt/format.h>

#include "base/bytes.h"
#include "policy/limits.h"
#include "services/iam/identities.h"
#include "services/iam/page.h"
#include "services/iam/render.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t versions_max = 5;

void write_version(wire::XmlWriter& out, std::string_view json, std::string_view id, bool is_default,
                   std::string_view created) {
    if (!json.empty()) out.text("Document", document_text(json));
    out.text("VersionId", id).boolean("IsDefaultVersion", is_default).text("CreateDate", created);
}

std::string date(std::int64_t millis) { return iso8601(from_epoch_millis(millis)); }

// v[1-9][0-9]*(\.[A-Za-z0-9-]*)?
Result<int> version_number(const Arguments& arguments) {
    const std::string id = arguments.get("VersionId");
    std::optional<std::uint64_t> number =
        id.starts_with('v') && id.size() > 1 && id[1] != '0' ? parse_u64(std::string_view(id).substr(1)) : std::nullopt;
    if (!number || *number > 1'000'000)
        return fail(
            validation_error(fmt::format("Value '{}' at 'versionId' failed to satisfy constraint: Member must satisfy regular "
                                         "expression pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?",
                                         id)));
    return static_cast<int>(*number);
}

ApiError no_version(const Arguments& arguments) {
    return fail(error::NoSuchEntity, fmt::format("Policy {} version {} does not exist or is not attachable.",
                                                 arguments.get("PolicyArn"), arguments.get("VersionId")))
        .error();
}

Result<void> create_version(State& state, const Input& in, wire::XmlWriter& out) {
    const std::string json = in->get("PolicyDocument");
    Result<const ManagedPolicy*> found = need_own_policy(state, *in);
    if (!found) return fail(std::move(found.error()));
    if (policy::size_in_characters(json) > policy::managed_policy_size_max)
        return fail(error::LimitExceeded,
                    fmt::format("Cannot exceed quota for PolicySize: {}", policy::managed_policy_size_max));
    Result<PolicyText> text = new_policy(json, policy::Kind::identity);
    if (!text) return fail(std::move(text.error()));
    ManagedPolicy policy = **found;
    if (policy.versions.size() >= versions_max)
        return fail(error::LimitExceeded,
                    "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
                    "version.");
    const int number = policy.next_version++;
    const bool as_default = in->get("SetAsDefault") == "true";
    policy.versions[number] = {std::move(*text), in->now_ms()};
    if (as_default) policy.default_version = number;
    policy.updated_ms = in->now_ms();
    out.open("PolicyVersion");
    write_version(out, "", fmt::format("v{}", number), as_default, date(in->now_ms()));
    out.close();
    std::string key = to_lower(policy.name);
    state.policies.put(std::move(key), std::move(policy));
    return {};
}

Result<void> get_version(const State& state, const Input& in, wire::XmlWriter& out) {
    const std::string arn = in->get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    Result<int> number = version_number(*in);
    if (!number) return fail(std::move(number.error()));
    if (const AwsPolicy* aws = find_aws_policy(arn)) {
        if (in->get("VersionId") != aws->default_version) return fail(no_version(*in));
        out.open("PolicyVersion");
        write_version(out, aws->json, aws->default_version, true, aws->updated);
        out.close();
        return {};
    }
    const ManagedPolicy* policy = find_managed(state, in->account, arn);
    if (!policy) return fail(no_such_policy(arn));
    auto version = policy->versions.find(*number);
    if (version == policy->versions.end()) return fail(no_version(*in));
    out.open("PolicyVersion");
    write_version(out, version->second.document.json, in->get("VersionId"), *number == policy->default_version,
                  date(version->second.created_ms));
    out.close();
    return {};
}

Result<void> list_versions(const State& state, const Input& in, wire::XmlWriter& out) {
    Result<Page> page = Page::of(*in);
    if (!page) return fail(std::move(page.error()));
    const std::string arn = in->get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    const AwsPolicy* aws = find_aws_policy(arn);
    const ManagedPolicy* policy = aws ? nullptr : find_managed(state, in->account, arn);
    if (!aws && !policy) return fail(no_such_policy(arn));
    out.open("Versions");
    if (aws && page->takes(aws->default_version)) {
        out.open("member");
        write_version(out, "", aws->default_version, true, aws->updated);
        out.close();
    }
    if (policy) {
        // Newest first. Markers ascend: they hold how far the number is from the next one's.
        for (auto it = policy->versions.rbegin(); it != policy->versions.rend() && !page->full(); ++it) {
            if (!page->takes(fmt::format("{:09}", 999'999'999 - it->first))) continue;
            out.open("member");
            write_version(out, "", fmt::format("v{}", it->first), it->first == policy->default_version,
                          date(it->second.created_ms));
            out.close();
        }
    }
    out.close();
    page->write(out);
    return {};
}

Result<void> set_default(State& state, const Input& in, wire::XmlWriter&) {
    Result<const ManagedPolicy*> found = need_own_policy(state, *in);
    if (!found) return fail(std::move(found.error()));
    Result<int> number = version_number(*in);
    if (!number) return fail(std::move(number.error()));
    if (!(*found)->versions.contains(*number)) return fail(no_version(*in));
    ManagedPolicy policy = **found;
    policy.default_version = *number;
    policy.updated_ms = in->now_ms();
    std::string key = to_lower(policy.name);
    state.policies.put(std::move(key), std::move(policy));
    return {};
}

Result<void> delete_version(State& state, const Input& in, wire::XmlWriter&) {
    Result<const ManagedPolicy*> found = need_own_policy(state, *in);
    if (!found) return fail(std::move(found.error()));
    Result<int> number = version_number(*in);
    if (!number) return fail(std::move(number.error()));
    if (!(*found)->versions.contains(*number)) return fail(no_version(*in));
    if ((*found)->default_version == *number)
        return fail(error::DeleteConflict, "Cannot delete the default version of a policy.");
    ManagedPolicy policy = **found;
    policy.versions.erase(*number);
    policy.updated_ms = in->now_ms();
    std::string key = to_lower(policy.name);
    state.policies.put(std::move(key), std::move(policy));
    return {};
}

}  // namespace

std::vector<Spec> policy_version_operations() {
    const Parameter as_default{"SetAsDefault", Form::boolean};
    return {
        {.name = "CreatePolicyVersion",
         .who = Who::policy,
         .parameters = {policy_arn, policy_document, as_default},
         .change = create_version},
        {.name = "GetPolicyVersion", .who = Who::policy, .parameters = {policy_arn, version_id}, .read = get_version},
        {.name = "ListPolicyVersions",
         .who = Who::policy,
         .parameters = {policy_arn, marker, max_items},
         .read = list_versions},
        {.name = "SetDefaultPolicyVersion",
         .who = Who::policy,
         .parameters = {policy_arn, version_id},
         .change = set_default,
         .result = false},
        {.name = "DeletePolicyVersion",
         .who = Who::policy,
         .parameters = {policy_arn, version_id},
         .change = delete_version,
         .result = false},
    };
}

}  // namespace sekisho::iam
