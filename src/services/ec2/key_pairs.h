// SSH key pairs: reading public keys, making new ones, fingerprints as EC2 shows them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "services/ec2/request.h"
#include "services/ec2/state.h"

namespace sekisho::ec2 {

// An OpenSSH public key ("ssh-rsa AAAA… comment", or ssh-ed25519): type, fingerprint and the key itself.
Result<KeyPair> read_public_key(std::string_view text);

struct NewKeyPair {
    KeyPair key;
    std::string private_key_pem;  // told once, not kept
};
NewKeyPair make_key_pair(const std::string& type);  // rsa (2048 bits) or ed25519

// The name of a key pair to be made: 1 to 255 ASCII characters (CreateKeyPair, API reference).
Result<std::string> key_name(const Params& params);
Result<void> room_for_key_pair(const State& state);

}  // namespace sekisho::ec2
