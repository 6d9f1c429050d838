#include "services/ec2/instance_types.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

struct Offering {
    std::string type;
    std::string location;
};

std::span<const FilterColumn<Offering>> offering_columns() {
    static constexpr FilterColumn<Offering> columns[] = {
        {"instance-type", [](const Offering& o, const View&) { return one(o.type); }},
        {"location", [](const Offering& o, const View&) { return one(o.location); }},
    };
    return columns;
}

}  // namespace

// Every type of the catalogue is offered in every zone.
struct DescribeInstanceTypeOfferings {
    static constexpr std::string_view name = "DescribeInstanceTypeOfferings";
    struct Input : DescribeInput {
        std::string location_type;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {nullptr, {}, 5, 1000});
        if (!in) return error_of(in);
        auto type = one_of(call.params, "LocationType", {"region", "availability-zone", "availability-zone-id"}, "region");
        if (!type) return error_of(type);
        return Input{std::move(*in), std::move(*type)};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) {
            std::vector<std::string> locations;
            if (in.location_type == "region") locations.push_back(view.place.region.value);
            for (const Zone& zone : zones_of(*view.place.info)) {
                if (in.location_type == "availability-zone") locations.push_back(zone.name);
                if (in.location_type == "availability-zone-id") locations.push_back(zone.id);
            }
            std::map<std::string, std::shared_ptr<Offering>> rows;
            for (const InstanceType& type : instance_types())
                for (const std::string& location : locations)
                    rows[type.name + " " + location] = std::make_shared<Offering>(Offering{type.name, location});
            auto write = [&](XmlWriter& out, const View&, const Offering& offering) {
                out.text("instanceType", offering.type)
                    .text("locationType", in.location_type)
                    .text("location", offering.location);
            };
            return describe<Offering>(xml, view, in, kind::instance, rows, offering_columns(), "instanceTypeOfferingSet",
                                      write);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instance_type_offerings(Ec2& ec2) {
    return make<DescribeInstanceTypeOfferings>(ec2);
}

}  // namespace sekisho::ec2
