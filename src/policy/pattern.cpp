#include "policy/pattern.h"

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace sekisho::policy {
namespace {

// Marker bytes of a program: none of them occurs in UTF-8.
constexpr char any_text = '\xFE';           // *
constexpr char any_character = '\xFF';      // ?
constexpr char some_text = '\xFC';          // * that stops at a colon
constexpr char some_character = '\xFB';     // ? that is no colon
constexpr char variable = '\xFD';           // followed by the variable's index, one byte
constexpr std::size_t variables_max = 250;  // of one pattern, so that an index is no marker

bool is_marker(char c) { return static_cast<unsigned char>(c) >= 0xFB; }

// The length of the character at the start of a non-empty text; a byte that begins no valid sequence is a character of its own.
std::size_t character_length(std::string_view text) {
    auto lead = static_cast<unsigned char>(text[0]);
    std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (length > text.size()) return 1;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 1;
    return length;
}

// Where a run of literal text and `?` matches at the start of the value: its length, or npos.
std::size_t match_run(std::string_view run, std::string_view value) {
    std::size_t at = 0;
    for (char c : run) {
        if (at == value.size()) return std::string_view::npos;
        if (c == any_character) {
            at += character_length(value.substr(at));
        } else {
            if (value[at] != c) return std::string_view::npos;
            ++at;
        }
    }
    return at;
}

// The first place at or after `from` where the run matches; sets its end. Places are character boundaries when it begins with
// `?`.
bool find_run(std::string_view run, std::string_view value, std::size_t from, std::size_t& end) {
    if (run.find(any_character) == std::string_view::npos) {
        if (run.size() > value.size() - from) return false;
        const void* found = memmem(value.data() + from, value.size() - from, run.data(), run.size());
        if (!found) return false;
        end = static_cast<std::size_t>(static_cast<const char*>(found) - value.data()) + run.size();
        return true;
    }
    while (from <= value.size()) {
        std::size_t length = match_run(run, value.substr(from));
        if (length != std::string_view::npos) {
            end = from + length;
            return true;
        }
        if (from == value.size()) return false;
        from += character_length(value.substr(from));
    }
    return false;
}

// Only `*` and `?`: every run between stars is taken at its first place, which is enough when stars match anything.
bool match_unbounded(std::string_view program, std::string_view value) {
    std::size_t star = program.find(any_text);
    if (star == std::string_view::npos) return match_run(program, value) == value.size();
    std::size_t at = match_run(program.substr(0, star), value);
    if (at == std::string_view::npos) return false;
    std::string_view rest = program.substr(star + 1);
    for (;;) {
        star = rest.find(any_text);
        std::string_view run = rest.substr(0, star);
        if (star == std::string_view::npos) break;
        if (!run.empty() && !find_run(run, value, at, at)) return false;
        rest.remove_prefix(star + 1);
    }
    if (rest.empty()) return true;
    // The last run must end where the value ends.
    if (rest.find(any_character) == std::string_view::npos) return value.size() - at >= rest.size() && value.ends_with(rest);
    for (std::size_t place = at; place <= value.size(); place += character_length(value.substr(place))) {
        if (match_run(rest, value.substr(place)) == value.size() - place) return true;
        if (place == value.size()) return false;
    }
    return false;
}

// All four wildcards, by simulating the automaton: a set of places in the program, advanced character by character.
bool match_bounded(std::string_view program, std::string_view value) {
    std::vector<char> now(program.size() + 1), next(program.size() + 1);
    auto add = [&](std::vector<char>& set, std::size_t place) {
        set[place] = 1;
        while (place < program.size() && (program[place] == any_text || program[place] == some_text)) set[++place] = 1;
    };
    add(now, 0);
    for (std::size_t at = 0; at < value.size();) {
        // A literal is compared byte by byte, a wildcard takes a character: only a character's first byte may start one.
        std::size_t length = character_length(value.substr(at));
        for (std::size_t i = 0; i < length; ++i) {
            std::fill(next.begin(), next.end(), 0);
            char byte = value[at + i];
            bool any = false;
            for (std::size_t place = 0; place < program.size(); ++place) {
                if (!now[place]) continue;
                char c = program[place];
                if (c == any_text || (c == some_text && byte != ':'))
                    next[place] = 1, add(next, place), any = true;
                else if (c == any_character || (c == some_character && byte != ':')) {
                    // Stays on its place until the character's last byte.
                    if (i + 1 == length)
                        add(next, place + 1);
                    else
                        next[place] = 1;
                    any = true;
                } else if (c == byte)
                    add(next, place + 1), any = true;
            }
            if (!any) return false;
            std::swap(now, next);
        }
        at += length;
    }
    return now[program.size()];
}

}  // namespace

Pattern Pattern::compile(std::string_view text, Wildcards wildcards, bool variables) {
    Pattern out;
    int colons = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (variables && c == '$' && i + 1 < text.size() && text[i + 1] == '{') {
            std::size_t at = i + 2;
            auto skip = [&] {
                while (at < text.size() && text[at] == ' ') ++at;
            };
            if (at + 1 < text.size() && text[at + 1] == '}' && (text[at] == '*' || text[at] == '?' || text[at] == '$')) {
                out.program_ += text[at];
                i = at + 1;
                continue;
            }
            std::size_t end = text.find_first_of(",}", at);
            if (end != std::string_view::npos) {
                Variable found;
                found.key = to_lower(trim(text.substr(at, end - at)));
                at = end;
                if (text[at] == ',') {  // ${key, 'default'}
                    ++at;
                    skip();
                    std::size_t close = at < text.size() && text[at] == '\'' ? text.find('\'', at + 1) : std::string_view::npos;
                    if (close != std::string_view::npos) {
                        found.otherwise = std::string(text.substr(at + 1, close - at - 1));
                        at = close + 1;
                        skip();
                    } else {
                        at = text.size();
                    }
                }
                if (at < text.size() && text[at] == '}' && !found.key.empty() && out.variables_.size() < variables_max) {
                    out.program_ += variable;
                    out.program_ += static_cast<char>(out.variables_.size());
                    out.variables_.push_back(std::move(found));
                    i = at;
                    continue;
                }
            }
            // Not a variable: the text stands for itself.
        }
        if (c == ':') ++colons;
        if (wildcards != Wildcards::none && (c == '*' || c == '?')) {
            bool within = wildcards == Wildcards::resource && colons < 5;
            bool ends_segment = i + 1 == text.size() || text[i + 1] == ':';
            bool bounded = within && !(c == '*' && ends_segment);
            out.bounded_ |= bounded;
            char marker = c == '*' ? (bounded ? some_text : any_text) : (bounded ? some_character : any_character);
            if (marker == any_text && out.program_.ends_with(any_text)) continue;    // ** is *
            if (marker == some_text && out.program_.ends_with(some_text)) continue;  // likewise
            out.program_ += marker;
            continue;
        }
        out.program_ += c;
    }
    out.find_shape();
    return out;
}

