// <LifecycleConfiguration>: the half of lifecycle.h that reads and writes it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "base/clock.h"
#include "services/s3/lifecycle.h"
#include "services/s3/names.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t rule_id_bytes_max = 255;
constexpr int newer_noncurrent_max = 100;
constexpr std::int64_t midnight_ms = 24ll * 3600 * 1000;
constexpr std::string_view minimum_128k = "all_storage_classes_128K", minimum_varies = "varies_by_storage_class";

std::unexpected<ApiError> malformed() { return fail(error::s3::MalformedXML); }
std::unexpected<ApiError> invalid_lifecycle(std::string message) { return fail(error::s3::InvalidRequest, std::move(message)); }
std::unexpected<ApiError> bad_value(std::string message) { return fail(error::s3::InvalidArgument, std::move(message)); }

Result<int> parse_days(const std::string& text, std::string_view action, std::string_view element) {
    auto number = parse_i64(trim(text));
    if (!number || *number > INT32_MAX) return malformed();
    if (*number <= 0) return bad_value(fmt::format("'{}' for {} action must be a positive integer", element, action));
    return static_cast<int>(*number);
}

Result<bool> parse_bool(const std::string& text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return malformed();
}

Result<std::int64_t> parse_midnight(std::string_view text) {
    std::string full(trim(text));
    constexpr std::size_t date_alone = 10;  // 2030-01-01
    if (full.size() == date_alone) full += "T00:00:00Z";
    auto date = parse_iso8601(full);
    if (!date) return malformed();
    if (epoch_millis(*date) % midnight_ms != 0) return bad_value("'Date' must be at midnight GMT");
    return epoch_millis(*date);
}

// All classes have their bytes in one place here: there is nowhere to move them to. What is no transition is told apart.
std::unexpected<ApiError> refuse_transition(const pugi::xml_node& node) {
    if (auto date = child_text(node, "Date"))
        if (auto good = parse_midnight(*date); !good) return std::unexpected(std::move(good.error()));
    if (!child_text(node, "StorageClass")) return malformed();
    return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Element", std::string(local_name(node))}});
}

Result<void> read_tag(LifecycleFilter& filter, const pugi::xml_node& node) {
    auto key = child_text(node, "Key"), value = child_text(node, "Value");
    if (!key || key->empty() || !value) return malformed();
    if (!filter.tags.emplace(std::move(*key), std::move(*value)).second)
        return invalid_lifecycle("Duplicate Tag Keys are not allowed.");
    return {};
}

// One of the conditions of <Filter> or <And>. false: it is none.
Result<bool> read_filter_part(LifecycleFilter& filter, const pugi::xml_node& node) {
    const std::string_view name = local_name(node);
    if (name == "Prefix") {
        if (filter.prefix) return malformed();
        filter.prefix = text_of(node);
        if (filter.prefix->size() > key_utf8_bytes_max)
            return invalid_lifecycle("The maximum size of a prefix is " + std::to_string(key_utf8_bytes_max) + ".");
    } else if (name == "Tag") {
        if (auto tag = read_tag(filter, node); !tag) return fail(std::move(tag.error()));
    } else if (name == "ObjectSizeGreaterThan" || name == "ObjectSizeLessThan") {
        auto& size = name == "ObjectSizeGreaterThan" ? filter.larger_than : filter.smaller_than;
        auto number = parse_u64(trim(text_of(node)));
        if (size || !number) return malformed();
        size = *number;
    } else {
        return false;
    }
    return true;
}

Result<void> read_filter(LifecycleFilter& filter, const pugi::xml_node& node) {
    int conditions = 0;
    for (const pugi::xml_node& part : node.children()) {
        if (part.type() != pugi::node_element) continue;
        if (++conditions > 1) return malformed();
        if (local_name(part) != "And") {
            auto read = read_filter_part(filter, part);
            if (!read) return fail(std::move(read.error()));
            if (!*read) return malformed();
            continue;
        }
        filter.form = LifecycleFilter::Form::filter_and;
        int inner = 0;
        for (const pugi::xml_node& one : part.children()) {
            if (one.type() != pugi::node_element) continue;
            auto read = read_filter_part(filter, one);
            if (!read) return fail(std::move(read.error()));
            if (!*read) return malformed();
            ++inner;
        }
        if (inner < 2) return malformed();
    }
    if (filter.larger_than && filter.smaller_than && *filter.larger_than >= *filter.smaller_than)
        return invalid_lifecycle("'ObjectSizeGreaterThan' has to be a value less than 'ObjectSizeLessThan'");
    return {};
}

