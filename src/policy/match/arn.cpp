// ArnEquals and ArnLike (the same operator under two names): six parts between colons, each compared on its own, so that a
// wildcard never reaches into the next part. The sixth may hold colons itself.
#include "policy/match/operator.h"

namespace sekisho::policy::match {
namespace {

// The end of the part that begins at `from`: a colon outside of ${…}.
std::size_t part_end(std::string_view text, std::size_t from, bool variables) {
    for (std::size_t i = from; i < text.size(); ++i) {
        if (text[i] == ':') return i;
        if (variables && text.substr(i, 2) == "${") {
            std::size_t close = text.find('}', i);
            if (close != std::string_view::npos) i = close;
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::optional<ArnPattern> compile_arn(std::string_view text, bool variables) {
    ArnPattern out;
    std::size_t from = 0;
    for (int part = 0; part < 5; ++part) {
        std::size_t end = part_end(text, from, variables);
        if (end == std::string_view::npos) return std::nullopt;
        out.parts[part] = Pattern::compile(text.substr(from, end - from), Pattern::Wildcards::anywhere, variables);
        from = end + 1;
    }
    out.parts[5] = Pattern::compile(text.substr(from), Pattern::Wildcards::anywhere, variables);
    return out;
}

bool arn(const ArnPattern& wanted, std::string_view actual, const KeySource& keys) {
    for (int part = 0; part < 5; ++part) {
        std::size_t end = actual.find(':');
        if (end == std::string_view::npos || !wanted.parts[part].matches(actual.substr(0, end), keys)) return false;
        actual.remove_prefix(end + 1);
    }
    return wanted.parts[5].matches(actual, keys);
}

}  // namespace sekisho::policy::match
