#include "services/organizations/parameters.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "wire/errors/organizations.h"

namespace sekisho::organizations {

using nlohmann::json;

namespace {

constexpr std::size_t tags_max = 50;
constexpr std::string_view bad_pattern = "You provided a value that does not match the required pattern.";
constexpr std::string_view bad_enum = "You specified an invalid value.";

bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower_or_digit(char c) { return digit(c) || (c >= 'a' && c <= 'z'); }
bool word(char c) { return lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

// `prefix`, then `min` to `max` of the characters.
bool is(std::string_view text, std::string_view prefix, std::size_t min, std::size_t max, bool (*of)(char)) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return text.size() >= min && text.size() <= max && std::ranges::all_of(text, of);
}
bool name_character(char c) { return word(c) || std::string_view("+=,.@-").find(c) != std::string_view::npos; }
bool is_account(std::string_view text) { return is(text, "", 12, 12, digit); }
bool is_root(std::string_view text) { return is(text, "r-", 4, 32, lower_or_digit); }
bool is_unit(std::string_view text) {
    if (!text.starts_with("ou-")) return false;
    std::size_t dash = text.rfind('-');
    return dash > 2 && is(text.substr(0, dash), "ou-", 4, 32, lower_or_digit) &&
           is(text.substr(dash), "-", 8, 32, lower_or_digit);
}
bool is_policy(std::string_view text) { return is(text, "p-", 8, 128, word); }

bool is_email(std::string_view text) {
    std::size_t at = text.find('@'), dot = text.rfind('.');
    bool plain = std::ranges::none_of(text, [](char c) { return c == ' ' || static_cast<unsigned char>(c) < 0x21; });
    return plain && text.size() >= 6 && text.size() <= 64 && at != std::string_view::npos && at > 0 &&
           text.find('@', at + 1) == std::string_view::npos && dot != std::string_view::npos && dot > at + 1 &&
           dot + 1 < text.size();
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool fits_pattern(Form form, std::string_view text) {
    switch (form) {
        case Form::root_id:
            return is_root(text);
        case Form::unit_id:
            return is_unit(text);
        case Form::parent_id:
            return is_root(text) || is_unit(text);
        case Form::account_id:
            return is_account(text);
        case Form::child_id:
            return is_account(text) || is_unit(text);
        case Form::target_id:
            return is_account(text) || is_unit(text) || is_root(text);
        case Form::resource_id:
            return is_account(text) || is_unit(text) || is_root(text) || is_policy(text);
        case Form::policy_id:
            return is_policy(text);
        case Form::request_id:
            return is(text, "car-", 8, 32, lower_or_digit);
        case Form::email:
            return is_email(text);
        case Form::account_name:
            return is(text, "", 1, 50, [](char c) { return c >= 0x20 && c <= 0x7E; });
        case Form::role_name:
            return is(text, "", 1, 64, name_character);
        case Form::service_principal:
            return is(text, "", 1, 128, name_character);
        default:
            return true;
    }
}

std::span<const std::string_view> values_of(Form form) {
    static constexpr std::string_view policy_types[] = {scp_type, rcp_type}, children[] = {"ACCOUNT", "ORGANIZATIONAL_UNIT"},
                                      features[] = {"ALL", "CONSOLIDATED_BILLING"}, billing[] = {"ALLOW", "DENY"},
                                      states[] = {"IN_PROGRESS", "SUCCEEDED", "FAILED"};
    switch (form) {
        case Form::policy_type:
            return policy_types;
        case Form::child_type:
            return children;
        case Form::feature_set:
            return features;
        case Form::billing:
            return billing;
        case Form::request_state:
            return states;
        default:
            return {};
    }
}

bool among(std::span<const std::string_view> values, const json& value) {
    return value.is_string() && std::ranges::find(values, value.get<std::string>()) != values.end();
}

Result<void> check_tags(const json& value) {
    std::vector<std::string> seen;
    for (const json& tag : value) {
        if (!tag.is_object() || !tag.contains("Key") || !tag.contains("Value") || !tag["Key"].is_string() ||
            !tag["Value"].is_string())
            return invalid("INPUT_REQUIRED", "You must provide a key and a value for each tag.");
        const std::string key = tag["Key"], text = tag["Value"];
        if (key.empty() || characters(key) > 128 || characters(text) > 256)
            return invalid("INVALID_PATTERN", std::string(bad_pattern));
        if (to_lower(key).starts_with("aws:"))
            return invalid("INVALID_SYSTEM_TAGS_PARAMETER",
                           "You can't add, edit, or delete system tag keys because they're reserved for AWS use.");
        if (std::ranges::find(seen, key) != seen.end())
            return invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique among the tags attached to the same entity.");
        seen.push_back(key);
    }
    return {};
}

Result<void> check_field(const Field& field, const json& value) {
    if (field.form == Form::integer) {
        if (!value.is_number_integer()) return fail(sekisho::error::organizations::SerializationException);
        const std::int64_t number = value;
        if (number < field.min)
            return invalid("MIN_VALUE_EXCEEDED", fmt::format("You provided a value for {} that is too small.", field.name));
        if (number > field.max)
            return invalid("MAX_VALUE_EXCEEDED", fmt::format("You provided a value for {} that is too large.", field.name));
        return {};
    }
    if (field.form == Form::tags || field.form == Form::tag_keys || field.form == Form::request_state) {
        if (!value.is_array()) return fail(sekisho::error::organizations::SerializationException);
        if (field.form == Form::tags) return check_tags(value);
        for (const json& one : value) {
            if (!one.is_string()) return fail(sekisho::error::organizations::SerializationException);
            if (field.form == Form::request_state && !among(values_of(field.form), one))
                return invalid("INVALID_ENUM", std::string(bad_enum));
        }
        return {};
    }
    if (!value.is_string()) return fail(sekisho::error::organizations::SerializationException);
    const std::string text = value;
    if (auto values = values_of(field.form); !values.empty() && !among(values, value))
        return invalid(field.form == Form::policy_type ? "INVALID_ENUM_POLICY_TYPE" : "INVALID_ENUM", std::string(bad_enum));
    if (!fits_pattern(field.form, text)) return invalid("INVALID_PATTERN", std::string(bad_pattern));
    const auto length = static_cast<std::int64_t>(characters(text));
    if (length < field.min)
        return invalid("MIN_LENGTH_EXCEEDED", fmt::format("You provided a value for {} that is too short.", field.name));
    if (length > field.max)
        return invalid("MAX_LENGTH_EXCEEDED", fmt::format("You provided a value for {} that is too long.", field.name));
    return {};
}

}  // namespace

Result<void> check_fields(std::span<const Field> fields, const json& in) {
    for (const Field& field : fields) {
        auto value = in.find(field.name);
        if (value == in.end() || value->is_null()) {
            if (field.required) return invalid("INPUT_REQUIRED", fmt::format("You must provide a value for {}.", field.name));
            continue;
        }
        if (Result<void> checked = check_field(field, *value); !checked) return checked;
    }
    return {};
}

std::unexpected<ApiError> invalid(std::string reason, std::string message) {
    return fail(ApiError{"InvalidInputException", 400, std::move(message), {{"Reason", std::move(reason)}}});
}

std::unexpected<ApiError> constraint(std::string reason, std::string message) {
    return fail(ApiError{"ConstraintViolationException", 400, std::move(message), {{"Reason", std::move(reason)}}});
}

Result<void> add_tags(Tags& tags, const json& in) {
    auto given = in.find("Tags");
    if (given == in.end()) return {};
    for (const json& tag : *given) tags[tag["Key"]] = tag["Value"];
    if (tags.size() > tags_max)
        return constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed on this resource.");
    return {};
}

}  // namespace sekisho::organizations
