#include "services/iam/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t tags_max = 50;
constexpr std::size_t tag_key_max = 128;
constexpr std::size_t tag_value_max = 256;

// "MaxItems" → "maxItems", as validation errors name members.
std::string member(std::string_view name) {
    std::string out(name);
    if (!out.empty() && out[0] >= 'A' && out[0] <= 'Z') out[0] = static_cast<char>(out[0] | 0x20);
    return out;
}

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xc0) != 0x80; }));
}

bool all(std::string_view text, bool (*good)(char)) { return std::ranges::all_of(text, good); }

bool path_character(char c) { return c > 0x20 && c < 0x7f; }

bool is_path(std::string_view text) {
    if (text == "/") return true;
    return text.size() > 2 && text.front() == '/' && text.back() == '/' && all(text, path_character);
}

bool is_policy_path(std::string_view text) {
    return is_path(text) && text.find("//") == std::string_view::npos && all(text, [](char c) {
               return c == '/' || (is_word_character(c) || std::string_view(".,+@=-").find(c) != std::string_view::npos);
           });
}

// Code points U+0009, U+000A, U+000D, U+0020–U+00FF in UTF-8.
bool is_document(std::string_view text) {
    if (!valid_utf8(text)) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto c = static_cast<unsigned char>(text[i]);
        if (c == 0xc2 || c == 0xc3)
            ++i;
        else if (c >= 0x80 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r'))
            return false;
    }
    return true;
}

std::string wrong_length(const Parameter& p, std::string_view value, std::int64_t size) {
    auto tell = [&](std::string_view what, std::int64_t bound) {
        return fmt::format("Value '{}' at '{}' failed to satisfy constraint: Member must have length {} than or equal to {}",
                           value, member(p.name), what, bound);
    };
    if (size < p.min) return tell("greater", p.min);
    if (size > p.max) return tell("less", p.max);
    return {};
}

std::string wrong_number(const Parameter& p, std::string_view text) {
    std::optional<std::int64_t> value = parse_i64(text);
    auto tell = [&](std::string_view what, std::int64_t bound) {
        return fmt::format("Value '{}' at '{}' failed to satisfy constraint: Member must have value {} than or equal to {}",
                           text, member(p.name), what, bound);
    };
    if (value && *value < p.min) return tell("greater", p.min);
    if (value && *value > p.max) return tell("less", p.max);
    return {};
}

// What one sentence of its own says, not "n validation errors detected".
std::string wrong_form(const Parameter& p, std::string_view value) {
    const std::string name = member(p.name);
    switch (p.form) {
        case Form::name:
            if (is_name(value)) return {};
            return fmt::format(
                "The specified value for {} is invalid. It must contain only alphanumeric characters and/or the "
                "following: +=,.@_-",
                name);
        case Form::path:
        case Form::policy_path:
            if (p.form == Form::path ? is_path(value) : is_policy_path(value)) return {};
            return fmt::format(
                "The specified value for {} is invalid. It must begin and end with / and contain only "
                "alphanumeric characters and/or / characters.",
                name);
        case Form::path_prefix:
            if (value.starts_with('/') && all(value, path_character)) return {};
            return fmt::format(
                "The specified value for {} is invalid. It must begin with / and contain only alphanumeric "
                "characters and/or / characters.",
                name);
        case Form::document:
            if (is_document(value)) return {};
            return fmt::format("The specified value for {} is invalid. It must contain only printable ASCII characters.", name);
        case Form::word:
            if (all(value, is_word_character)) return {};
            return fmt::format("The specified value for {} is invalid. It must contain only alphanumeric characters.", name);
        case Form::external_id:
            if (all(value, [](char c) {
                    return is_word_character(c) || std::string_view("+=,.@:/-").find(c) != std::string_view::npos;
                }))
                return {};
            return fmt::format(
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must satisfy "
                "regular expression pattern: [\\w+=,.@:\\/-]*",
                value, name);
        case Form::status:
            if (value == "Active" || value == "Inactive") return {};
            return fmt::format(
                "1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: Member must satisfy "
                "enum value set: [Active, Inactive]",
                value, name);
        case Form::integer:
            if (parse_i64(value)) return {};
            return fmt::format("Invalid value '{}' for parameter {}: it must be a number.", value, name);
        case Form::boolean:
            if (value == "true" || value == "false") return {};
            return fmt::format("Invalid value '{}' for parameter {}: it must be true or false.", value, name);
        case Form::text:
            return {};
    }
    return {};
}

