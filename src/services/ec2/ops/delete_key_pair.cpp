#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

const KeyPair* find_key(const State& state, const std::string& name, const std::string& id) {
    if (!name.empty()) return state.key_pairs.find(name);
    for (const auto& [key, row] : state.key_pairs)
        if (row->id == id) return row.get();
    return nullptr;
}

}  // namespace

struct DeleteKeyPair {
    static constexpr std::string_view name = "DeleteKeyPair";
    struct Input {
        std::string key;
        std::string id;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.key = call.params.get("KeyName");
        in.id = call.params.get("KeyPairId");
        if (in.key.empty() && in.id.empty()) return missing_parameter("KeyName");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            const KeyPair* key = find_key(list.view().state, in.key, in.id);
            list.on_key_pair(key, in.key.empty() ? "*" : in.key);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::records,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              // A key pair that is not there is deleted already (DeleteKeyPair, API reference).
                              const KeyPair* key = find_key(change.state, in.key, in.id);
                              std::string id = key ? key->id : "";
                              if (key) change.state.key_pairs.erase(std::string(key->name));
                              xml.boolean("return", true);
                              if (!id.empty()) xml.text("keyPairId", id);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::delete_key_pair(Ec2& ec2) { return make<DeleteKeyPair>(ec2); }

}  // namespace sekisho::ec2
