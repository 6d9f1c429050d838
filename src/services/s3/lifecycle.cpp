#include "services/s3/lifecycle.h"

#include <nlohmann/json.hpp>

namespace sekisho::s3 {

namespace {

template <class T>
void put_if(nlohmann::json& json, const char* name, const std::optional<T>& value) {
    if (value) json[name] = *value;
}

template <class T>
void get_if_there(const nlohmann::json& json, const char* name, std::optional<T>& value) {
    value.reset();
    if (json.contains(name)) value = json.at(name).get<T>();
}

constexpr const char* form_names[] = {"rule", "filter", "and"};

}  // namespace

void to_json(nlohmann::json& json, const Lifecycle& lifecycle) {
    nlohmann::json rules = nlohmann::json::array();
    for (const LifecycleRule& rule : lifecycle.rules) {
        nlohmann::json one = {
            {"id", rule.id}, {"enabled", rule.enabled}, {"form", form_names[static_cast<int>(rule.filter.form)]}};
        put_if(one, "prefix", rule.filter.prefix);
        if (!rule.filter.tags.empty()) one["tags"] = rule.filter.tags;
        put_if(one, "larger_than", rule.filter.larger_than);
        put_if(one, "smaller_than", rule.filter.smaller_than);
        put_if(one, "expiration_days", rule.expiration_days);
        put_if(one, "expiration_date_ms", rule.expiration_date_ms);
        put_if(one, "expired_object_delete_marker", rule.expired_object_delete_marker);
        put_if(one, "noncurrent_days", rule.noncurrent_days);
        put_if(one, "newer_noncurrent_versions", rule.newer_noncurrent_versions);
        put_if(one, "abort_days", rule.abort_days);
        rules.push_back(std::move(one));
    }
    json = {{"rules", std::move(rules)}, {"transition_minimum_size", lifecycle.transition_minimum_size}};
}

void from_json(const nlohmann::json& json, Lifecycle& lifecycle) {
    lifecycle = {};
    lifecycle.transition_minimum_size = json.at("transition_minimum_size").get<std::string>();
    for (const nlohmann::json& one : json.at("rules")) {
        LifecycleRule rule;
        rule.id = one.at("id").get<std::string>();
        rule.enabled = one.at("enabled").get<bool>();
        const auto form = one.at("form").get<std::string>();
        using Form = LifecycleFilter::Form;
        rule.filter.form = form == form_names[0] ? Form::rule_prefix : form == form_names[1] ? Form::filter : Form::filter_and;
        get_if_there(one, "prefix", rule.filter.prefix);
        if (one.contains("tags")) one.at("tags").get_to(rule.filter.tags);
        get_if_there(one, "larger_than", rule.filter.larger_than);
        get_if_there(one, "smaller_than", rule.filter.smaller_than);
        get_if_there(one, "expiration_days", rule.expiration_days);
        get_if_there(one, "expiration_date_ms", rule.expiration_date_ms);
        get_if_there(one, "expired_object_delete_marker", rule.expired_object_delete_marker);
        get_if_there(one, "noncurrent_days", rule.noncurrent_days);
        get_if_there(one, "newer_noncurrent_versions", rule.newer_noncurrent_versions);
        get_if_there(one, "abort_days", rule.abort_days);
        lifecycle.rules.push_back(std::move(rule));
    }
}

}  // namespace sekisho::s3