bool is_tag_character(char c) {
    return static_cast<signed char>(c) < 0 || is_word_character(c) ||
           std::string_view(" .:/=+-@").find(c) != std::string_view::npos;
}

}  // namespace

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_name(std::string_view text) {
    return all(text,
               [](char c) { return is_word_character(c) || std::string_view("+=,.@-").find(c) != std::string_view::npos; });
}

ApiError validation_error(std::string text) {
    return fail(error::ValidationError, "1 validation error detected: " + text).error();
}

Result<void> check_parameters(std::span<const Parameter> parameters, const wire::Params& params) {
    std::vector<std::string> wrong;
    for (const Parameter& p : parameters) {
        std::optional<std::string_view> value = params.find(p.name);
        if (!value) {
            if (p.required)
                wrong.push_back(
                    fmt::format("Value null at '{}' failed to satisfy constraint: Member must not be null", member(p.name)));
            continue;
        }
        std::string text = p.form == Form::integer ? wrong_number(p, *value)
                                                   : wrong_length(p, *value, static_cast<std::int64_t>(characters(*value)));
        if (!text.empty()) wrong.push_back(std::move(text));
    }
    if (!wrong.empty()) {
        std::string all_wrong = fmt::format("{} validation error{} detected: {}", wrong.size(), wrong.size() == 1 ? "" : "s",
                                            fmt::join(wrong, "; "));
        return fail(error::ValidationError, std::move(all_wrong));
    }
    for (const Parameter& p : parameters)
        if (auto value = params.find(p.name))
            if (std::string text = wrong_form(p, *value); !text.empty()) return fail(error::ValidationError, std::move(text));
    return {};
}

Result<std::vector<Tag>> read_tags(const wire::Params& params) {
    std::vector<Tag> tags;
    for (const wire::Params& tag : params.structures("Tags.member")) {
        std::string place = fmt::format("tags.{}.member", tags.size() + 1);
        std::optional<std::string_view> key = tag.find("Key"), value = tag.find("Value");
        if (!key || !value)
            return fail(validation_error(fmt::format(
                "Value null at '{}.{}' failed to satisfy constraint: Member must not be null", place, key ? "value" : "key")));
        if (key->empty() || characters(*key) > tag_key_max)
            return fail(
                validation_error(fmt::format("Value '{}' at '{}.key' failed to satisfy constraint: Member must have length "
                                             "{} than or equal to {}",
                                             *key, place, key->empty() ? "greater" : "less", key->empty() ? 1 : tag_key_max)));
        if (characters(*value) > tag_value_max)
            return fail(
                validation_error(fmt::format("Value '{}' at '{}.value' failed to satisfy constraint: Member must have "
                                             "length less than or equal to {}",
                                             *value, place, tag_value_max)));
        if (!valid_utf8(*key) || !all(*key, is_tag_character))
            return fail(
                validation_error(fmt::format("Value '{}' at '{}.key' failed to satisfy constraint: Member must satisfy "
                                             "regular expression pattern: [\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]+",
                                             *key, place)));
        if (!valid_utf8(*value) || !all(*value, is_tag_character))
            return fail(
                validation_error(fmt::format("Value '{}' at '{}.value' failed to satisfy constraint: Member must satisfy "
                                             "regular expression pattern: [\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]*",
                                             *value, place)));
        if (to_lower(*key).starts_with("aws:"))
            return fail(error::InvalidInput, "System tag keys prefixed with aws: cannot be modified or deleted.");
        for (const Tag& other : tags)
            if (equal_ignoring_case(other.key, *key))
                return fail(error::InvalidInput, "Duplicate tag keys found. Please note that Tag keys are case insensitive.");
        tags.push_back({std::string(*key), std::string(*value)});
    }
    if (tags.size() > tags_max)
        return fail(
            validation_error(fmt::format("Value at 'tags' failed to satisfy constraint: Member must have length less than "
                                         "or equal to {}",
                                         tags_max)));
    return tags;
}

}  // namespace sekisho::iam
