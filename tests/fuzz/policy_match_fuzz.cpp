// Patterns against values, checked against the obvious (slow) matcher; dates, numbers and addresses for crashes.
// Input: mode byte, pattern, newline, value.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "policy/match/operator.h"
#include "policy/pattern.h"

using namespace sekisho;
using namespace sekisho::policy;

namespace {

std::size_t character(std::string_view text) {
    for (std::size_t n = 1; n <= 4 && n <= text.size(); ++n)
        if (valid_utf8(text.substr(0, n))) return n;
    return 1;
}

// Characters of the pattern against characters of the value, by dynamic programming.
bool obvious(std::string_view pattern, std::string_view value, bool resource) {
    std::vector<std::string_view> p, v;
    for (auto [in, out] : {std::pair{pattern, &p}, std::pair{value, &v}})
        for (; !in.empty(); in.remove_prefix(out->back().size())) out->push_back(in.substr(0, character(in)));
    std::vector<char> bounded(p.size(), 0);
    int colons = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        if (p[i] == ":") ++colons;
        bool ends = i + 1 == p.size() || p[i + 1] == ":";
        if (resource && colons < 5 && (p[i] == "?" || (p[i] == "*" && !ends))) bounded[i] = 1;
    }
    std::vector<char> row(v.size() + 1, 0);
    row[0] = 1;
    for (std::size_t i = 0; i < p.size(); ++i) {
        std::vector<char> next(v.size() + 1, 0);
        if (p[i] == "*") next[0] = row[0];
        for (std::size_t j = 0; j < v.size(); ++j) {
            bool may = !bounded[i] || v[j] != ":";
            if (p[i] == "*")
                next[j + 1] = row[j + 1] || (may && next[j]);
            else if (p[i] == "?")
                next[j + 1] = row[j] && may;
            else
                next[j + 1] = row[j] && p[i] == v[j];
        }
        row = next;
    }
    return row[v.size()];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 300) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::size_t line = text.find('\n');
    if (line == std::string_view::npos) return 0;
    std::string_view pattern = text.substr(0, line), value = text.substr(line + 1);
    Context keys;
    keys.set("k", std::string(value.substr(0, value.size() / 2)));
    if (valid_utf8(pattern)) {  // as the JSON reader has made sure
        if (auto arn = match::compile_arn(pattern, true)) (void)match::arn(*arn, value, keys);
        bool resource = data[0] & 1;
        auto wildcards = resource ? Pattern::Wildcards::resource : Pattern::Wildcards::anywhere;
        (void)Pattern::compile(pattern, wildcards, true).matches(value, keys);
        if (valid_utf8(value) &&
            Pattern::compile(pattern, wildcards, false).matches(value, keys) != obvious(pattern, value, resource))
            std::abort();
    }
    (void)match::parse_date(pattern);
    (void)match::parse_number(pattern);
    (void)match::parse_block(pattern);
    return 0;
}
