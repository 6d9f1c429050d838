#include "services/ec2/filters.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "services/ec2/limits.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {
constexpr std::string_view token_mark = "page:";  // what a page token is base64 of, with the last key shown
}

Result<std::vector<Filter>> filters(const Params& params) {
    std::vector<Filter> found;
    std::size_t values = 0;
    for (const Params& one : params.structures("Filter")) {
        Filter filter;
        filter.name = one.get("Name");
        if (filter.name.empty()) return fail(error::ec2::InvalidParameterValue, "The filter name must not be empty");
        filter.values = one.list("Value");
        if (filter.values.empty()) return fail(error::ec2::InvalidParameterValue, "The filter 'null' is invalid");
        values += filter.values.size();
        if (values > limits::filter_values_per_request)
            return fail(error::ec2::FilterLimitExceeded,
                        fmt::format("The maximum number of filter values specified on a single call is {}",
                                    limits::filter_values_per_request));
        found.push_back(std::move(filter));
    }
    if (found.size() > limits::filters_per_request) return fail(error::ec2::FilterLimitExceeded);
    return found;
}

Result<DescribeInput> describe_input(const Params& params, const DescribeForm& form) {
    DescribeInput in;
    if (!form.ids.empty()) {
        auto given = ids(params, form.ids, *form.kind);
        if (!given) return fail(std::move(given.error()));
        in.ids = std::move(*given);
    }
    auto wanted = filters(params);
    if (!wanted) return fail(std::move(wanted.error()));
    in.filters = std::move(*wanted);
    auto max = optional_int(params, "MaxResults");
    if (!max) return fail(std::move(max.error()));
    in.max_results = *max;
    if (in.max_results && *in.max_results < form.page_min)
        return fail(
            error::ec2::InvalidParameterValue,
            fmt::format("Value ( {} ) for parameter maxResults is invalid. Expecting a value greater than or equal to {}.",
                        *in.max_results, form.page_min));
    if (in.max_results && *in.max_results > form.page_max) in.max_results = form.page_max;
    if (in.max_results && !in.ids.empty())
        return fail(error::ec2::InvalidParameterCombination,
                    fmt::format("The parameter {} cannot be used with the parameter maxResults",
                                std::string(1, static_cast<char>(form.ids[0] | 0x20)) + std::string(form.ids.substr(1)) + "s"));
    in.next_token = params.get("NextToken");
    return in;
}

bool wildcard_match(std::string_view pattern, std::string_view text) {
    // Greedy with one point to come back to: at worst pattern times text, never exponential.
    std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
            continue;
        }
        bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
        if (p < pattern.size() && (escaped ? pattern[p + 1] == text[t] : pattern[p] == '?' || pattern[p] == text[t])) {
            p += escaped ? 2 : 1;
            ++t;
            continue;
        }
        if (star == std::string_view::npos) return false;
        p = star + 1;
        t = ++star_text;
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

bool matches(const Filter& filter, const Values& values) {
    return std::any_of(values.begin(), values.end(), [&](const std::string& value) {
        return std::any_of(filter.values.begin(), filter.values.end(),
                           [&](const std::string& pattern) { return wildcard_match(pattern, value); });
    });
}

std::unexpected<ApiError> invalid_filter(std::string_view name) {
    return fail(error::ec2::InvalidParameterValue, fmt::format("The filter '{}' is invalid", name));
}

Values tag_values(const Tags& tags, std::string_view filter_name) {
    Values values;
    for (const auto& [key, value] : tags) {
        if (filter_name == "tag-key") values.push_back(key);
        if (filter_name == "tag-value") values.push_back(value);
        if (filter_name.starts_with("tag:") && filter_name.substr(4) == key) values.push_back(value);
    }
    return values;
}

Result<Page> page(const DescribeInput& in, const std::vector<std::string_view>& keys) {
    Page shown;
    shown.end = keys.size();
    if (!in.next_token.empty()) {
        auto decoded = from_base64(in.next_token);
        if (!decoded || !decoded->starts_with(token_mark)) return fail(error::ec2::InvalidNextToken);
        std::string_view last = std::string_view(*decoded).substr(token_mark.size());
        shown.begin = static_cast<std::size_t>(std::upper_bound(keys.begin(), keys.end(), last) - keys.begin());
    }
    if (in.max_results && shown.begin + static_cast<std::size_t>(*in.max_results) < keys.size()) {
        shown.end = shown.begin + static_cast<std::size_t>(*in.max_results);
        shown.next_token = to_base64(std::string(token_mark) + std::string(keys[shown.end - 1]));
    }
    return shown;
}

void write_next_token(XmlWriter& xml, const Page& page) {
    if (!page.next_token.empty()) xml.text("nextToken", page.next_token);
}

void write_tags(XmlWriter& xml, const Tags& tags) {
    xml.open("tagSet");
    for (const auto& [key, value] : tags) xml.open("item").text("key", key).text("value", value).close();
    xml.close();
}

}  // namespace sekisho::ec2
