#include "services/ec2/request.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/bytes.h"
#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

std::string lower_camel(std::string_view name) {
    std::string text(name);
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

// Characters, not bytes: AWS counts Unicode characters.
std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

std::unexpected<ApiError> missing_parameter(std::string_view name) {
    return fail(error::ec2::MissingParameter, fmt::format("The request must contain the parameter {}", lower_camel(name)));
}

std::unexpected<ApiError> invalid_value(std::string_view name, std::string_view value, std::string_view why) {
    return fail(error::ec2::InvalidParameterValue, fmt::format("Value ({}) for parameter {} is invalid.{}{}", value,
                                                               lower_camel(name), why.empty() ? "" : " ", why));
}

Result<std::string> required(const Params& params, std::string_view name) {
    auto value = params.find(name);
    if (!value || value->empty()) return missing_parameter(name);
    return std::string(*value);
}

Result<std::string> required_id(const Params& params, std::string_view name, const Kind& kind) {
    auto value = required(params, name);
    if (value && !well_formed(kind, *value)) return malformed(kind, *value);
    return value;
}

Result<std::string> optional_id(const Params& params, std::string_view name, const Kind& kind) {
    std::string value = params.get(name);
    if (!value.empty() && !well_formed(kind, value)) return malformed(kind, value);
    return value;
}

Result<std::vector<std::string>> ids(const Params& params, std::string_view name, const Kind& kind) {
    std::vector<std::string> all = params.list(name);
    for (const std::string& id : all)
        if (!well_formed(kind, id)) return malformed(kind, id);
    return all;
}

Result<std::optional<bool>> optional_bool(const Params& params, std::string_view name) {
    auto value = params.find(name);
    if (!value) return std::optional<bool>();
    if (equal_ignoring_case(*value, "true")) return std::optional(true);
    if (equal_ignoring_case(*value, "false")) return std::optional(false);
    return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid value '{}' for boolean parameter {}", *value, name));
}

Result<bool> boolean(const Params& params, std::string_view name, bool otherwise) {
    auto value = optional_bool(params, name);
    if (!value) return fail(std::move(value.error()));
    return value->value_or(otherwise);
}

Result<std::optional<int>> optional_int(const Params& params, std::string_view name) {
    auto value = params.find(name);
    if (!value) return std::optional<int>();
    auto number = parse_i64(*value);
    if (!number || *number < INT32_MIN || *number > INT32_MAX)
        return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid integer value {}", *value));
    return std::optional(static_cast<int>(*number));
}

Result<std::string> one_of(const Params& params, std::string_view name, std::initializer_list<std::string_view> values,
                           std::string_view otherwise) {
    std::string value = params.get(name, otherwise);
    if (value != otherwise && std::find(values.begin(), values.end(), value) == values.end()) return invalid_value(name, value);
    return value;
}

Result<Cidr> cidr_block(std::string_view name, std::string_view text) {
    auto cidr = Cidr::parse(text);
    if (!cidr || cidr->address.v6) return invalid_value(name, text, "This is not a valid CIDR block.");
    return cidr->canonical();
}

Result<void> refuse(const Params& params, std::initializer_list<std::string_view> names) {
    for (const auto& [key, value] : params)
        for (std::string_view name : names) {
            bool given = key == name || (key.starts_with(name) && key[name.size()] == '.');
            if (given && !value.empty() && value != "false" && value != "0")
                return fail(error::ec2::NotImplemented, fmt::format("The parameter {} is not implemented.", name));
        }
    return {};
}

Result<Tags> tags(const Params& params) {
    Tags found;
    for (const Params& tag : params.structures("Tag")) {
        auto key = tag.find("Key");
        std::string value = tag.get("Value");
        if (!key || key->empty()) return fail(error::ec2::InvalidParameterValue, "Tag keys must not be empty");
        if (characters(*key) > limits::tag_key_characters || !valid_utf8(*key))
            return fail(error::ec2::InvalidParameterValue, "Tag key exceeds the maximum length of 128 characters");
        if (characters(value) > limits::tag_value_characters || !valid_utf8(value))
            return fail(error::ec2::InvalidParameterValue, "Tag value exceeds the maximum length of 256 characters");
        if (equal_ignoring_case(key->substr(0, 4), "aws:"))
            return fail(error::ec2::InvalidParameterValue, "Tag keys starting with 'aws:' are reserved for internal use");
        if (!found.emplace(*key, std::move(value)).second)
            return fail(error::ec2::InvalidParameterValue, fmt::format("Duplicate tag key '{}' specified.", *key));
    }
    if (found.size() > limits::tags_per_resource) return fail(error::ec2::TagLimitExceeded);
    return found;
}

Result<std::map<std::string, Tags>> tag_specifications(const Params& params, std::initializer_list<const Kind*> kinds) {
    std::map<std::string, Tags> all;
    for (const Params& specification : params.structures("TagSpecification")) {
        std::string type = specification.get("ResourceType");
        if (type.empty()) return fail(error::ec2::InvalidParameterValue, "Tag specification resource type must have a value");
        bool ours = std::any_of(kinds.begin(), kinds.end(), [&](const Kind* kind) { return kind->type == type; });
        if (!ours)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("'{}' is not a valid taggable resource type for this operation.", type));
        auto found = tags(specification);
        if (!found) return fail(std::move(found.error()));
        if (found->empty()) return fail(error::ec2::InvalidParameterValue, "Tag specification must have at least one tag");
        if (!all.emplace(type, std::move(*found)).second)
            return fail(error::ec2::InvalidParameterValue,
                        fmt::format("Value ({}) for parameter resourceType is duplicated.", type));
    }
    return all;
}

Result<Tags> tag_specifications(const Params& params, const Kind& kind) {
    auto all = tag_specifications(params, {&kind});
    if (!all) return fail(std::move(all.error()));
    return all->empty() ? Tags() : std::move(all->begin()->second);
}

std::string digest_of(const Params& params) {
    std::vector<std::string> lines;
    for (const auto& [name, value] : params)
        if (name != "ClientToken" && name != "DryRun" && name != "Version")
            lines.push_back(std::to_string(name.size()) + ":" + name + "=" + value + "\n");
    std::sort(lines.begin(), lines.end());
    std::string all;
    for (const std::string& line : lines) all += line;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(all.data(), all.size(), digest, &length, EVP_sha256(), nullptr) != 1) throw Fault("EVP_Digest failed");
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest), length));
}

}  // namespace sekisho::ec2