Result<void> read_expiration(LifecycleRule& rule, const pugi::xml_node& node) {
    int given = 0;
    for (const pugi::xml_node& part : node.children()) {
        if (part.type() != pugi::node_element) continue;
        const std::string text = text_of(part);
        ++given;
        if (local_name(part) == "Days") {
            auto days = parse_days(text, "Expiration", "Days");
            if (!days) return fail(std::move(days.error()));
            rule.expiration_days = *days;
        } else if (local_name(part) == "Date") {
            auto date = parse_midnight(text);
            if (!date) return fail(std::move(date.error()));
            rule.expiration_date_ms = *date;
        } else if (local_name(part) == "ExpiredObjectDeleteMarker") {
            auto value = parse_bool(text);
            if (!value) return fail(std::move(value.error()));
            rule.expired_object_delete_marker = *value;
        } else {
            return malformed();
        }
    }
    if (given != 1) return malformed();
    return {};
}

Result<void> read_noncurrent(LifecycleRule& rule, const pugi::xml_node& node) {
    auto days = child_text(node, "NoncurrentDays");
    if (!days) return malformed();
    auto parsed = parse_days(*days, "NoncurrentVersionExpiration", "NoncurrentDays");
    if (!parsed) return fail(std::move(parsed.error()));
    rule.noncurrent_days = *parsed;
    auto newer = child_text(node, "NewerNoncurrentVersions");
    if (!newer) return {};
    auto count = parse_i64(trim(*newer));
    if (!count) return malformed();
    if (*count < 1 || *count > newer_noncurrent_max)
        return bad_value(fmt::format("'NewerNoncurrentVersions' must be between 1 and {}", newer_noncurrent_max));
    rule.newer_noncurrent_versions = static_cast<int>(*count);
    return {};
}

Result<void> read_abort(LifecycleRule& rule, const pugi::xml_node& node) {
    auto days = child_text(node, "DaysAfterInitiation");
    if (!days) return malformed();
    auto parsed = parse_days(*days, "AbortIncompleteMultipartUpload", "DaysAfterInitiation");
    if (!parsed) return fail(std::move(parsed.error()));
    rule.abort_days = *parsed;
    return {};
}

// What holds of the rule as a whole.
Result<void> check_rule(const LifecycleRule& rule, bool has_action) {
    if (!has_action) return invalid_lifecycle("At least one action needs to be specified in a rule");
    const LifecycleFilter& filter = rule.filter;
    const bool sizes = filter.larger_than || filter.smaller_than;
    if (rule.abort_days && (!filter.tags.empty() || sizes))
        return invalid_lifecycle(filter.tags.empty() ? "AbortIncompleteMultipartUpload cannot be specified with Object Size."
                                                     : "AbortIncompleteMultipartUpload cannot be specified with Tags.");
    if (rule.expired_object_delete_marker && (!filter.tags.empty() || sizes))
        return invalid_lifecycle(filter.tags.empty() ? "ExpiredObjectDeleteMarker cannot be specified with Object Size."
                                                     : "ExpiredObjectDeleteMarker cannot be specified with Tags.");
    return {};
}

Result<LifecycleRule> read_lifecycle_rule(const pugi::xml_node& node) {
    LifecycleRule rule;
    bool has_scope = false, has_action = false, has_status = false;
    std::vector<std::string_view> seen;
    for (const pugi::xml_node& part : node.children()) {
        if (part.type() != pugi::node_element) continue;
        const std::string_view name = local_name(part);
        if (std::ranges::find(seen, name) != seen.end() && !name.ends_with("Transition")) return malformed();
        seen.push_back(name);
        Result<void> read;
        if (name == "ID") {
            rule.id = text_of(part);
            if (rule.id.size() > rule_id_bytes_max)
                return bad_value(fmt::format("ID length should not exceed allowed limit of {}", rule_id_bytes_max));
        } else if (name == "Status") {
            const std::string status = text_of(part);
            if (status != "Enabled" && status != "Disabled") return malformed();
            rule.enabled = status == "Enabled";
            has_status = true;
        } else if (name == "Prefix" || name == "Filter") {
            if (std::exchange(has_scope, true)) return malformed();
            if (name == "Filter") {
                read = read_filter(rule.filter, part);
            } else {
                rule.filter.form = LifecycleFilter::Form::rule_prefix;
                auto prefix = read_filter_part(rule.filter, part);
                if (!prefix) return fail(std::move(prefix.error()));
            }
        } else if (name == "Expiration") {
            read = read_expiration(rule, part);
            has_action = true;
        } else if (name == "NoncurrentVersionExpiration") {
            read = read_noncurrent(rule, part);
            has_action = true;
        } else if (name == "AbortIncompleteMultipartUpload") {
            read = read_abort(rule, part);
            has_action = true;
        } else if (name == "Transition" || name == "NoncurrentVersionTransition") {
            return refuse_transition(part);
        } else {
            return malformed();
        }
        if (!read) return fail(std::move(read.error()));
    }
    if (!has_scope || !has_status) return malformed();
    if (auto checked = check_rule(rule, has_action); !checked) return fail(std::move(checked.error()));
    return rule;
}

