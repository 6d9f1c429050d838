#include "store/objects/ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/result.h"

namespace sekisho::store {

bool is_blob_id(std::string_view text) {
    return text.size() == 32 &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

void check_blob_id(const BlobId& id) {
    // In hex: what is refused may be anything, and it goes to the log.
    if (!is_blob_id(id.value)) throw Fault("objects: not a blob id (its bytes in hex: " + to_hex(id.value.substr(0, 64)) + ")");
}

void check_read_length(std::size_t length) {
    if (length > read_bytes_max)
        throw Fault(fmt::format("objects: read of {} bytes, over the limit of {}", length, read_bytes_max));
}

}  // namespace sekisho::store
