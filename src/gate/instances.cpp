#include "gate/instances.h"

#include "services/sts/credentials.h"

namespace sekisho::gate {

namespace {

constexpr std::chrono::hours credentials_lifetime{6};  // as AWS's instance credentials

imds::InstanceFacts metadata_facts(const ec2::InstanceFacts& from, const iam::Directory& directory) {
    imds::InstanceFacts to;
    to.id = from.id;
    to.type = from.type;
    to.image = from.image;
    to.reservation = from.reservation;
    to.account = from.account.value;
    to.region = from.region.value;
    to.zone = from.zone;
    to.zone_id = from.zone_id;
    to.vpc = from.vpc;
    to.vpc_cidrs = from.vpc_cidrs;
    if (!from.vpc_cidrs.empty()) to.vpc_cidr = from.vpc_cidrs.front();
    to.subnet = from.subnet;
    to.subnet_cidr = from.subnet_cidr;
    to.interface = from.interface;
    to.mac = from.mac;
    to.private_ip = from.private_ip;
    to.public_ip = from.public_ip;
    to.host_name = from.private_dns_name;
    to.key_name = from.key_name;
    to.security_groups = from.groups;
    to.security_group_ids = from.group_ids;
    to.user_data = from.user_data;
    to.launch_index = from.launch_index;
    to.launched = from_epoch_millis(from.launched);
    to.enabled = from.metadata.http_endpoint == "enabled";
    to.token_required = from.metadata.http_tokens == "required";
    if (from.metadata.instance_metadata_tags == "enabled") to.tags = from.tags;
    if (!from.profile_arn.empty()) {
        to.profile_arn = from.profile_arn;
        to.profile_id = from.profile_id;
        // By its id, too: a profile that was deleted and made anew under the same name is another one.
        auto profile = directory.instance_profile(from.account, from.profile_arn);
        if (profile && profile->id == from.profile_id) to.role = profile->role_name;
    }
    return to;
}

}  // namespace

imds::Sources metadata_sources(const ec2::Ec2& ec2, const iam::Directory& directory, const Clock& clock) {
    imds::Sources sources;
    sources.instance = [&ec2, &directory](std::string_view vpc, const IpAddress& ip) -> std::optional<imds::InstanceFacts> {
        auto facts = ec2.instance_at(VpcId(vpc), ip);
        if (!facts) return std::nullopt;
        return metadata_facts(*facts, directory);
    };
    sources.mint = [&directory, &clock](const imds::InstanceFacts& facts,
                                        std::string_view delivery) -> std::optional<imds::Credentials> {
        sts::InstanceFacts instance;
        instance.instance_id = facts.id;
        instance.instance_arn = "arn:aws:ec2:" + facts.region + ":" + facts.account + ":instance/" + facts.id;
        instance.vpc = facts.vpc;
        instance.private_ip = facts.private_ip;
        instance.role_delivery = delivery;
        auto minted = sts::mint_instance_credentials(directory, AccountId(facts.account), facts.role, instance,
                                                     credentials_lifetime, clock.now());
        if (!minted) return std::nullopt;
        return imds::Credentials{minted->access_key_id, minted->secret, minted->session_token, minted->issued, minted->expires};
    };
    return sources;
}

dns::Answer resolve_in_vpc(const ec2::Ec2& ec2, const Region& default_region, const dns::Question& question,
                           const std::string& vpc) {
    auto facts = ec2.vpc(VpcId(vpc));
    dns::Answer refused;
    refused.code = dns::Code::server_failure;
    if (!facts || !facts->dns_support) return refused;
    dns::Names names;
    names.s3 = [&ec2](std::string_view region) { return ec2::s3_address(ec2.plan(), region); };
    names.control = [&ec2](std::string_view service, std::string_view region) -> std::optional<IpAddress> {
        for (std::string_view known : {"ec2", "iam", "sts"})
            if (service == known) return ec2::service_address(ec2.plan(), service, region);
        return std::nullopt;  // a service that is not here has no name: clients fail at once and say why
    };
    names.in_vpc = [&ec2](std::string_view asked, const IpAddress& ip) {
        return ec2.instance_at(VpcId(asked), ip).has_value();
    };
    names.default_region = default_region.value;
    return dns::resolve(question, vpc, facts->private_dns_suffix, names);
}

}  // namespace sekisho::gate
