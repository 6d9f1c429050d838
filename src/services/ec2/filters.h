// Filters and pages: what every Describe shares. A resource says which filter names it knows and which values each has; the
// rest (tag filters, wildcards, unknown names, ids that do not exist, pages) is here.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/ec2/request.h"
#include "services/ec2/view.h"
#include "wire/xml.h"

namespace sekisho::ec2 {

using wire::XmlWriter;
using Values = std::vector<std::string>;

struct Filter {
    std::string name;
    std::vector<std::string> values;
};

// How a Describe reads its ids and pages.
struct DescribeForm {
    const Kind* kind = nullptr;
    std::string_view ids;  // "VpcId"; empty: takes none
    int page_min = 5;
    int page_max = 1000;
};

struct DescribeInput {
    std::vector<std::string> ids;
    std::vector<Filter> filters;
    std::optional<int> max_results;
    std::string next_token;
};

Result<std::vector<Filter>> filters(const Params& params);
Result<DescribeInput> describe_input(const Params& params, const DescribeForm& form);

// '*' any characters, '?' one; '\' takes the meaning away (EC2 guide, "List and filter using the CLI and API").
bool wildcard_match(std::string_view pattern, std::string_view text);
bool matches(const Filter& filter, const Values& values);
std::unexpected<ApiError> invalid_filter(std::string_view name);

template <class Row>
struct FilterColumn {
    std::string_view name;
    Values (*values)(const Row&, const View&);
};

// Which rows the filters let through. An unknown filter name is an error even when there is no row.
template <class Row>
Result<void> check_filters(const std::vector<Filter>& filters, std::span<const FilterColumn<Row>> columns) {
    for (const Filter& filter : filters) {
        bool known = false;
        for (const auto& column : columns) known = known || column.name == filter.name;
        if constexpr (requires(const Row& row) { row.tags; })
            known = known || filter.name.starts_with("tag:") || filter.name == "tag-key" || filter.name == "tag-value";
        if (!known) return invalid_filter(filter.name);
    }
    return {};
}

Values tag_values(const Tags& tags, std::string_view filter_name);

template <class Row>
bool passes(const Row& row, const View& view, const std::vector<Filter>& filters, std::span<const FilterColumn<Row>> columns) {
    for (const Filter& filter : filters) {
        bool column_found = false;
        for (const auto& column : columns)
            if (column.name == filter.name) {
                column_found = true;
                if (!matches(filter, column.values(row, view))) return false;
                break;
            }
        if constexpr (requires { row.tags; })
            if (!column_found && !matches(filter, tag_values(row.tags, filter.name))) return false;
    }
    return true;
}

// A page of sorted keys: which of them to show, and the token of the next page.
struct Page {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string next_token;
};
Result<Page> page(const DescribeInput& in, const std::vector<std::string_view>& keys);
void write_next_token(XmlWriter& xml, const Page& page);

// The rows of one page: those with the ids asked for that pass the filters, in the order of their keys.
template <class Row>
struct Selected {
    std::vector<const Row*> rows;
    Page page;
};
template <class Row, class Rows>
Result<Selected<Row>> select(const View& view, const DescribeInput& in, const Kind& kind, const Rows& rows,
                             std::span<const FilterColumn<Row>> columns) {
    if (auto checked = check_filters<Row>(in.filters, columns); !checked) return std::unexpected(std::move(checked.error()));
    std::vector<std::string> missing;
    for (const std::string& id : in.ids)
        if (!rows.contains(id)) missing.push_back(id);
    if (!missing.empty()) return not_found(kind, missing);
    std::vector<std::string_view> keys;
    std::vector<const Row*> found;
    for (const auto& [key, row] : rows) {
        if (!in.ids.empty() && std::find(in.ids.begin(), in.ids.end(), key) == in.ids.end()) continue;
        if (!passes<Row>(*row, view, in.filters, columns)) continue;
        keys.push_back(key);
        found.push_back(&*row);
    }
    auto shown = page(in, keys);
    if (!shown) return std::unexpected(std::move(shown.error()));
    return Selected<Row>{
        {found.begin() + static_cast<std::ptrdiff_t>(shown->begin), found.begin() + static_cast<std::ptrdiff_t>(shown->end)},
        std::move(*shown)};
}

// A whole Describe: a set of items, one a row.
template <class Row, class Rows, class Write>
Result<void> describe(XmlWriter& xml, const View& view, const DescribeInput& in, const Kind& kind, const Rows& rows,
                      std::span<const FilterColumn<Row>> columns, std::string_view set, Write write) {
    auto found = select<Row>(view, in, kind, rows, columns);
    if (!found) return std::unexpected(std::move(found.error()));
    xml.open(set);
    for (const Row* row : found->rows) {
        xml.open("item");
        write(xml, view, *row);
        xml.close();
    }
    xml.close();
    write_next_token(xml, found->page);
    return {};
}

// Small words that filters and replies share.
inline Values one(std::string value) { return {std::move(value)}; }
inline Values truth(bool value) { return {value ? "true" : "false"}; }
inline std::string timestamp(Millis millis) { return iso8601_millis(from_epoch_millis(millis)); }
void write_tags(XmlWriter& xml, const Tags& tags);

}  // namespace sekisho::ec2
