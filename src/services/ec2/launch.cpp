#include "services/ec2/launch.h"

#include <fmt/format.h>

#include <algorithm>

#include "services/ec2/limits.h"
#include "services/ec2/network.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

Result<Subnet> subnet_of(const View& view, const LaunchInput& in) {
    if (!in.zone.empty() && !find_zone(*view.place.info, in.zone))
        return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid availability zone: [{}]", in.zone));
    if (in.subnet.empty()) {
        const Vpc* vpc = default_vpc(view.state);
        if (!vpc)
            return fail(error::ec2::VpcIdNotSpecified,
                        "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.");
        const Subnet* subnet = default_subnet(view.state, in.zone);
        if (!subnet)
            return fail(error::ec2::MissingInput,
                        fmt::format("No subnets found for the default VPC '{}'. Please specify a subnet.", vpc->id));
        return *subnet;
    }
    auto subnet = get(view.state.subnets, kind::subnet, in.subnet);
    if (subnet && !in.zone.empty() && find_zone(*view.place.info, in.zone)->name != subnet->zone)
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("The availability zone '{}' is not that of the subnet '{}'.", in.zone, in.subnet));
    return subnet;
}

Result<std::vector<std::string>> groups_of(const View& view, const LaunchInput& in, const Subnet& subnet) {
    std::vector<std::string> groups;
    for (const std::string& id : in.groups) {
        auto group = get(view.state.security_groups, kind::security_group, id);
        if (!group) return fail(std::move(group.error()));
        if (group->vpc != subnet.vpc)
            return fail(error::ec2::InvalidParameter,
                        fmt::format("Security group {} and subnet {} belong to different networks.", id, subnet.id));
        groups.push_back(id);
    }
    if (!in.group_names.empty() && !in.subnet.empty())
        return fail(error::ec2::InvalidParameterCombination,
                    "The parameter groupName cannot be used with the parameter subnet");
    for (const std::string& name : in.group_names) {
        std::string id;
        for (const auto& [key, group] : view.state.security_groups)
            if (group->vpc == subnet.vpc && group->name == name) id = key;
        if (id.empty())
            return fail(error::ec2::InvalidGroupNotFound,
                        fmt::format("The security group '{}' does not exist in default VPC '{}'", name, subnet.vpc));
        groups.push_back(id);
    }
    if (groups.empty())
        if (const SecurityGroup* group = default_security_group(view.state, subnet.vpc)) groups.push_back(group->id);
    std::sort(groups.begin(), groups.end());
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    if (groups.size() > limits::groups_per_interface) return fail(error::ec2::SecurityGroupsPerInterfaceLimitExceeded);
    return groups;
}

Result<std::optional<InstanceProfile>> profile_of(const View& view, const InstanceProfiles& profiles, const LaunchInput& in) {
    if (in.profile.empty()) return std::optional<InstanceProfile>();
    auto profile = profiles.find(view.place.account, in.profile);
    std::string_view how = in.profile_by_arn ? "arn" : "name";
    if (!profile)
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("Value ({}) for parameter iamInstanceProfile.{} is invalid. Invalid IAM Instance Profile {}",
                                in.profile, how, in.profile_by_arn ? "ARN" : "name"));
    if (profile->role_arn.empty())
        return fail(error::ec2::InvalidParameterValue,
                    fmt::format("IAM Instance Profile \"{}\" has no associated IAM Roles", profile->arn));
    return profile;
}

Volume planned_volume(const Launch& found, const VolumeWish& wish, bool root) {
    Volume volume;
    volume.zone = found.subnet.zone;
    volume.device = wish.device;
    volume.type = !wish.type.empty() ? wish.type : root ? found.image->volume_type : "gp2";
    volume.size_gib = wish.size_gib.value_or(root ? found.image->volume_gib : 8);
    volume.snapshot = root ? found.image->snapshot : "";
    // Baselines of the volume types (EBS guide).
    volume.iops = wish.iops.value_or(volume.type == "gp3"   ? 3000
                                     : volume.type == "gp2" ? std::max(100, 3 * volume.size_gib)
                                                            : 0);
    volume.throughput = volume.type == "gp3" ? wish.throughput.value_or(125) : 0;
    volume.delete_on_termination = wish.delete_on_termination;
    return volume;
}