void Pattern::find_shape() {
    shape_ = Shape::literal;
    std::size_t first = std::string::npos;
    for (std::size_t i = 0; i < program_.size(); ++i) {
        if (program_[i] == variable)
            ++i;
        else if (is_marker(program_[i])) {
            first = i;
            break;
        }
    }
    if (first == std::string::npos) return;
    shape_ = Shape::general;
    if (!variables_.empty() || first + 1 != program_.size() || program_[first] != any_text) return;
    shape_ = first == 0 ? Shape::everything : Shape::prefix;
}

bool Pattern::resolve(const KeySource& keys, std::string& out) const {
    out.reserve(program_.size() + 32);
    std::string room;
    for (std::size_t i = 0; i < program_.size(); ++i) {
        if (program_[i] != variable) {
            out += program_[i];
            continue;
        }
        const Variable& wanted = variables_[static_cast<unsigned char>(program_[++i])];
        const KeyValues values = keys.look(wanted.key, room);
        // Multivalued keys cannot be variables, and an empty value is no value.
        bool usable = values.size() == 1 && !values.multiple() && !values[0].empty();
        if (!usable && !wanted.otherwise) return false;
        std::string_view value = usable ? values[0] : std::string_view(*wanted.otherwise);
        // What is not UTF-8 could look like a wildcard of ours.
        if (std::ranges::any_of(value, is_marker)) return false;
        out += value;
    }
    return true;
}

bool Pattern::matches_program(std::string_view program, std::string_view value) const {
    switch (shape_) {
        case Shape::literal:
            return program == value;
        case Shape::everything:
            return true;
        case Shape::prefix:
            return value.starts_with(program.substr(0, program.size() - 1));
        case Shape::general:
            break;
    }
    return bounded_ ? match_bounded(program, value) : match_unbounded(program, value);
}

bool Pattern::matches(std::string_view value, const KeySource& keys) const {
    if (variables_.empty()) return matches_program(program_, value);
    std::string program;
    return resolve(keys, program) && matches_program(program, value);
}

bool Pattern::matches_ignoring_case(std::string_view value, const KeySource& keys) const {
    if (variables_.empty()) return equal_ignoring_case(program_, value);
    std::string program;
    return resolve(keys, program) && equal_ignoring_case(program, value);
}

std::optional<std::string> Pattern::resolved_text(const KeySource& keys) const {
    std::string program;
    if (!resolve(keys, program)) return std::nullopt;
    for (char& c : program) {
        if (c == any_text || c == some_text) c = '*';
        if (c == any_character || c == some_character) c = '?';
    }
    return program;
}

std::vector<std::string> Pattern::variable_keys() const {
    std::vector<std::string> keys;
    for (const Variable& v : variables_) keys.push_back(v.key);
    return keys;
}

}  // namespace sekisho::policy