void write_filter_parts(wire::XmlWriter& xml, const LifecycleFilter& filter) {
    if (filter.prefix) xml.text("Prefix", *filter.prefix);
    for (const auto& [key, value] : filter.tags) xml.open("Tag").text("Key", key).text("Value", value).close();
    if (filter.larger_than) xml.number("ObjectSizeGreaterThan", *filter.larger_than);
    if (filter.smaller_than) xml.number("ObjectSizeLessThan", *filter.smaller_than);
}

void write_lifecycle_rule(wire::XmlWriter& xml, const LifecycleRule& rule) {
    using Form = LifecycleFilter::Form;
    xml.open("Rule").text("ID", rule.id);
    if (rule.filter.form == Form::rule_prefix) {
        xml.text("Prefix", rule.filter.prefix.value_or(""));
    } else {
        xml.open("Filter");
        if (rule.filter.form == Form::filter_and) xml.open("And");
        write_filter_parts(xml, rule.filter);
        if (rule.filter.form == Form::filter_and) xml.close();
        xml.close();
    }
    xml.text("Status", rule.enabled ? "Enabled" : "Disabled");
    if (rule.expiration_days || rule.expiration_date_ms || rule.expired_object_delete_marker) {
        xml.open("Expiration");
        if (rule.expiration_days) xml.number("Days", *rule.expiration_days);
        if (rule.expiration_date_ms) xml.text("Date", iso8601_millis(from_epoch_millis(*rule.expiration_date_ms)));
        if (rule.expired_object_delete_marker) xml.boolean("ExpiredObjectDeleteMarker", *rule.expired_object_delete_marker);
        xml.close();
    }
    if (rule.noncurrent_days) {
        xml.open("NoncurrentVersionExpiration").number("NoncurrentDays", *rule.noncurrent_days);
        if (rule.newer_noncurrent_versions) xml.number("NewerNoncurrentVersions", *rule.newer_noncurrent_versions);
        xml.close();
    }
    if (rule.abort_days) xml.open("AbortIncompleteMultipartUpload").number("DaysAfterInitiation", *rule.abort_days).close();
    xml.close();
}

}  // namespace

Result<Lifecycle> parse_lifecycle(std::string_view document, std::string_view minimum_size_header, Entropy& entropy) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "LifecycleConfiguration") return malformed();
    Lifecycle lifecycle;
    lifecycle.transition_minimum_size = minimum_size_header.empty() ? minimum_128k : minimum_size_header;
    if (lifecycle.transition_minimum_size != minimum_128k && lifecycle.transition_minimum_size != minimum_varies)
        return bad_value("Invalid value for x-amz-transition-default-minimum-object-size.");
    for (const pugi::xml_node& node : body->root().children()) {
        if (node.type() != pugi::node_element) continue;
        if (local_name(node) != "Rule") return malformed();
        if (lifecycle.rules.size() == lifecycle_rules_max) return malformed();
        auto rule = read_lifecycle_rule(node);
        if (!rule) return fail(std::move(rule.error()));
        if (rule->id.empty()) rule->id = entropy.uuid();
        if (std::ranges::find(lifecycle.rules, rule->id, &LifecycleRule::id) != lifecycle.rules.end())
            return bad_value("Rule ID must be unique. Found same ID for more than one rule");
        lifecycle.rules.push_back(std::move(*rule));
    }
    if (lifecycle.rules.empty()) return malformed();
    return lifecycle;
}

std::string lifecycle_document(const Lifecycle& lifecycle) {
    wire::XmlWriter xml;
    xml.open("LifecycleConfiguration", s3_namespace);
    for (const LifecycleRule& rule : lifecycle.rules) write_lifecycle_rule(xml, rule);
    xml.close();
    return xml.take();
}

}  // namespace sekisho::s3
