// Chunks: how encrypted bytes lie in a blob or a row (docs/formats.md, "Encrypted bytes"). Each 64 KiB of plaintext are sealed
// on their own, so that any range is readable, and proved, by reading its chunks alone. A chunk's nonce is its number and
// whether it is the last, and a key seals one blob only: what is cut off, reordered or taken from elsewhere is found.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "store/encryption/aead.h"
#include "store/objects/objects.h"

namespace sekisho::store {

inline constexpr std::size_t chunk_bytes = 64u << 10;  // of plaintext; the last one may have fewer
inline constexpr std::size_t sealed_chunk_bytes = chunk_bytes + tag_bytes;

std::uint64_t sealed_size(std::uint64_t plain_size);
std::optional<std::uint64_t> plain_size(std::uint64_t sealed_size);  // nullopt: no encrypted blob has this size

// Few bytes, as one chunk: also none, which have a tag then.
std::string seal_small(const SecretKey& key, std::string_view plain);
std::optional<std::string> unseal_small(const SecretKey& key, std::string_view sealed);

// The key of one blob of an object. (An object's own key seals what lies in its row.)
SecretKey key_of_blob(const SecretKey& data_key, const BlobId& id);

// Seals what is appended on its way to `inner`. Holds less than a chunk.
std::unique_ptr<BlobWriter> encrypting_writer(std::unique_ptr<BlobWriter> inner, const SecretKey& data_key);
// Plaintext of `inner`, proved chunk by chunk before a byte of it is returned: a Fault where something was changed. Reads that
// begin and end at chunks' edges decrypt nothing twice. size() is that of the plaintext; there is no file().
// A Fault when the blob's size is none of an encrypted blob.
std::unique_ptr<BlobReader> decrypting_reader(std::unique_ptr<BlobReader> inner, const SecretKey& data_key, BlobId id);

}  // namespace sekisho::store
