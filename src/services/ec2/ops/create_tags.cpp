#include "services/ec2/ops/tags_op.h"

namespace sekisho::ec2 {

struct CreateTags : TagsOp<CreateTags> {
    static constexpr std::string_view name = "CreateTags";

    static Result<void> read(const Call& call, Input& in) {
        auto found = tags(call.params);
        if (!found) return error_of(found);
        if (found->empty()) return missing_parameter("tagSet");
        for (auto& [key, value] : *found) in.tags.emplace_back(key, value);
        return {};
    }
    static void ask(AskList& list, const Input& in) { list.request_tags(as_map(in)); }
    static Result<void> apply(Change& change, const Input& in, const std::string& id) {
        Tags after = *tags_of(change.state, id);
        for (const auto& [key, value] : in.tags) after[key] = *value;
        if (after.size() > limits::tags_per_resource) return fail(error::ec2::TagLimitExceeded);
        change_tags(change.state, id, [&](Tags& tags) { tags = after; });
        return {};
    }
};

std::unique_ptr<AnyOperation> ops::create_tags(Ec2& ec2) { return make<CreateTags>(ec2); }

}  // namespace sekisho::ec2
