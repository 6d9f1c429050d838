#include "services/ec2/cidrs.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

namespace {

std::size_t subnets_in(const State& state, const std::string& vpc) {
    std::size_t count = 0;
    for (const auto& [id, subnet] : state.subnets) count += subnet->vpc == vpc;
    return count;
}

// AWS picks a zone; here the one with the fewest of the VPC's subnets, the first of equals.
Zone least_used_zone(const Change& change, const std::string& vpc) {
    std::map<std::string, int> used;
    for (const auto& [id, subnet] : change.state.subnets)
        if (subnet->vpc == vpc) ++used[subnet->zone];
    std::vector<Zone> zones = zones_of(*change.place.info);
    return *std::min_element(zones.begin(), zones.end(),
                             [&](const Zone& a, const Zone& b) { return used[a.name] < used[b.name]; });
}

std::unexpected<ApiError> invalid_zone(const Place& place, const std::string& wanted) {
    std::string all;
    for (const Zone& zone : zones_of(*place.info)) all += (all.empty() ? "" : ", ") + zone.name;
    return invalid_value("AvailabilityZone", wanted,
                         fmt::format("Subnets can currently only be created in the following availability zones: {}.", all));
}

}  // namespace

struct CreateSubnet {
    static constexpr std::string_view name = "CreateSubnet";
    struct Input {
        std::string vpc;
        Cidr cidr;
        std::string zone;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"Ipv6CidrBlock", "OutpostArn", "Ipv6Native", "Ipv4IpamPoolId", "Ipv6IpamPoolId"});
            !no)
            return error_of(no);
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        auto text = required(call.params, "CidrBlock");
        if (!text) return error_of(text);
        auto cidr = cidr_block("CidrBlock", *text);
        if (!cidr) return error_of(cidr);
        in.cidr = *cidr;
        in.zone = call.params.get("AvailabilityZone", call.params.get("AvailabilityZoneId"));
        auto tags = tag_specifications(call.params, kind::subnet);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::subnet, in.tags);
            list.on(kind::vpc, in.vpc);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto vpc = get(change.state.vpcs, kind::vpc, in.vpc);
                if (!vpc) return error_of(vpc);
                auto zone =
                    in.zone.empty() ? std::optional(least_used_zone(change, in.vpc)) : find_zone(*change.place.info, in.zone);
                if (!zone) return invalid_zone(change.place, in.zone);
                if (auto checked = check_subnet_range(change.state, *vpc, in.cidr); !checked) return checked;
                if (subnets_in(change.state, in.vpc) >= limits::subnets_per_vpc) return fail(error::ec2::SubnetLimitExceeded);
                Subnet subnet = make_subnet(change.state, change.entropy, *vpc, in.cidr, zone->name);
                subnet.tags = in.tags;
                change.state.subnets.put(subnet.id, subnet);
                xml.open("subnet");
                write_subnet(xml, change.view(), subnet);
                xml.close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::create_subnet(Ec2& ec2) { return make<CreateSubnet>(ec2); }

}  // namespace sekisho::ec2
