// TagsOp: what CreateTags and DeleteTags share. All resources must be there before any is changed.
#pragma once

#include "services/ec2/ops/op.h"
#include "services/ec2/taggable.h"

namespace sekisho::ec2 {

template <class Op>
struct TagsOp {
    struct Input {
        std::vector<std::string> resources;
        std::vector<std::pair<std::string, std::optional<std::string>>> tags;
    };

    static Tags as_map(const Input& in) {
        Tags map;
        for (const auto& [key, value] : in.tags) map[key] = value.value_or("");
        return map;
    }

    static Result<Input> parse(const Call& call) {
        Input in;
        in.resources = call.params.list("ResourceId");
        if (in.resources.empty()) return missing_parameter("resourceIdSet");
        if (in.resources.size() > 1000)
            return fail(error::ec2::InvalidParameterValue, "At most 1000 resources can be tagged in one request");
        for (const std::string& id : in.resources) {
            const Kind* kind = kind_of(id);
            if (!kind) return fail(error::ec2::InvalidID, fmt::format("The ID '{}' is not valid", id));
            if (auto checked = check_id(*kind, id); !checked) return error_of(checked);
        }
        if (auto read = Op::read(call, in); !read) return error_of(read);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(Op::name), [in](AskList& list) -> Result<void> {
            for (const std::string& id : in.resources) {
                list.on(*kind_of(id), id);
                Op::ask(list, in);
            }
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(Op::name), Ec2::Effect::records,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              for (const std::string& id : in.resources) {
                                  if (!tags_of(change.state, id)) return not_found(*kind_of(id), id);
                                  if (auto applied = Op::apply(change, in, id); !applied) return applied;
                              }
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

}  // namespace sekisho::ec2
