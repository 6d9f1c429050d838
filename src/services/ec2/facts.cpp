#include "services/ec2/facts.h"

#include "base/bytes.h"

namespace sekisho::ec2 {

InstanceFacts facts_of(const PlacedState& placed, const Instance& instance) {
    const State& state = *placed.state;
    InstanceFacts facts;
    facts.id = instance.id;
    facts.arn = placed.place.arn(kind::instance, instance.id);
    facts.account = placed.place.account;
    facts.region = placed.place.region;
    facts.zone = instance.zone;
    facts.zone_id = placed.place.zone_id(instance.zone);
    facts.vpc = instance.vpc;
    facts.subnet = instance.subnet;
    facts.interface = instance.interface;
    facts.private_ip = instance.private_ip;
    facts.private_dns_name = instance.private_dns_name;
    facts.type = instance.type;
    facts.image = instance.image;
    facts.architecture = instance.architecture;
    facts.reservation = instance.reservation;
    facts.key_name = instance.key_name;
    facts.launch_index = instance.launch_index;
    facts.state = instance.state;
    facts.launched = instance.launched;
    facts.profile_arn = instance.profile_arn;
    facts.profile_id = instance.profile_id;
    facts.user_data = from_base64(instance.user_data).value_or("");
    facts.metadata = instance.metadata;
    facts.tags = instance.tags;
    if (const KeyPair* key = state.key_pairs.find(instance.key_name)) facts.public_key = key->public_key;
    const Vpc* vpc = state.vpcs.find(instance.vpc);
    if (vpc)
        for (const CidrAssociation& block : vpc->blocks) facts.vpc_cidrs.push_back(block.cidr);
    if (const Subnet* subnet = state.subnets.find(instance.subnet)) facts.subnet_cidr = subnet->cidr;
    if (const NetworkInterface* interface = state.interfaces.find(instance.interface)) {
        facts.mac = interface->mac;
        facts.public_ip = interface->public_ip;
        if (!facts.public_ip.empty() && vpc && vpc->dns_hostnames)
            facts.public_dns_name = public_dns_name(placed.place.region.value, facts.public_ip);
        facts.group_ids = interface->groups;
        for (const std::string& id : interface->groups)
            if (const SecurityGroup* group = state.security_groups.find(id)) facts.groups.push_back(group->name);
    }
    return facts;
}

VpcFacts facts_of(const PlacedState& placed, const Vpc& vpc) {
    VpcFacts facts;
    facts.id = vpc.id;
    facts.account = placed.place.account;
    facts.region = placed.place.region;
    for (const CidrAssociation& block : vpc.blocks) facts.cidrs.push_back(block.cidr);
    facts.dns_support = vpc.dns_support;
    facts.dns_hostnames = vpc.dns_hostnames;
    facts.private_dns_suffix = private_dns_suffix(placed.place.region.value);
    return facts;
}

}  // namespace sekisho::ec2
