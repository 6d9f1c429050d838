#include "authn/canonical.h"

#include <algorithm>
#include <array>

#include "authn/digest.h"
#include "base/bytes.h"

namespace sekisho::authn {

namespace {

constexpr std::array<bool, 256> unreserved = [] {
    std::array<bool, 256> table{};
    for (unsigned char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"))
        table[c] = true;
    return table;
}();

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

enum class Part { path, query };

// Decodes and encodes again in one pass. A client may have encoded more or less than RFC 3986 asks; it signed the exact form.
void append_encoded(std::string& out, std::string_view text, Part part) {
    constexpr char digits[] = "0123456789ABCDEF";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t start = i;
        while (i < text.size() && unreserved[static_cast<unsigned char>(text[i])]) ++i;
        out.append(text, start, i - start);
        if (i == text.size()) return;
        auto c = static_cast<unsigned char>(text[i]);
        const bool separator = c == '/' && part == Part::path;  // an encoded one is part of a name, and clients sign it encoded
        if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
            c = static_cast<unsigned char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
            i += 2;
        } else if (c == '+' && part == Part::query) {
            c = ' ';  // form encoding, as AWS reads it
        }
        if (unreserved[c] || separator) {
            out.push_back(static_cast<char>(c));
        } else {
            out.push_back('%');
            out.push_back(digits[c >> 4]);
            out.push_back(digits[c & 15]);
        }
    }
}

// RFC 3986 5.2.4, and empty segments removed.
std::string normalised(std::string_view path) {
    std::vector<std::string_view> kept;
    std::vector<std::string_view> segments = split(path, '/');
    for (std::string_view segment : segments) {
        if (segment.empty() || segment == ".") continue;
        if (segment != "..")
            kept.push_back(segment);
        else if (!kept.empty())
            kept.pop_back();
    }
    std::string out;
    for (std::string_view segment : kept) out.append("/").append(segment);
    std::string_view last = segments.empty() ? std::string_view() : segments.back();
    if (out.empty() || last.empty() || last == "." || last == "..") out.push_back('/');
    return out;
}

void append_folded(std::string& out, std::string_view value) {
    value = trim(value);
    bool space = false;
    for (char c : value) {
        if (c == ' ' && space) continue;
        space = c == ' ';
        out.push_back(c);
    }
}

void append_value(std::string& out, const http::Headers& headers, std::string_view name) {
    bool first = true;
    for (const auto& [key, value] : headers) {
        if (!equal_ignoring_case(key, name)) continue;
        if (!first) out.push_back(',');
        first = false;
        append_folded(out, value);
    }
}

void append_query(std::string& out, std::string_view query, bool presigned) {
    std::string encoded;
    encoded.reserve(query.size() + query.size() / 4);
    struct Pair {
        std::size_t name, value, end;  // offsets in `encoded`
    };
    std::vector<Pair> pairs;
    pairs.reserve(16);
    while (!query.empty()) {
        std::size_t end = query.find('&');
        std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (pair.empty()) continue;
        std::size_t equals = pair.find('=');
        Pair p;
        p.name = encoded.size();
        append_encoded(encoded, pair.substr(0, equals), Part::query);
        p.value = encoded.size();
        if (presigned && std::string_view(encoded).substr(p.name) == "X-Amz-Signature") {
            encoded.resize(p.name);
            continue;
        }
        if (equals != std::string_view::npos) append_encoded(encoded, pair.substr(equals + 1), Part::query);
        p.end = encoded.size();
        pairs.push_back(p);
    }
    std::string_view all = encoded;
    auto name = [all](const Pair& p) { return all.substr(p.name, p.value - p.name); };
    auto value = [all](const Pair& p) { return all.substr(p.value, p.end - p.value); };
    std::sort(pairs.begin(), pairs.end(), [&](const Pair& a, const Pair& b) {
        int order = name(a).compare(name(b));
        return order != 0 ? order < 0 : value(a) < value(b);
    });
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (i) out.push_back('&');
        out.append(name(pairs[i])).append(1, '=').append(value(pairs[i]));
    }
}

}  // namespace

std::string canonical_path(std::string_view path, bool s3) {
    std::string once;
    once.reserve(path.size() + 16);
    if (path.empty()) path = "/";
    if (s3) {
        append_encoded(once, path, Part::path);
        return once;
    }
    append_encoded(once, normalised(path), Part::path);
    return percent_encode(once, true);
}

std::string canonical_query(std::string_view query, bool presigned) {
    std::string out;
    append_query(out, query, presigned);
    return out;
}

std::string canonical_value(const http::Headers& headers, std::string_view name) {
    std::string out;
    append_value(out, headers, name);
    return out;
}

std::string canonical_request(const http::Request& request, const std::vector<std::string_view>& signed_headers,
                              std::string_view signed_headers_text, std::string_view payload_hash, bool s3, bool presigned) {
    std::string out;
    out.reserve(1024);
    out.append(request.method).append(1, '\n');
    out.append(canonical_path(request.path, s3)).append(1, '\n');
    append_query(out, request.query, presigned);
    out.push_back('\n');
    for (std::string_view name : signed_headers) {
        out.append(to_lower(name)).append(1, ':');
        append_value(out, request.headers, name);
        out.push_back('\n');
    }
    out.append(1, '\n').append(signed_headers_text).append(1, '\n').append(payload_hash);
    return out;
}

std::string string_to_sign(std::string_view timestamp, std::string_view scope, std::string_view canonical_request) {
    std::string out;
    out.reserve(192);
    out.append("AWS4-HMAC-SHA256\n").append(timestamp).append(1, '\n').append(scope).append(1, '\n');
    out.append(sha256_hex(canonical_request));
    return out;
}

}  // namespace sekisho::authn