Result<void> check_volumes(const LaunchInput& in, const Launch& found) {
    for (const VolumeWish& wish : in.volumes) {
        bool root = wish.device == found.image->root_device;
        if (root && wish.size_gib && *wish.size_gib < found.image->volume_gib)
            return fail(error::ec2::InvalidBlockDeviceMapping,
                        fmt::format("Volume of size {}GB is smaller than snapshot '{}', expect size >= {}GB", *wish.size_gib,
                                    found.image->snapshot, found.image->volume_gib));
        if (!root && !wish.size_gib)
            return fail(error::ec2::MissingParameter, "The request must contain the parameter size or snapshotId");
    }
    return {};
}

MetadataOptions metadata_options(const LaunchInput& in, const Image& image) {
    MetadataOptions options;
    // An image that asks for IMDSv2 brings tokens and a hop limit of 2 along (EC2 guide, "Configure the AMI").
    if (image.imds_v2) {
        options.http_tokens = "required";
        options.hop_limit = 2;
    }
    if (!in.http_tokens.empty()) options.http_tokens = in.http_tokens;
    if (!in.http_endpoint.empty()) options.http_endpoint = in.http_endpoint;
    if (!in.metadata_tags.empty()) options.instance_metadata_tags = in.metadata_tags;
    if (!in.http_protocol_ipv6.empty()) options.http_protocol_ipv6 = in.http_protocol_ipv6;
    if (in.hop_limit) options.hop_limit = *in.hop_limit;
    return options;
}

Result<void> launch_one(Change& change, const LaunchInput& in, const Launch& found, Instance instance) {
    instance.id = change.id(kind::instance);
    NewInterface wanted;
    wanted.description = in.interface_description;
    wanted.private_ip = in.private_ip;
    wanted.groups = found.groups;
    wanted.tags = tags_for(in, kind::network_interface);
    auto interface = make_interface(change, found.subnet, std::move(wanted));
    if (!interface) return fail(std::move(interface.error()));
    interface->instance = instance.id;
    interface->attachment = change.entropy.resource_id("eni-attach");
    interface->attached = change.millis();
    interface->delete_on_termination = in.interface_delete;
    change.state.interfaces.put(interface->id, *interface);
    instance.interface = interface->id;
    instance.private_ip = interface->private_ips.front();
    instance.private_dns_name = instance.hostname_type == "resource-name"
                                    ? instance.id + "." + private_dns_suffix(change.place.region.value)
                                    : private_dns_name(change.place.region.value, instance.private_ip);
    if (instance.auto_public_ip)
        if (auto given = give_auto_public_ip(change, interface->id); !given) return given;
    for (Volume& volume : planned_volumes(in, found)) {
        volume.id = change.id(kind::volume);
        volume.created = change.millis();
        volume.instance = instance.id;
        volume.tags = tags_for(in, kind::volume);
        instance.volumes.push_back(volume.id);
        std::string id = volume.id;
        change.state.volumes.put(id, std::move(volume));
    }
    if (found.profile) instance.profile_association = change.entropy.resource_id("iip-assoc");
    std::string id = instance.id;
    change.state.instances.put(id, std::move(instance));
    return {};
}

}  // namespace

Tags tags_for(const LaunchInput& in, const Kind& kind) {
    auto it = in.tags.find(std::string(kind.type));
    return it == in.tags.end() ? Tags() : it->second;
}

