// Master keys: what wraps the data keys of objects. Given as text (of a file, a variable, a command): a key on each line, in
// base64, the newest last; empty lines and lines that begin with '#' do not count. New data keys are wrapped under the newest;
// the older ones unwrap what was wrapped under them. A key's id is made from the key, so that a wrong key is never taken for
// the right one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "store/encryption/aead.h"

namespace sekisho::store {

using MasterKeyId = Id<struct MasterKeyTag>;  // 16 lower-case hex digits

class MasterKeys {
   public:
    // `source`: where the text is from, for the errors. Throws a Fault when it holds no key, or what is none.
    static MasterKeys parse(std::string_view text, std::string_view source);
    // A line of such a text with a new key.
    static std::string make_line(Entropy& entropy);

    const MasterKeyId& newest() const { return keys_.back().id; }
    bool has(const MasterKeyId& id) const { return find(id) != nullptr; }
    std::vector<MasterKeyId> ids() const;               // oldest first
    const SecretKey& key(const MasterKeyId& id) const;  // throws a Fault when there is none

   private:
    struct Key {
        MasterKeyId id;
        SecretKey key;
    };
    const Key* find(const MasterKeyId& id) const;
    std::vector<Key> keys_;
};

// A data key as it is stored: wrapped under a master key, or under a key that a customer keeps (docs/formats.md, "Data keys").
// `place` says whose data key it is; under another place it does not unwrap.
enum class WrappedBy { nobody, master_key, customer };  // nobody: there is no data key, the bytes are plain
WrappedBy wrapped_by(std::string_view wrapped);         // throws a Fault for what is no wrapped key
MasterKeyId master_key_of(std::string_view wrapped);    // of those that are wrapped by one

std::string wrap(const SecretKey& data_key, const MasterKeys& keys, std::string_view place, Entropy& entropy);
std::string wrap_for_customer(const SecretKey& data_key, const SecretKey& customer, std::string_view place, Entropy& entropy);
// Throws a Fault when the key is not among `keys`, or what is stored was changed.
SecretKey unwrap(std::string_view wrapped, const MasterKeys& keys, std::string_view place);
// nullopt: another key wrapped it.
std::optional<SecretKey> unwrap_for_customer(std::string_view wrapped, const SecretKey& customer, std::string_view place);

}  // namespace sekisho::store
