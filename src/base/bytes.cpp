#include "base/bytes.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sekisho {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char upper_hex_digits[] = "0123456789ABCDEF";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr std::array<signed char, 256> base64_values = [] {
    std::array<signed char, 256> table{};
    for (auto& value : table) value = -1;
    for (int i = 0; i < 64; ++i) table[static_cast<unsigned char>(base64_digits[i])] = static_cast<signed char>(i);
    return table;
}();

constexpr bool unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

template <class N>
std::optional<N> parse_number(std::string_view text) {
    N value{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

}  // namespace

std::string to_hex(std::string_view bytes) {
    std::string out(bytes.size() * 2, '\0');
    char* at = out.data();
    for (unsigned char c : bytes) {
        *at++ = hex_digits[c >> 4];
        *at++ = hex_digits[c & 15];
    }
    return out;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        int high = hex_value(text[i]), low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high << 4 | low));
    }
    return out;
}

std::string to_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned value = static_cast<unsigned char>(bytes[i]) << 16;
        if (i + 1 < bytes.size()) value |= static_cast<unsigned char>(bytes[i + 1]) << 8;
        if (i + 2 < bytes.size()) value |= static_cast<unsigned char>(bytes[i + 2]);
        out.push_back(base64_digits[value >> 18]);
        out.push_back(base64_digits[value >> 12 & 63]);
        out.push_back(i + 1 < bytes.size() ? base64_digits[value >> 6 & 63] : '=');
        out.push_back(i + 2 < bytes.size() ? base64_digits[value & 63] : '=');
    }
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4) return std::nullopt;
    std::string out;
    out.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        bool last = i + 4 == text.size();
        int padding = last ? (text[i + 3] == '=') + (text[i + 3] == '=' && text[i + 2] == '=') : 0;
        unsigned value = 0;
        for (int k = 0; k < 4; ++k) {
            int digit = k >= 4 - padding ? 0 : base64_values[static_cast<unsigned char>(text[i + k])];
            if (digit < 0) return std::nullopt;
            value = value << 6 | static_cast<unsigned>(digit);
        }
        // Bits that padding leaves over must be zero: one text for one value.
        if ((padding == 1 && value & 0xff) || (padding == 2 && value & 0xffff)) return std::nullopt;
        out.push_back(static_cast<char>(value >> 16));
        if (padding < 2) out.push_back(static_cast<char>(value >> 8));
        if (padding < 1) out.push_back(static_cast<char>(value));
    }
    return out;
}

std::string percent_encode(std::string_view text, bool keep_slash) {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (char c : text) {
        if (unreserved(c) || (keep_slash && c == '/')) {
            out.push_back(c);
        } else {
            out.push_back('%');
            out.push_back(upper_hex_digits[static_cast<unsigned char>(c) >> 4]);
            out.push_back(upper_hex_digits[static_cast<unsigned char>(c) & 15]);
        }
    }
    return out;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    constexpr std::size_t none = std::string_view::npos;
    std::size_t percent = text.find('%'), plus = plus_is_space ? text.find('+') : none;
    for (std::size_t i = 0;;) {
        const std::size_t next = std::min(percent, plus);
        out.append(text.substr(i, next - i));
        if (next == none) return out;
        if (next == plus) {
            out.push_back(' ');
            i = next + 1;
            plus = text.find('+', i);
            continue;
        }
        if (next + 2 >= text.size()) return std::nullopt;
        int high = hex_value(text[next + 1]), low = hex_value(text[next + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high << 4 | low));
        i = next + 3;
        percent = text.find('%', i);
    }
}

std::string to_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = lower(c);
    return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i])) return false;
    return true;
}

std::string_view trim(std::string_view text) {
    std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    parts.reserve(8);
    for (;;) {
        std::size_t at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::optional<std::uint64_t> parse_u64(std::string_view text) {
    if (text.starts_with('-')) return std::nullopt;
    return parse_number<std::uint64_t>(text);
}

std::optional<std::int64_t> parse_i64(std::string_view text) { return parse_number<std::int64_t>(text); }

bool valid_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
        unsigned char lead = byte(i);
        std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((byte(i + k) & 0xc0) != 0x80) return false;
        if (lead == 0xe0 && byte(i + 1) < 0xa0) return false;   // overlong
        if (lead == 0xed && byte(i + 1) >= 0xa0) return false;  // surrogates
        if (lead == 0xf0 && byte(i + 1) < 0x90) return false;   // overlong
        if (lead == 0xf4 && byte(i + 1) >= 0x90) return false;  // beyond U+10FFFF
        i += length;
    }
    return true;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sekisho
