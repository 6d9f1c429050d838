#include "services/s3/cors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"
#include "wire/xml.h"

namespace sekisho::s3 {

namespace {

constexpr std::array<std::string_view, 5> cors_methods{"GET", "PUT", "POST", "DELETE", "HEAD"};
constexpr std::size_t cors_id_bytes_max = 255;
constexpr std::string_view cors_vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

std::unexpected<ApiError> invalid_cors(std::string message) { return fail(error::s3::InvalidRequest, std::move(message)); }

bool one_wildcard(std::string_view text) { return std::ranges::count(text, '*') <= 1; }

Result<void> read_cors_element(CorsRule& rule, std::string_view name, std::string text) {
    if (name == "ID") {
        if (text.size() > cors_id_bytes_max || rule.id) return fail(error::s3::MalformedXML);
        rule.id = std::move(text);
    } else if (name == "AllowedMethod") {
        if (std::ranges::find(cors_methods, text) == cors_methods.end())
            return invalid_cors("Found unsupported HTTP method in CORS config. Unsupported method is " + text);
        rule.allowed_methods.push_back(std::move(text));
    } else if (name == "AllowedOrigin") {
        if (!one_wildcard(text))
            return invalid_cors(fmt::format("AllowedOrigin \"{}\" can not have more than one wildcard.", text));
        rule.allowed_origins.push_back(std::move(text));
    } else if (name == "AllowedHeader") {
        if (!one_wildcard(text))
            return invalid_cors(fmt::format("AllowedHeader \"{}\" can not have more than one wildcard.", text));
        rule.allowed_headers.push_back(std::move(text));
    } else if (name == "ExposeHeader") {
        if (text.find('*') != std::string::npos)
            return invalid_cors(fmt::format(
                "ExposeHeader \"{}\" contains wildcard. We currently do not support wildcard for ExposeHeader.", text));
        rule.expose_headers.push_back(std::move(text));
    } else if (name == "MaxAgeSeconds") {
        auto seconds = parse_i64(trim(text));
        if (!seconds || *seconds < 0 || *seconds > INT32_MAX || rule.max_age_seconds) return fail(error::s3::MalformedXML);
        rule.max_age_seconds = *seconds;
    } else {
        return fail(error::s3::MalformedXML);
    }
    return {};
}

// Values go out as headers: what would end one there is no value.
bool fits_header(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

Result<CorsRule> read_cors_rule(const pugi::xml_node& node) {
    CorsRule rule;
    for (pugi::xml_node part = node.first_child(); part; part = part.next_sibling()) {
        if (part.type() != pugi::node_element) continue;
        std::string text = text_of(part);
        if (!fits_header(text)) return fail(error::s3::MalformedXML);
        if (auto read = read_cors_element(rule, local_name(part), std::move(text)); !read) return fail(std::move(read.error()));
    }
    if (rule.allowed_methods.empty() || rule.allowed_origins.empty()) return fail(error::s3::MalformedXML);
    return rule;
}

// `pattern` has at most one '*'.
bool matches_cors(std::string_view pattern, std::string_view text, bool fold_case) {
    auto same = [fold_case](std::string_view a, std::string_view b) { return fold_case ? equal_ignoring_case(a, b) : a == b; };
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return same(pattern, text);
    const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
    return text.size() >= head.size() + tail.size() && same(head, text.substr(0, head.size())) &&
           same(tail, text.substr(text.size() - tail.size()));
}

bool cors_allows(const CorsRule& rule, const CrossOrigin& asked) {
    if (std::ranges::find(rule.allowed_methods, asked.method) == rule.allowed_methods.end()) return false;
    if (std::ranges::none_of(rule.allowed_origins,
                             [&](const std::string& allowed) { return matches_cors(allowed, asked.origin, false); }))
        return false;
    for (std::string_view name : split(asked.headers, ',')) {
        name = trim(name);
        if (!name.empty() && std::ranges::none_of(rule.allowed_headers, [&](const std::string& allowed) {
                return matches_cors(allowed, name, true);
            }))
            return false;
    }
    return true;
}

std::string cors_joined(const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }

void write_cors_texts(wire::XmlWriter& xml, std::string_view name, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) xml.text(name, text);
}

}  // namespace

Result<Cors> parse_cors(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "CORSConfiguration") return fail(error::s3::MalformedXML);
    Cors cors;
    for (pugi::xml_node node = body->root().first_child(); node; node = node.next_sibling()) {
        if (node.type() != pugi::node_element) continue;
        if (local_name(node) != "CORSRule") return fail(error::s3::MalformedXML);
        if (cors.size() == cors_rules_max)
            return invalid_cors(
                fmt::format("The number of CORS rules should not exceed allowed limit of {} rules.", cors_rules_max));
        auto rule = read_cors_rule(node);
        if (!rule) return fail(std::move(rule.error()));
        cors.push_back(std::move(*rule));
    }
    if (cors.empty()) return fail(error::s3::MalformedXML);
    return cors;
}

