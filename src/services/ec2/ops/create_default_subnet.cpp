#include "services/ec2/cidrs.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateDefaultSubnet {
    static constexpr std::string_view name = "CreateDefaultSubnet";
    struct Input {
        std::string zone;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"Ipv6Native"}); !no) return error_of(no);
        auto zone = required(call.params, "AvailabilityZone");
        if (!zone) return error_of(zone);
        in.zone = std::move(*zone);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.anything();  // neither ARNs nor keys of its own
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                const Vpc* vpc = default_vpc(change.state);
                if (!vpc) return fail(error::ec2::DefaultVpcDoesNotExist);
                auto zone = find_zone(*change.place.info, in.zone);
                if (!zone)
                    return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid availability zone: [{}]", in.zone));
                if (const Subnet* there = default_subnet(change.state, zone->name))
                    return fail(error::ec2::DefaultSubnetAlreadyExists,
                                fmt::format("'{}' is already the default subnet in {}.", there->id, zone->name));
                // The first free /20 of the default VPC.
                std::optional<Cidr> free;
                for (int i = 0; i < 16 && !free; ++i) {
                    Cidr cidr = *Cidr::parse(fmt::format("172.31.{}.0/20", i * 16));
                    if (check_subnet_range(change.state, *vpc, cidr)) free = cidr;
                }
                if (!free)
                    return fail(error::ec2::InvalidSubnetConflict, "The default VPC has no room for another default subnet.");
                Subnet subnet = make_subnet(change.state, change.entropy, *vpc, *free, zone->name);
                subnet.default_for_zone = true;
                subnet.map_public_ip = true;
                change.state.subnets.put(subnet.id, subnet);
                xml.open("subnet");
                write_subnet(xml, change.view(), subnet);
                xml.close();
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::create_default_subnet(Ec2& ec2) { return make<CreateDefaultSubnet>(ec2); }

}  // namespace sekisho::ec2
