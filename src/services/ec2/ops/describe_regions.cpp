#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

std::string endpoint_of(std::string_view region) { return fmt::format("ec2.{}.amazonaws.com", region); }

// Every region is enabled here, also those that AWS enables on request only.
std::string opt_in_status(const RegionInfo& region) { return region.opt_in ? "opted-in" : "opt-in-not-required"; }

std::span<const FilterColumn<RegionInfo>> region_columns() {
    static constexpr FilterColumn<RegionInfo> columns[] = {
        {"region-name", [](const RegionInfo& r, const View&) { return one(std::string(r.name)); }},
        {"endpoint", [](const RegionInfo& r, const View&) { return one(endpoint_of(r.name)); }},
        {"opt-in-status", [](const RegionInfo& r, const View&) { return one(opt_in_status(r)); }},
    };
    return columns;
}

}  // namespace

struct DescribeRegions {
    static constexpr std::string_view name = "DescribeRegions";
    struct Input {
        std::vector<std::string> names;
        std::vector<Filter> filters;
    };
    static Result<Input> parse(const Call& call) {
        auto wanted = filters(call.params);
        if (!wanted) return error_of(wanted);
        return Input{call.params.list("RegionName"), std::move(*wanted)};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in, &ec2](const View& view, XmlWriter& xml) -> Result<void> {
            if (auto checked = check_filters<RegionInfo>(in.filters, region_columns()); !checked) return checked;
            for (const std::string& wanted : in.names)
                if (!ec2.offers(wanted))
                    return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid region names: [{}]", wanted));
            xml.open("regionInfo");
            for (const RegionInfo& region : regions()) {
                if (!ec2.offers(region.name)) continue;
                if (!in.names.empty() && std::find(in.names.begin(), in.names.end(), region.name) == in.names.end()) continue;
                if (!passes<RegionInfo>(region, view, in.filters, region_columns())) continue;
                xml.open("item").text("regionName", region.name).text("regionEndpoint", endpoint_of(region.name));
                xml.text("optInStatus", opt_in_status(region)).close();
            }
            xml.close();
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_regions(Ec2& ec2) { return make<DescribeRegions>(ec2); }

}  // namespace sekisho::ec2