std::string cors_document(const Cors& cors) {
    wire::XmlWriter xml;
    xml.open("CORSConfiguration", s3_namespace);
    for (const CorsRule& rule : cors) {
        xml.open("CORSRule");
        if (rule.id) xml.text("ID", *rule.id);
        write_cors_texts(xml, "AllowedHeader", rule.allowed_headers);
        write_cors_texts(xml, "AllowedMethod", rule.allowed_methods);
        write_cors_texts(xml, "AllowedOrigin", rule.allowed_origins);
        write_cors_texts(xml, "ExposeHeader", rule.expose_headers);
        if (rule.max_age_seconds) xml.text("MaxAgeSeconds", std::to_string(*rule.max_age_seconds));
        xml.close();
    }
    xml.close();
    return xml.take();
}

const CorsRule* find_cors_rule(const Cors& cors, const CrossOrigin& asked) {
    auto found = std::ranges::find_if(cors, [&](const CorsRule& rule) { return cors_allows(rule, asked); });
    return found == cors.end() ? nullptr : &*found;
}

void add_cors_headers(http::Reply& reply, const CorsRule& rule, const CrossOrigin& asked) {
    // A rule for everybody names no origin, and such a reply is no script's that sends credentials.
    const bool everybody = std::ranges::find(rule.allowed_origins, "*") != rule.allowed_origins.end();
    reply.headers.add("Access-Control-Allow-Origin", everybody ? "*" : std::string(asked.origin));
    reply.headers.add("Access-Control-Allow-Methods", cors_joined(rule.allowed_methods));
    if (!asked.headers.empty()) reply.headers.add("Access-Control-Allow-Headers", to_lower(asked.headers));
    if (!rule.expose_headers.empty()) reply.headers.add("Access-Control-Expose-Headers", cors_joined(rule.expose_headers));
    if (rule.max_age_seconds) reply.headers.add("Access-Control-Max-Age", std::to_string(*rule.max_age_seconds));
    if (!everybody) reply.headers.add("Access-Control-Allow-Credentials", "true");
    reply.headers.add("Vary", std::string(cors_vary));
}

std::unexpected<ApiError> cors_forbidden(const http::Headers& headers, std::string_view why, std::string_view resource_type) {
    return fail(error::s3::AccessForbidden, "CORSResponse: " + std::string(why),
                {{"Method", std::string(headers.find("Access-Control-Request-Method").value_or(""))},
                 {"ResourceType", std::string(resource_type)}});
}

Result<http::Reply> answer_preflight(const http::Headers& headers, const Cors* cors, std::string_view resource_type) {
    CrossOrigin asked;
    asked.origin = headers.find("Origin").value_or("");
    if (asked.origin.empty()) return fail(error::s3::BadRequest, "Insufficient information. Origin request header needed.");
    auto method = headers.find("Access-Control-Request-Method");
    if (!method || std::ranges::find(cors_methods, *method) == cors_methods.end())
        return fail(error::s3::BadRequest, fmt::format("Invalid Access-Control-Request-Method: {}", method.value_or("null")));
    asked.method = *method;
    asked.headers = headers.find("Access-Control-Request-Headers").value_or("");
    if (!cors) return cors_forbidden(headers, "CORS is not enabled for this bucket.", resource_type);
    const CorsRule* rule = find_cors_rule(*cors, asked);
    // The service's own spelling.
    if (!rule)
        return cors_forbidden(headers,
                              "This CORS request is not allowed. This is usually because the evalution of Origin, request "
                              "method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by "
                              "the resource's CORS spec.",
                              resource_type);
    http::Reply reply;
    add_cors_headers(reply, *rule, asked);
    return reply;
}

void to_json(nlohmann::json& json, const CorsRule& rule) {
    json = {{"methods", rule.allowed_methods}, {"origins", rule.allowed_origins}};
    if (rule.id) json["id"] = *rule.id;
    if (!rule.allowed_headers.empty()) json["headers"] = rule.allowed_headers;
    if (!rule.expose_headers.empty()) json["expose"] = rule.expose_headers;
    if (rule.max_age_seconds) json["max_age"] = *rule.max_age_seconds;
}

void from_json(const nlohmann::json& json, CorsRule& rule) {
    rule = {};
    json.at("methods").get_to(rule.allowed_methods);
    json.at("origins").get_to(rule.allowed_origins);
    if (json.contains("id")) rule.id = json.at("id").get<std::string>();
    if (json.contains("headers")) json.at("headers").get_to(rule.allowed_headers);
    if (json.contains("expose")) json.at("expose").get_to(rule.expose_headers);
    if (json.contains("max_age")) rule.max_age_seconds = json.at("max_age").get<std::int64_t>();
}

}  // namespace sekisho::s3
