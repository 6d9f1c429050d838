#include "store/tables/encoding.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "store/tables/crc32c.h"

namespace sekisho::store {

namespace {

constexpr std::size_t checksum_bytes = 4;

std::string escaped(std::string_view partition, char end_mark) {
    std::string out;
    out.reserve(partition.size() + 64);
    out.push_back('\x01');
    for (;;) {
        std::size_t nul = partition.find('\0');
        out.append(partition.substr(0, nul));
        if (nul == std::string_view::npos) break;
        out.append(std::string_view("\0\xff", 2));
        partition.remove_prefix(nul + 1);
    }
    out.push_back('\0');
    out.push_back(end_mark);
    return out;
}

std::uint32_t checksum(std::string_view key, std::string_view value) { return crc32c(value, crc32c(key)); }

}  // namespace

std::string partition_start(std::string_view partition) { return escaped(partition, '\x01'); }
std::string partition_end(std::string_view partition) { return escaped(partition, '\x02'); }

void seal_value(std::string_view key, std::string& value) {
    std::uint32_t sum = checksum(key, value);
    for (std::size_t i = 0; i < checksum_bytes; ++i) value.push_back(static_cast<char>(sum >> (8 * i)));
}

std::string_view open_value(std::string_view key, std::string_view sealed) {
    if (sealed.size() > checksum_bytes) {
        std::string_view value = sealed.substr(0, sealed.size() - checksum_bytes);
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < checksum_bytes; ++i)
            sum |= static_cast<std::uint32_t>(static_cast<unsigned char>(sealed[value.size() + i])) << (8 * i);
        if (sum == checksum(key, value)) return value;
    }
    throw Fault(fmt::format("tables: the row with key {} is damaged (its checksum does not match)", to_hex(key)));
}

}  // namespace sekisho::store
