#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

std::string group_of(const View& view) { return view.place.region.value + "-zg-1"; }

std::span<const FilterColumn<Zone>> zone_columns() {
    static constexpr FilterColumn<Zone> columns[] = {
        {"zone-name", [](const Zone& z, const View&) { return one(z.name); }},
        {"zone-id", [](const Zone& z, const View&) { return one(z.id); }},
        {"zone-type", [](const Zone&, const View&) { return one("availability-zone"); }},
        {"state", [](const Zone&, const View&) { return one("available"); }},
        {"region-name", [](const Zone&, const View& view) { return one(view.place.region.value); }},
        {"group-name", [](const Zone&, const View& view) { return one(group_of(view)); }},
        {"opt-in-status", [](const Zone&, const View&) { return one("opt-in-not-required"); }},
        {"message", [](const Zone&, const View&) { return Values(); }},
        {"parent-zone-id", [](const Zone&, const View&) { return Values(); }},
        {"parent-zone-name", [](const Zone&, const View&) { return Values(); }},
        {"network-border-group", [](const Zone&, const View& view) { return one(view.place.region.value); }},
    };
    return columns;
}

}  // namespace

struct DescribeAvailabilityZones {
    static constexpr std::string_view name = "DescribeAvailabilityZones";
    struct Input {
        std::vector<std::string> names;
        std::vector<std::string> ids;
        std::vector<Filter> filters;
    };
    static Result<Input> parse(const Call& call) {
        auto wanted = filters(call.params);
        if (!wanted) return error_of(wanted);
        return Input{call.params.list("ZoneName"), call.params.list("ZoneId"), std::move(*wanted)};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            if (auto checked = check_filters<Zone>(in.filters, zone_columns()); !checked) return checked;
            for (const auto* wanted : {&in.names, &in.ids})
                for (const std::string& zone : *wanted)
                    if (!find_zone(*view.place.info, zone))
                        return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid availability zone: [{}]", zone));
            auto asked = [](const std::vector<std::string>& list, const std::string& zone) {
                return list.empty() || std::find(list.begin(), list.end(), zone) != list.end();
            };
            xml.open("availabilityZoneInfo");
            for (const Zone& zone : zones_of(*view.place.info)) {
                if (!asked(in.names, zone.name) || !asked(in.ids, zone.id)) continue;
                if (!passes<Zone>(zone, view, in.filters, zone_columns())) continue;
                xml.open("item").text("zoneName", zone.name).text("zoneState", "available").text("zoneId", zone.id);
                xml.text("zoneType", "availability-zone")
                    .text("regionName", view.place.region.value)
                    .text("groupName", group_of(view));
                xml.text("networkBorderGroup", view.place.region.value).text("optInStatus", "opt-in-not-required");
                xml.empty("messageSet").close();
            }
            xml.close();
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_availability_zones(Ec2& ec2) { return make<DescribeAvailabilityZones>(ec2); }

}  // namespace sekisho::ec2
