#include "services/ec2/condition_keys.h"

#include "services/ec2/taggable.h"

namespace sekisho::ec2 {

namespace {

// Sets keys that have a value.
class Keys {
   public:
    Keys(policy::Context& keys, const View& view) : keys_(keys), view_(view) {}
    void text(const char* name, const std::string& value) {
        if (!value.empty()) keys_.set(name, value);
    }
    void truth(const char* name, bool value) { keys_.set(name, value ? "true" : "false"); }
    void number(const char* name, int value) { keys_.set(name, std::to_string(value)); }
    void arn(const char* name, const Kind& kind, const std::string& id) {
        if (!id.empty()) keys_.set(name, view_.place.arn(kind, id));
    }
    void zone(const std::string& zone) {
        text("ec2:AvailabilityZone", zone);
        text("ec2:AvailabilityZoneId", zone.empty() ? "" : view_.place.zone_id(zone));
    }

   private:
    policy::Context& keys_;
    const View& view_;
};

void add_image_keys(Keys& keys, const View& view, std::string_view id) {
    const Image* image = find_image(view.place.region.value, id);
    if (!image) return;
    keys.text("ec2:ImageID", image->id);
    keys.text("ec2:ImageType", "machine");
    keys.text("ec2:Owner", image->owner_alias.empty() ? image->owner : image->owner_alias);
    keys.truth("ec2:Public", true);  // the catalogue has no other
    keys.text("ec2:RootDeviceType", "ebs");
}

template <class Row>
void add_vpc_key(Keys& keys, const Row* row) {
    if (row) keys.arn("ec2:Vpc", kind::vpc, row->vpc);
}

}  // namespace

void add_keys(policy::Context& context, const View& view, const Instance& row) {
    Keys keys(context, view);
    keys.zone(row.zone);
    keys.text("ec2:InstanceID", row.id);
    keys.text("ec2:InstanceType", row.type);
    keys.text("ec2:InstanceProfile", row.profile_arn);
    keys.text("ec2:InstanceMarketType", "on-demand");
    keys.text("ec2:RootDeviceType", "ebs");
    keys.text("ec2:Tenancy", row.tenancy);
    keys.truth("ec2:EbsOptimized", row.ebs_optimized);
    keys.text("ec2:MetadataHttpEndpoint", row.metadata.http_endpoint);
    keys.text("ec2:MetadataHttpTokens", row.metadata.http_tokens);
    keys.number("ec2:MetadataHttpPutResponseHopLimit", row.metadata.hop_limit);
    keys.text("ec2:InstanceMetadataTags", row.metadata.instance_metadata_tags);
}

void add_keys(policy::Context& context, const View& view, const NetworkInterface& row) {
    Keys keys(context, view);
    keys.zone(row.zone);
    keys.text("ec2:NetworkInterfaceID", row.id);
    keys.arn("ec2:Subnet", kind::subnet, row.subnet);
    keys.arn("ec2:Vpc", kind::vpc, row.vpc);
}

void add_keys(policy::Context& context, const View& view, const Volume& row) {
    Keys keys(context, view);
    keys.zone(row.zone);
    keys.text("ec2:VolumeID", row.id);
    keys.truth("ec2:Encrypted", row.encrypted);
    keys.text("ec2:VolumeType", row.type);
    keys.number("ec2:VolumeSize", row.size_gib);
    keys.number("ec2:VolumeIops", row.iops);
    keys.number("ec2:VolumeThroughput", row.throughput);
    if (!row.snapshot.empty())
        keys.text("ec2:ParentSnapshot", "arn:aws:ec2:" + view.place.region.value + "::snapshot/" + row.snapshot);
}

void add_resource_keys(policy::Context& context, const View& view, const Kind& kind, std::string_view id) {
    const State& state = view.state;
    Keys keys(context, view);
    const std::string_view type = kind.type;
    if (type == kind::instance.type) {
        if (const auto* row = state.instances.find(id)) add_keys(context, view, *row);
    } else if (type == kind::network_interface.type) {
        if (const auto* row = state.interfaces.find(id)) add_keys(context, view, *row);
    } else if (type == kind::volume.type) {
        if (const auto* row = state.volumes.find(id)) add_keys(context, view, *row);
    } else if (type == kind::subnet.type) {
        const auto* row = state.subnets.find(id);
        if (!row) return;
        keys.zone(row->zone);
        keys.text("ec2:SubnetID", row->id);
        add_vpc_key(keys, row);
    } else if (type == kind::vpc.type) {
        const auto* row = state.vpcs.find(id);
        if (!row) return;
        keys.text("ec2:VpcID", row->id);
        keys.text("ec2:Tenancy", row->tenancy);
    } else if (type == kind::security_group.type) {
        keys.text("ec2:SecurityGroupID", std::string(id));
        add_vpc_key(keys, state.security_groups.find(id));
    } else if (type == kind::route_table.type) {
        keys.text("ec2:RouteTableID", std::string(id));
        add_vpc_key(keys, state.route_tables.find(id));
    } else if (type == kind::network_acl.type) {
        keys.text("ec2:NetworkAclID", std::string(id));
        add_vpc_key(keys, state.network_acls.find(id));
    } else if (type == kind::internet_gateway.type) {
        keys.text("ec2:InternetGatewayID", std::string(id));
    } else if (type == kind::dhcp_options.type) {
        keys.text("ec2:DhcpOptionsID", std::string(id));
    } else if (type == kind::address.type) {
        const auto* row = state.addresses.find(id);
        if (!row) return;
        keys.text("ec2:AllocationId", row->allocation);
        keys.text("ec2:Domain", "vpc");
        keys.text("ec2:PublicIpAddress", row->public_ip);
    } else if (type == kind::endpoint.type) {
        const auto* row = state.endpoints.find(id);
        if (!row) return;
        keys.text("ec2:VpceServiceName", row->service_name);
        keys.text("ec2:VpceServiceRegion", view.place.region.value);
    } else if (type == kind::key_pair.type) {
        const auto* row = state.key_pairs.find(id);
        if (!row) return;
        keys.text("ec2:KeyPairName", row->name);
        keys.text("ec2:KeyPairType", row->type);
    } else if (type == kind::image.type) {
        add_image_keys(keys, view, id);
    }
}

}  // namespace sekisho::ec2
