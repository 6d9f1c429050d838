#include "services/s3/versions.h"

#include <algorithm>

#include "services/s3/rows.h"

namespace sekisho::s3 {

namespace {

// In the order of their bytes.
constexpr std::string_view alphabet = ".0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
static_assert(alphabet.size() == 64);
constexpr int bits_each = 6;
constexpr std::size_t order_letters = 10, random_letters = 22;
constexpr std::uint64_t sequence_max = (1ull << (order_letters * bits_each)) - 1;
constexpr std::uint64_t sequences_per_ms = 1 << 16;

std::string order_text(std::uint64_t sequence) {
    std::uint64_t down = sequence_max - std::min(sequence, sequence_max);
    std::string text(order_letters, alphabet.front());
    for (std::size_t i = order_letters; i-- > 0; down >>= bits_each) text[i] = alphabet[down % alphabet.size()];
    return text;
}

}  // namespace

bool valid_version_id(std::string_view id) {
    if (id == null_version) return true;
    return id.size() == order_letters + random_letters && id.find_first_not_of(alphabet) == std::string_view::npos;
}

std::string new_version_id(std::uint64_t sequence, Entropy& entropy) {
    return order_text(sequence) + entropy.text(random_letters, alphabet);
}

std::string version_id_of(const ObjectRow& row) { return row.version.empty() ? std::string(null_version) : row.version; }

std::uint64_t sequence_of(const ObjectRow& row) {
    // Rows of the time before the bucket had versioning have none, and are older than all that have.
    return row.sequence != 0 ? row.sequence : static_cast<std::uint64_t>(row.modified_ms) * sequences_per_ms;
}

std::string place_of(const ObjectRow& row) {
    return row.version.empty() ? order_text(sequence_of(row)) + std::string(random_letters, alphabet.front()) : row.version;
}

std::uint64_t next_sequence(const ObjectRow* newest, std::int64_t now_ms) {
    const std::uint64_t now = static_cast<std::uint64_t>(now_ms) * sequences_per_ms;
    return newest ? std::max(now, sequence_of(*newest) + 1) : now;
}

}  // namespace sekisho::s3