Result<Launch> look_up(const View& view, const InstanceProfiles& profiles, const LaunchInput& in) {
    Launch found;
    found.image = find_image(view.place.region.value, in.image);
    if (!found.image) return not_found(kind::image, in.image);
    found.type = find_instance_type(in.type);
    if (!found.type)
        return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid value '{}' for InstanceType.", in.type));
    if (found.type->architecture != found.image->architecture)
        return fail(
            error::ec2::InvalidParameterValue,
            fmt::format(
                "The architecture '{}' of the specified instance type does not match the architecture '{}' of the specified "
                "AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use "
                "'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.",
                found.type->architecture, found.image->architecture));
    auto subnet = subnet_of(view, in);
    if (!subnet) return fail(std::move(subnet.error()));
    found.subnet = std::move(*subnet);
    auto groups = groups_of(view, in, found.subnet);
    if (!groups) return fail(std::move(groups.error()));
    found.groups = std::move(*groups);
    if (!in.key_name.empty() && !view.state.key_pairs.contains(in.key_name))
        return fail(error::ec2::InvalidKeyPairNotFound, fmt::format("The key pair '{}' does not exist", in.key_name));
    auto profile = profile_of(view, profiles, in);
    if (!profile) return fail(std::move(profile.error()));
    found.profile = std::move(*profile);
    return found;
}

std::vector<Volume> planned_volumes(const LaunchInput& in, const Launch& found) {
    VolumeWish root{.device = found.image->root_device};
    for (const VolumeWish& wish : in.volumes)
        if (wish.device == root.device) root = wish;
    std::vector<Volume> volumes{planned_volume(found, root, true)};
    for (const VolumeWish& wish : in.volumes)
        if (wish.device != root.device) volumes.push_back(planned_volume(found, wish, false));
    return volumes;
}

Instance planned_instance(const View& view, const LaunchInput& in, const Launch& found) {
    Instance instance;
    instance.image = in.image;
    instance.type = in.type;
    instance.architecture = found.image->architecture;
    instance.key_name = in.key_name;
    instance.launched = epoch_millis(view.now);
    instance.zone = found.subnet.zone;
    instance.vpc = found.subnet.vpc;
    instance.subnet = found.subnet.id;
    instance.root_device = found.image->root_device;
    if (found.profile) {
        instance.profile_arn = found.profile->arn;
        instance.profile_id = found.profile->id;
    }
    instance.user_data = in.user_data;
    instance.client_token = in.client_token;
    instance.shutdown_behavior = in.shutdown_behavior;
    if (found.type->burstable)
        instance.credits = !in.credits.empty() ? in.credits : found.type->unlimited_by_default ? "unlimited" : "standard";
    instance.boot_mode = found.image->boot_mode;
    instance.hostname_type = in.hostname_type.empty() ? found.subnet.hostname_type : in.hostname_type;
    instance.resource_name_a_record = in.a_record.value_or(found.subnet.resource_name_a_record);
    instance.resource_name_aaaa_record = in.aaaa_record.value_or(found.subnet.resource_name_aaaa_record);
    instance.disable_api_termination = in.disable_api_termination;
    instance.disable_api_stop = in.disable_api_stop;
    instance.ebs_optimized = in.ebs_optimized;
    instance.monitoring = in.monitoring;
    instance.auto_public_ip = in.public_ip.value_or(found.subnet.map_public_ip);
    instance.boot = 1;
    instance.metadata = metadata_options(in, *found.image);
    instance.tags = tags_for(in, kind::instance);
    return instance;
}

Result<std::string> launch(Change& change, const LaunchInput& in, const Launch& found) {
    std::size_t live = 0;
    for (const auto& [id, instance] : change.state.instances) live += instance->state != "terminated";
    int room = static_cast<int>(limits::instances - std::min(limits::instances, live));
    if (room < in.count_min)
        return fail(error::ec2::InstanceLimitExceeded,
                    fmt::format("You have requested more instances ({}) than your current instance limit of {} allows.",
                                live + static_cast<std::size_t>(in.count_min), limits::instances));
    // As many as fit, at least MinCount (RunInstances API reference).
    int count = std::min({in.count_max, room, std::max(in.count_min, free_addresses(change.state, found.subnet))});
    if (auto checked = check_volumes(in, found); !checked) return fail(std::move(checked.error()));
    Instance instance = planned_instance(change.view(), in, found);
    instance.reservation = change.entropy.resource_id("r");
    for (instance.launch_index = 0; instance.launch_index < count; ++instance.launch_index)
        if (auto done = launch_one(change, in, found, instance); !done) return fail(std::move(done.error()));
    return instance.reservation;
}

}  // namespace sekisho::ec2
