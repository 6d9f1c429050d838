#include "services/ec2/ops/tags_op.h"

namespace sekisho::ec2 {

struct DeleteTags : TagsOp<DeleteTags> {
    static constexpr std::string_view name = "DeleteTags";

    // A key without value deletes whatever its value; with one, only where it has that value. No tag at all: all of them.
    static Result<void> read(const Call& call, Input& in) {
        for (const Params& tag : call.params.structures("Tag")) {
            auto key = tag.find("Key");
            if (!key || key->empty()) return fail(error::ec2::InvalidParameterValue, "Tag keys must not be empty");
            std::optional<std::string> value;
            if (auto given = tag.find("Value")) value = std::string(*given);
            in.tags.emplace_back(*key, std::move(value));
        }
        return {};
    }
    static void ask(AskList& list, const Input& in) { list.request_tags(as_map(in)); }
    static Result<void> apply(Change& change, const Input& in, const std::string& id) {
        change_tags(change.state, id, [&](Tags& tags) {
            if (in.tags.empty()) tags.clear();
            for (const auto& [key, value] : in.tags) {
                auto it = tags.find(key);
                if (it != tags.end() && (!value || *value == it->second)) tags.erase(it);
            }
        });
        return {};
    }
};

std::unique_ptr<AnyOperation> ops::delete_tags(Ec2& ec2) { return make<DeleteTags>(ec2); }

}  // namespace sekisho::ec2
