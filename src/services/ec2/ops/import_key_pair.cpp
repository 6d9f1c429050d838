#include "base/bytes.h"
#include "services/ec2/key_pairs.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ImportKeyPair {
    static constexpr std::string_view name = "ImportKeyPair";
    struct Input {
        std::string key;
        std::string material;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto key = key_name(call.params);
        if (!key) return error_of(key);
        in.key = std::move(*key);
        auto encoded = required(call.params, "PublicKeyMaterial");
        if (!encoded) return error_of(encoded);
        auto material = from_base64(*encoded);
        if (!material) return fail(error::ec2::InvalidKeyFormat);
        in.material = std::move(*material);
        auto tags = tag_specifications(call.params, kind::key_pair);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::key_pair, in.tags, {}, in.key);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto key = read_public_key(in.material);
                if (!key) return error_of(key);
                if (change.state.key_pairs.contains(in.key))
                    return fail(error::ec2::InvalidKeyPairDuplicate, fmt::format("The keypair '{}' already exists.", in.key));
                if (auto room = room_for_key_pair(change.state); !room) return room;
                key->id = change.id(kind::key_pair);
                key->name = in.key;
                key->created = change.millis();
                key->tags = in.tags;
                change.state.key_pairs.put(in.key, *key);
                xml.text("keyName", key->name).text("keyFingerprint", key->fingerprint).text("keyPairId", key->id);
                write_tags(xml, key->tags);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::import_key_pair(Ec2& ec2) { return make<ImportKeyPair>(ec2); }

}  // namespace sekisho::ec2
