#include "services/organizations/content.h"

#include <algorithm>

#include "services/organizations/aws_policies.h"

namespace sekisho::organizations {

namespace {
constexpr std::size_t content_characters_max = 5120;  // both types; as sent, white space counted
}

Result<void> compile_content(Policy& policy) {
    auto characters =
        std::ranges::count_if(policy.content, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    if (static_cast<std::size_t>(characters) > content_characters_max)
        return constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum size of a policy document.");
    auto document = policy::validate(policy.content, kind_of(policy.type));
    if (!document) return fail(std::move(document.error()));
    policy.compiled = std::move(*document);
    return {};
}

bool name_taken(const State& state, std::string_view organization, const Policy& policy) {
    if (full_access(policy.type).name == policy.name) return true;
    return std::ranges::any_of(state.policies, [&](const auto& entry) {
        const Policy& other = *entry.second;
        return other.organization == organization && other.type == policy.type && other.name == policy.name &&
               other.id != policy.id;
    });
}

Result<json> change_tags(State& state, const Here& here, const std::function<Result<void>(Tags&)>& change) {
    const std::string id = here.text("ResourceId");
    if (const Policy* found = state.policies.find(id); found && found->organization == here.id()) {
        Policy policy = *found;
        if (Result<void> changed = change(policy.tags); !changed) return fail(std::move(changed.error()));
        state.policies.put(id, std::move(policy));
        return json();
    }
    if (const Policy* aws = find_aws_policy(id); aws)
        return invalid("TARGET_NOT_SUPPORTED", "You can't tag a policy that is managed by AWS.");
    const Target* target = find_target(state, here.id(), id);
    if (!target) return fail(error::TargetNotFoundException);
    Result<void> changed;
    change_target(state, *target, [&](Target& row) { changed = change(row.tags); });
    if (!changed) return fail(std::move(changed.error()));
    return json();
}

}  // namespace sekisho::organizations
