#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct DescribeKeyPairs {
    static constexpr std::string_view name = "DescribeKeyPairs";
    struct Input {
        std::vector<std::string> names;
        std::vector<std::string> ids;
        std::vector<Filter> filters;
        bool with_public_key = false;
    };
    static Result<Input> parse(const Call& call) {
        Input in{call.params.list("KeyName"), {}, {}, false};
        auto given = ids(call.params, "KeyPairId", kind::key_pair);
        if (!given) return error_of(given);
        in.ids = std::move(*given);
        auto wanted = filters(call.params);
        if (!wanted) return error_of(wanted);
        in.filters = std::move(*wanted);
        auto with = boolean(call.params, "IncludePublicKey");
        if (!with) return error_of(with);
        in.with_public_key = *with;
        return in;
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            DescribeInput wanted;
            wanted.ids = in.names;
            wanted.filters = in.filters;
            for (const std::string& id : in.ids) {
                auto is_it = [&](const auto& entry) { return entry.second->id == id; };
                auto found = std::find_if(view.state.key_pairs.begin(), view.state.key_pairs.end(), is_it);
                if (found == view.state.key_pairs.end())
                    return fail(error::ec2::InvalidKeyPairNotFound, fmt::format("The key pair ID '{}' does not exist", id));
                wanted.ids.push_back(found->first);
            }
            auto write = [&](XmlWriter& out, const View& v, const KeyPair& key) {
                write_key_pair(out, v, key);
                if (in.with_public_key) out.text("publicKey", key.public_key);
            };
            return describe<KeyPair>(xml, view, wanted, kind::key_pair, view.state.key_pairs, key_pair_columns(), "keySet",
                                     write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_key_pairs(Ec2& ec2) { return make<DescribeKeyPairs>(ec2); }

}  // namespace sekisho::ec2
