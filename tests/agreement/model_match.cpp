#include "agreement/model_match.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

namespace agreement {

using Json = nlohmann::json;
using Texts = std::vector<std::string>;

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::vector<std::string> texts(const Json& value) {
    Texts out;
    for (const Json& item : value.is_array() ? value : Json::array({value}))
        out.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    return out;
}

namespace {

Texts split(const std::string& text, char separator) {
    Texts out(1);
    for (char c : text)
        if (c == separator)
            out.emplace_back();
        else
            out.back() += c;
    return out;
}

// One thing that a pattern asks for: a character (a UTF-8 sequence), any one character, or any number of them.
struct Piece {
    enum { character, one, many } kind = character;
    std::string text;
    bool colons = true;  // `one` and `many`: may it be a colon
};
using Pieces = std::vector<Piece>;

Texts characters(const std::string& text) {
    Texts out;
    for (char c : text)
        if (!out.empty() && (c & 0xC0) == 0x80)
            out.back() += c;
        else
            out.emplace_back(1, c);
    return out;
}

void add_text(Pieces& out, const std::string& text) {
    for (const std::string& c : characters(text)) out.push_back({Piece::character, c});
}

// "Key names are case-insensitive." nullptr: not in the request.
const Json* find_key(const Json& keys, const std::string& name) {
    for (auto& [key, value] : keys.items())
        if (lower(key) == lower(name)) return &value;
    return nullptr;
}

// "You can't use a multivalued condition key as a variable"; "a condition context key that has no value or is not present … the
// value is effectively null".
std::optional<std::string> variable_value(const Json& keys, const std::string& name) {
    const Json* value = find_key(keys, name);
    if (!value || !value->is_string() || value->get<std::string>().empty()) return std::nullopt;
    return value->get<std::string>();
}

// A text of a policy, read into pieces. nullopt: one of its variables has no value, so that it is equal to or like nothing.
std::optional<Pieces> read(const std::string& text, bool wildcards, bool variables, const Json& keys) {
    Pieces out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (variables && text.compare(i, 2, "${") == 0) {
            std::size_t end = text.find('}', i);
            if (end != std::string::npos) {
                std::string inside = text.substr(i + 2, end - i - 2);
                i = end;
                // "${*}, ${?} and ${$}": the characters themselves.
                if (inside == "*" || inside == "?" || inside == "$") {
                    add_text(out, inside);
                    continue;
                }
                // "surround the default value with single quotes, and separate the variable text and the default value with a
                // comma and space"
                std::string name = inside;
                std::optional<std::string> otherwise;
                if (std::size_t comma = inside.find(", '"); comma != std::string::npos) {
                    name = inside.substr(0, comma);
                    otherwise = inside.substr(comma + 3, inside.size() - comma - 4);
                }
                std::optional<std::string> value = variable_value(keys, name);
                if (!value) value = otherwise;
                if (!value) return std::nullopt;
                add_text(out, *value);
                continue;
            }
        }
        if (wildcards && text[i] == '*')
            out.push_back({Piece::many, "*"});
        else if (wildcards && text[i] == '?')
            out.push_back({Piece::one, "?"});
        else if (!out.empty() && out.back().kind == Piece::character && (text[i] & 0xC0) == 0x80)
            out.back().text += text[i];
        else
            out.push_back({Piece::character, std::string(1, text[i])});
    }
    return out;
}

bool fits(const Pieces& pieces, std::size_t p, const Texts& value, std::size_t v) {
    if (p == pieces.size()) return v == value.size();
    const Piece& piece = pieces[p];
    bool there = v < value.size() && (piece.kind == Piece::character || piece.colons || value[v] != ":");
    switch (piece.kind) {
        case Piece::character:
            return there && value[v] == piece.text && fits(pieces, p + 1, value, v + 1);
        case Piece::one:
            return there && fits(pieces, p + 1, value, v + 1);
        case Piece::many:
            return fits(pieces, p + 1, value, v) || (there && fits(pieces, p, value, v + 1));
    }
    return false;
}

bool like(const std::string& pattern, const std::string& value, bool wildcards, bool variables, const Json& keys) {
    std::optional<Pieces> pieces = read(pattern, wildcards, variables, keys);
    return pieces && fits(*pieces, 0, characters(value), 0);
}

// --- numbers: "an integer or decimal value" ---

struct Number {
    bool negative;
    std::string whole, fraction;
};
std::optional<Number> number(std::string text) {
    Number out{!text.empty() && text[0] == '-', "", ""};
    if (out.negative) text.erase(0, 1);
    Texts parts = split(text, '.');
    if (parts.size() > 2 || parts[0].empty() || (parts.size() == 2 && parts[1].empty())) return std::nullopt;
    for (const std::string& part : parts)
        for (char c : part)
            if (!std::isdigit(static_cast<unsigned char>(c))) return std::nullopt;
    out.whole = parts[0];
    out.fraction = parts.size() == 2 ? parts[1] : "";
    return out;
}

int compare(const Number& a, const Number& b) {
    auto padded = [](const Number& n) {
        return std::string(40 - n.whole.size(), '0') + n.whole + n.fraction + std::string(40 - n.fraction.size(), '0');
    };
    std::string x = padded(a), y = padded(b), zero(80, '0');
    bool x_negative = a.negative && x != zero, y_negative = b.negative && y != zero;
    if (x_negative != y_negative) return x_negative ? -1 : 1;
    int order = x < y ? -1 : x > y ? 1 : 0;
    return x_negative ? -order : order;
}

// --- dates: W3C's NOTE-datetime, or epoch time ---

// Milliseconds since 1970, counted day by day.
std::optional<long long> moment(const std::string& text) {
    bool digits = std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
    if (digits && !text.empty() && text.size() != 4) return std::stoll(text) * 1000;
    int year = 0, month = 1, day = 1, hour = 0, minute = 0, zone_hour = 0, zone_minute = 0, used = 0;
    double second = 0;
    char sign = '+';
    int size = static_cast<int>(text.size());
    auto whole = [&](int count, int wanted) { return count == wanted && used == size; };
    const char* c = text.c_str();
    bool read = (size == 4 && whole(std::sscanf(c, "%4d%n", &year, &used), 1)) ||
                (size == 7 && whole(std::sscanf(c, "%4d-%2d%n", &year, &month, &used), 2)) ||
                (size == 10 && whole(std::sscanf(c, "%4d-%2d-%2d%n", &year, &month, &day, &used), 3)) ||
                (size == 17 && text.back() == 'Z' &&
                 whole(std::sscanf(c, "%4d-%2d-%2dT%2d:%2dZ%n", &year, &month, &day, &hour, &minute, &used), 5)) ||
                (size >= 20 && text.back() == 'Z' &&
                 whole(std::sscanf(c, "%4d-%2d-%2dT%2d:%2d:%lfZ%n", &year, &month, &day, &hour, &minute, &second, &used), 6)) ||
                (size == 25 && whole(std::sscanf(c, "%4d-%2d-%2dT%2d:%2d:%lf%c%2d:%2d%n", &year, &month, &day, &hour, &minute,
                                                 &second, &sign, &zone_hour, &zone_minute, &used),
                                     9));
    if (!read) return std::nullopt;
    auto leap = [](int y) { return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0; };
    int lengths[] = {31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] || hour > 23 || minute > 59) return std::nullopt;
    long long days = day - 1;
    for (int m = 1; m < month; ++m) days += lengths[m - 1];
    for (int y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
    for (int y = year; y < 1970; ++y) days -= leap(y) ? 366 : 365;
    long long zone = (zone_hour * 60 + zone_minute) * (sign == '-' ? -1 : 1);
    return ((days * 24 + hour) * 60 + minute - zone) * 60000 + static_cast<long long>(second * 1000 + 0.5);
}

// --- addresses, as strings of zeros and ones ---

std::string bits_of(unsigned value, int width) {
    std::string out;
    for (int bit = width - 1; bit >= 0; --bit) out += value >> bit & 1 ? '1' : '0';
    return out;
}

std::optional<std::string> bits(const std::string& address) {
    if (address.find(':') == std::string::npos) {
        Texts parts = split(address, '.');
        std::string out;
        if (parts.size() != 4) return std::nullopt;
        for (const std::string& part : parts) {
            if (part.empty() || part.size() > 3 || part.find_first_not_of("0123456789") != std::string::npos ||
                std::stoi(part) > 255)
                return std::nullopt;
            out += bits_of(static_cast<unsigned>(std::stoi(part)), 8);
        }
        return out;
    }
    auto groups = [](const std::string& text) -> std::optional<std::string> {
        std::string out;
        if (text.empty()) return out;
        for (const std::string& group : split(text, ':')) {
            if (group.empty() || group.size() > 4 || group.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
                return std::nullopt;
            out += bits_of(static_cast<unsigned>(std::stoul(group, nullptr, 16)), 16);
        }
        return out;
    };
    std::size_t gap = address.find("::");
    std::optional<std::string> before = groups(address.substr(0, gap)),
                               after = groups(gap == std::string::npos ? "" : address.substr(gap + 2));
    if (!before || !after) return std::nullopt;
    std::size_t known = before->size() + after->size();
    if (known > 128 || (gap == std::string::npos && known != 128)) return std::nullopt;
    return *before + std::string(128 - known, '0') + *after;
}

std::optional<std::string> from_base64(const std::string& text) {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string all, out;
    for (char c : text) {
        if (c == '=') continue;
        std::size_t at = alphabet.find(c);
        if (at == std::string::npos) return std::nullopt;
        all += bits_of(static_cast<unsigned>(at), 6);
    }
    for (std::size_t i = 0; i + 8 <= all.size(); i += 8) out += static_cast<char>(std::stoi(all.substr(i, 8), nullptr, 2));
    return out;
}

// "Each of the six colon-delimited components of the ARN is checked separately and each can include … wildcards."
bool arn_like(const std::string& pattern, const std::string& value, bool variables, const Json& keys) {
    auto six = [](const std::string& text, bool braces) {
        Texts parts(1);
        bool inside = false;  // ${…} is one thing although it holds a colon
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (braces && text.compare(i, 2, "${") == 0) inside = true;
            if (text[i] == '}') inside = false;
            if (text[i] == ':' && parts.size() < 6 && !inside)
                parts.emplace_back();
            else
                parts.back() += text[i];
        }
        return parts;
    };
    Texts wanted = six(pattern, variables), actual = six(value, false);
    if (wanted.size() != 6 || actual.size() != 6) return false;
    for (int i = 0; i < 6; ++i)
        if (!like(wanted[i], actual[i], true, variables, keys)) return false;
    return true;
}

// --- one value of the request against one of the policy, for the operator without its negation ---

bool compares(const std::string& op, const std::string& wanted, const std::string& actual, bool variables, const Json& keys) {
    if (op == "StringEquals") return like(wanted, actual, false, variables, keys);
    if (op == "StringLike") return like(wanted, actual, true, variables, keys);
    if (op == "StringEqualsIgnoreCase") {
        Json lowered = keys;
        for (auto& [key, value] : lowered.items())
            if (value.is_string()) value = lower(value);
        return like(lower(wanted), lower(actual), false, variables, lowered);
    }
    if (op == "ArnEquals" || op == "ArnLike") return arn_like(wanted, actual, variables, keys);
    if (op == "IpAddress") return address_in_block(actual, wanted);
    if (op == "BinaryEquals") return from_base64(wanted) == actual;
    if (op == "Bool") return (wanted == "true" || wanted == "false") && wanted == actual;
    std::optional<int> order;
    std::string relation;
    if (op.starts_with("Numeric")) {
        auto a = number(actual), w = number(wanted);
        if (a && w) order = compare(*a, *w);
        relation = op.substr(7);
    } else {
        auto a = moment(actual), w = moment(wanted);
        if (a && w) order = *a < *w ? -1 : *a > *w ? 1 : 0;
        relation = op.substr(4);
    }
    if (!order) return false;
    if (relation == "Equals") return *order == 0;
    if (relation == "LessThan") return *order < 0;
    if (relation == "LessThanEquals") return *order <= 0;
    if (relation == "GreaterThan") return *order > 0;
    return *order >= 0;
}

bool condition_met(std::string op, const Texts& wanted, const Json* value, bool variables, const Json& keys) {
    Texts actual = value ? texts(*value) : Texts();
    // "The key exists and its value is not null"; "a null data set, such as an empty string".
    bool null = std::all_of(actual.begin(), actual.end(), [](const std::string& v) { return v.empty(); });
    if (op == "Null") return std::find(wanted.begin(), wanted.end(), null ? "true" : "false") != wanted.end();

    std::string set;
    if (std::size_t colon = op.find(':'); colon != std::string::npos) {
        set = op.substr(0, colon);
        op.erase(0, colon + 1);
    }
    bool if_exists = op.ends_with("IfExists");
    if (if_exists) op.erase(op.size() - 8);
    bool negated = op.find("Not") != std::string::npos;
    if (negated) op.erase(op.find("Not"), 3);

    auto equals_one = [&](const std::string& one) {
        return std::any_of(wanted.begin(), wanted.end(),
                           [&](const std::string& w) { return compares(op, w, one, variables, keys); });
    };
    // "evaluated using a logical OR"; negated: "a logical NOR".
    auto holds = [&](const std::string& one) { return equals_one(one) != negated; };
    if (set == "ForAllValues") return null || std::all_of(actual.begin(), actual.end(), holds);
    if (set == "ForAnyValue") return !null && std::any_of(actual.begin(), actual.end(), holds);
    // "the values do not match and the condition is false. If the policy condition requires that the key is not matched … and
    // the right key is not present, the condition is true"; IfExists: "If the key is not present, evaluate the condition
    // element as true".
    if (actual.empty()) return if_exists || negated;
    return holds(actual.front());
}

}  // namespace

