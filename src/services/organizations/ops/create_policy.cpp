#include <algorithm>

#include "services/organizations/content.h"
#include "services/organizations/ops/list.h"

namespace sekisho::organizations {

namespace {

constexpr std::size_t scps_max = 10'000, rcps_max = 1'000;

Result<json> answer_create_policy(State& state, const Here& here) {
    if (here.organization.feature_set != "ALL") return fail(error::PolicyTypeNotAvailableForOrganizationException);
    Policy made;
    made.type = here.text("Type");
    made.name = here.text("Name");
    made.description = here.text("Description");
    made.content = here.text("Content");
    if (Result<void> set = compile_content(made); !set) return fail(std::move(set.error()));
    if (name_taken(state, here.id(), made)) return fail(error::DuplicatePolicyException);
    auto same_type = [&](const auto& entry) {
        return entry.second->organization == here.id() && entry.second->type == made.type;
    };
    if (std::ranges::count_if(state.policies, same_type) >=
        static_cast<std::ptrdiff_t>(made.type == rcp_type ? rcps_max : scps_max))
        return constraint("POLICY_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of policies of this type.");
    made.id = here.token("p-", 8);
    made.organization = here.id();
    if (Result<void> tagged = add_tags(made.tags, here.in); !tagged) return fail(std::move(tagged.error()));
    state.policies.put(made.id, made);
    return policy_json(state, here.organization, made);
}

}  // namespace

Spec create_policy() {
    return {.name = "CreatePolicy",
            .fields = {{"Content", Form::text, true, 1},
                       {"Description", Form::text, true, 0, 512},
                       {"Name", Form::text, true, 1, 128},
                       {"Type", Form::policy_type, true},
                       tags},
            .change = answer_create_policy};
}

}  // namespace sekisho::organizations
