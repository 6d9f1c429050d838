#include "services/ec2/ops/op.h"
#include "services/ec2/taggable.h"

namespace sekisho::ec2 {

namespace {

// One tag of one resource. No member is called `tags`: DescribeTags has filters of its own.
struct TagRow {
    std::string resource;
    std::string_view type;
    std::string key;
    std::string value;
};

std::span<const FilterColumn<TagRow>> tag_columns() {
    static constexpr FilterColumn<TagRow> columns[] = {
        {"key", [](const TagRow& t, const View&) { return one(t.key); }},
        {"value", [](const TagRow& t, const View&) { return one(t.value); }},
        {"resource-id", [](const TagRow& t, const View&) { return one(t.resource); }},
        {"resource-type", [](const TagRow& t, const View&) { return one(std::string(t.type)); }},
    };
    return columns;
}

// "tag:<key>" here is a filter on the resource's own tag.
bool passes_tag_filters(const TagRow& row, const std::vector<Filter>& filters) {
    return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
        return !filter.name.starts_with("tag:") || (row.key == filter.name.substr(4) && matches(filter, one(row.value)));
    });
}

std::map<std::string, std::shared_ptr<TagRow>> rows_of(const State& state, const std::vector<Filter>& filters) {
    std::map<std::string, std::shared_ptr<TagRow>> rows;
    each_tagged(state, [&](const std::string& id, const Tags& tags) {
        const Kind* kind = kind_of(id);
        for (const auto& [key, value] : tags) {
            auto row = std::make_shared<TagRow>(TagRow{id, kind ? kind->type : std::string_view(), key, value});
            if (passes_tag_filters(*row, filters)) rows[id + "\n" + key] = std::move(row);
        }
    });
    return rows;
}

void write_tag(XmlWriter& xml, const View&, const TagRow& tag) {
    xml.text("resourceId", tag.resource).text("resourceType", tag.type).text("key", tag.key).text("value", tag.value);
}

}  // namespace

struct DescribeTags {
    static constexpr std::string_view name = "DescribeTags";
    using Input = DescribeInput;
    static Result<Input> parse(const Call& call) { return describe_input(call.params, {}); }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            DescribeInput wanted = in;
            std::erase_if(wanted.filters, [](const Filter& filter) { return filter.name.starts_with("tag:"); });
            return describe<TagRow>(xml, view, wanted, kind::vpc, rows_of(view.state, in.filters), tag_columns(), "tagSet",
                                    write_tag);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_tags(Ec2& ec2) { return make<DescribeTags>(ec2); }

}  // namespace sekisho::ec2