bool address_in_block(const std::string& address, const std::string& block) {
    std::size_t slash = block.find('/');
    auto inside = bits(address), network = bits(block.substr(0, slash));
    if (!inside || !network || inside->size() != network->size()) return false;
    std::size_t length = slash == std::string::npos ? network->size() : std::stoul(block.substr(slash + 1));
    return inside->substr(0, length) == network->substr(0, length);
}

bool action_matches(const std::string& pattern, const std::string& action) {
    return like(lower(pattern), lower(action), true, false, Json::object());
}

// IAM guide, "Resource": "You can use wildcard characters (* and ?) within any ARN segment (the parts separated by colons) … If
// an asterisk (*) wildcard is the last character of a resource ARN segment, it can expand to match beyond the colon
// boundaries." The sixth segment is the rest of the ARN, colons and all.
bool resource_matches(const std::string& pattern, const std::string& resource, bool variables, const Json& keys) {
    std::optional<Pieces> pieces;
    // Segments are those of the policy's text, not of what a variable stands for.
    Texts segments(1);
    bool inside = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (variables && pattern.compare(i, 2, "${") == 0 && pattern.find('}', i) != std::string::npos) inside = true;
        if (pattern[i] == '}') inside = false;
        segments.back() += pattern[i];
        if (pattern[i] == ':' && !inside && segments.size() < 6) segments.emplace_back();
    }
    Pieces all;
    for (std::size_t s = 0; s < segments.size(); ++s) {
        std::optional<Pieces> some = read(segments[s], true, variables, keys);
        if (!some) return false;
        bool ends_in_colon = segments[s].ends_with(':');
        for (std::size_t i = 0; i < some->size(); ++i) {
            bool last = i + 1 == some->size() - (ends_in_colon ? 1 : 0);
            bool many = (*some)[i].kind == Piece::many;
            (*some)[i].colons = s == 5 || (many && last);
        }
        all.insert(all.end(), some->begin(), some->end());
    }
    return fits(all, 0, characters(resource), 0);
}

bool conditions_met(const Json& condition, bool variables, const Json& keys) {
    // "If your policy has multiple condition operators or multiple keys attached to a single condition operator, the conditions
    // are evaluated using a logical AND."
    for (auto& [op, block] : condition.items())
        for (auto& [key, wanted] : block.items())
            if (!condition_met(op, texts(wanted), find_key(keys, key), variables, keys)) return false;
    return true;
}

}  // namespace agreement
