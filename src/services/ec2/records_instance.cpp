// Filters of instances; volumes, interfaces, addresses and key pairs in replies and filters.
#include "services/ec2/network.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

namespace {

Values maybe(std::string value) { return value.empty() ? Values() : Values{std::move(value)}; }

const NetworkInterface* interface_of(const Instance& instance, const View& view) {
    return view.state.interfaces.find(instance.interface);
}

template <class F>
Values volume_values(const Instance& instance, const View& view, F value) {
    Values values;
    for (const std::string& id : instance.volumes)
        if (const Volume* volume = view.state.volumes.find(id)) values.push_back(value(*volume));
    return values;
}

Values group_names(const std::vector<std::string>& groups, const View& view) {
    Values values;
    for (const std::string& id : groups)
        if (const SecurityGroup* group = view.state.security_groups.find(id)) values.push_back(group->name);
    return values;
}

template <class F>
Values interface_values(const Instance& instance, const View& view, F value) {
    const NetworkInterface* interface = interface_of(instance, view);
    return interface ? maybe(value(*interface)) : Values();
}

Values instance_groups(const Instance& instance, const View& view) {
    const NetworkInterface* interface = interface_of(instance, view);
    return interface ? interface->groups : Values();
}

std::string public_dns(const Instance& instance, const View& view) {
    const NetworkInterface* interface = interface_of(instance, view);
    const Vpc* vpc = view.state.vpcs.find(instance.vpc);
    if (!interface || interface->public_ip.empty() || !vpc || !vpc->dns_hostnames) return {};
    return public_dns_name(view.place.region.value, interface->public_ip);
}

}  // namespace

std::span<const FilterColumn<Instance>> instance_columns() {
    static constexpr FilterColumn<Instance> columns[] = {
        {"instance-id", [](const Instance& i, const View&) { return one(i.id); }},
        {"instance-state-name", [](const Instance& i, const View&) { return one(i.state); }},
        {"instance-state-code", [](const Instance& i, const View&) { return one(std::to_string(state_code(i.state))); }},
        {"instance-type", [](const Instance& i, const View&) { return one(i.type); }},
        {"instance-lifecycle", [](const Instance&, const View&) { return Values(); }},
        {"image-id", [](const Instance& i, const View&) { return one(i.image); }},
        {"architecture", [](const Instance& i, const View&) { return one(i.architecture); }},
        {"availability-zone", [](const Instance& i, const View&) { return one(i.zone); }},
        {"vpc-id", [](const Instance& i, const View&) { return maybe(i.vpc); }},
        {"subnet-id", [](const Instance& i, const View&) { return maybe(i.subnet); }},
        {"private-ip-address", [](const Instance& i, const View&) { return maybe(i.private_ip); }},
        {"private-dns-name", [](const Instance& i, const View&) { return maybe(i.private_dns_name); }},
        {"ip-address",
         [](const Instance& i, const View& view) {
             return interface_values(i, view, [](const NetworkInterface& n) { return n.public_ip; });
         }},
        {"dns-name", [](const Instance& i, const View& view) { return maybe(public_dns(i, view)); }},
        {"key-name", [](const Instance& i, const View&) { return maybe(i.key_name); }},
        {"client-token", [](const Instance& i, const View&) { return maybe(i.client_token); }},
        {"reservation-id", [](const Instance& i, const View&) { return one(i.reservation); }},
        {"launch-index", [](const Instance& i, const View&) { return one(std::to_string(i.launch_index)); }},
        {"launch-time", [](const Instance& i, const View&) { return one(timestamp(i.launched)); }},
        {"owner-id", [](const Instance&, const View& view) { return one(view.place.account.value); }},
        {"iam-instance-profile.arn", [](const Instance& i, const View&) { return maybe(i.profile_arn); }},
        {"iam-instance-profile.id", [](const Instance& i, const View&) { return maybe(i.profile_id); }},
        {"instance.group-id", [](const Instance& i, const View& view) { return instance_groups(i, view); }},
        {"group-id", [](const Instance& i, const View& view) { return instance_groups(i, view); }},
        {"instance.group-name", [](const Instance& i, const View& view) { return group_names(instance_groups(i, view), view); }},
        {"group-name", [](const Instance& i, const View& view) { return group_names(instance_groups(i, view), view); }},
        {"network-interface.network-interface-id", [](const Instance& i, const View&) { return maybe(i.interface); }},
        {"network-interface.vpc-id", [](const Instance& i, const View&) { return maybe(i.vpc); }},
        {"network-interface.subnet-id", [](const Instance& i, const View&) { return maybe(i.subnet); }},
        {"network-interface.addresses.private-ip-address", [](const Instance& i, const View&) { return maybe(i.private_ip); }},
        {"network-interface.private-dns-name", [](const Instance& i, const View&) { return maybe(i.private_dns_name); }},
        {"network-interface.mac-address",
         [](const Instance& i, const View& view) {
             return interface_values(i, view, [](const NetworkInterface& n) { return n.mac; });
         }},
        {"network-interface.group-id", [](const Instance& i, const View& view) { return instance_groups(i, view); }},
        {"network-interface.status", [](const Instance& i, const View&) { return i.interface.empty() ? Values() : one("in-use"); }},
        {"network-interface.association.public-ip",
         [](const Instance& i, const View& view) {
             return interface_values(i, view, [](const NetworkInterface& n) { return n.public_ip; });
         }},
        {"association.public-ip",
         [](const Instance& i, const View& view) {
             return interface_values(i, view, [](const NetworkInterface& n) { return n.public_ip; });
         }},
        {"block-device-mapping.device-name",
         [](const Instance& i, const View& view) { return volume_values(i, view, [](const Volume& v) { return v.device; }); }},
        {"block-device-mapping.volume-id", [](const Instance& i, const View&) { return i.volumes; }},
        {"block-device-mapping.delete-on-termination",
         [](const Instance& i, const View& view) {
             return volume_values(i, view, [](const Volume& v) { return std::string(v.delete_on_termination ? "true" : "false"); });
         }},
        {"block-device-mapping.status",
         [](const Instance& i, const View& view) { return volume_values(i, view, [](const Volume&) { return std::string("attached"); }); }},
        {"root-device-name", [](const Instance& i, const View&) { return one(i.root_device); }},
        {"root-device-type", [](const Instance&, const View&) { return one("ebs"); }},
        {"hypervisor", [](const Instance&, const View&) { return one("xen"); }},
        {"virtualization-type", [](const Instance&, const View&) { return one("hvm"); }},
        {"tenancy", [](const Instance& i, const View&) { return one(i.tenancy); }},
        {"monitoring-state", [](const Instance& i, const View&) { return one(i.monitoring ? "enabled" : "disabled"); }},
        {"platform", [](const Instance&, const View&) { return Values(); }},
        {"platform-details", [](const Instance&, const View&) { return one("Linux/UNIX"); }},
        {"source-dest-check",
         [](const Instance& i, const View& view) {
             return interface_values(i, view, [](const NetworkInterface& n) { return std::string(n.source_dest_check ? "true" : "false"); });
         }},
        {"metadata-options.http-tokens", [](const Instance& i, const View&) { return one(i.metadata.http_tokens); }},
        {"metadata-options.http-endpoint", [](const Instance& i, const View&) { return one(i.metadata.http_endpoint); }},
        {"metadata-options.http-put-response-hop-limit",
         [](const Instance& i, const View&) { return one(std::to_string(i.metadata.hop_limit)); }},
        {"metadata-options.instance-metadata-tags",
         [](const Instance& i, const View&) { return one(i.metadata.instance_metadata_tags); }},
        {"state-reason-code", [](const Instance& i, const View&) { return maybe(i.state_reason_code); }},
        {"reason", [](const Instance& i, const View&) { return maybe(i.reason); }},
        {"requester-id", [](const Instance&, const View&) { return Values(); }},
        {"product-code", [](const Instance&, const View&) { return Values(); }},
        {"usage-operation", [](const Instance&, const View&) { return one("RunInstances"); }},
        {"boot-mode", [](const Instance& i, const View&) { return maybe(i.boot_mode); }},
    };
    return columns;
}

void write_volume(XmlWriter& xml, const View&, const Volume& volume) {
    xml.text("volumeId", volume.id).number("size", volume.size_gib).text("snapshotId", volume.snapshot);
    xml.text("availabilityZone", volume.zone).text("status", volume.state).text("createTime", timestamp(volume.created));
    xml.open("attachmentSet");
    if (!volume.instance.empty()) {
        xml.open("item").text("volumeId", volume.id).text("instanceId", volume.instance).text("device", volume.device);
        xml.text("status", "attached").text("attachTime", timestamp(volume.created));
        xml.boolean("deleteOnTermination", volume.delete_on_termination).close();
    }
    xml.close();
    write_tags(xml, volume.tags);
    xml.text("volumeType", volume.type);
    if (volume.iops > 0) xml.number("iops", volume.iops);
    if (volume.type == "gp3") xml.number("throughput", volume.throughput);
    xml.boolean("encrypted", volume.encrypted).boolean("multiAttachEnabled", false);
}

std::span<const FilterColumn<Volume>> volume_columns() {
    static constexpr FilterColumn<Volume> columns[] = {
        {"volume-id", [](const Volume& v, const View&) { return one(v.id); }},
        {"attachment.instance-id", [](const Volume& v, const View&) { return maybe(v.instance); }},
        {"attachment.device", [](const Volume& v, const View&) { return maybe(v.device); }},
        {"attachment.status", [](const Volume& v, const View&) { return v.instance.empty() ? Values() : one("attached"); }},
        {"attachment.delete-on-termination",
         [](const Volume& v, const View&) { return v.instance.empty() ? Values() : truth(v.delete_on_termination); }},
        {"attachment.attach-time",
         [](const Volume& v, const View&) { return v.instance.empty() ? Values() : one(timestamp(v.created)); }},
        {"availability-zone", [](const Volume& v, const View&) { return one(v.zone); }},
        {"create-time", [](const Volume& v, const View&) { return one(timestamp(v.created)); }},
        {"encrypted", [](const Volume& v, const View&) { return truth(v.encrypted); }},
        {"multi-attach-enabled", [](const Volume&, const View&) { return truth(false); }},
        {"size", [](const Volume& v, const View&) { return one(std::to_string(v.size_gib)); }},
        {"snapshot-id", [](const Volume& v, const View&) { return maybe(v.snapshot); }},
        {"status", [](const Volume& v, const View&) { return one(v.state); }},
        {"volume-type", [](const Volume& v, const View&) { return one(v.type); }},
    };
    return columns;
}

namespace {

void write_association(XmlWriter& xml, const View& view, const NetworkInterface& interface) {
    if (interface.public_ip.empty()) return;
    const Vpc* vpc = view.state.vpcs.find(interface.vpc);
    xml.open("association").text("publicIp", interface.public_ip);
    xml.text("publicDnsName", vpc && vpc->dns_hostnames ? public_dns_name(view.place.region.value, interface.public_ip) : "");
    xml.text("ipOwnerId", interface.allocation.empty() ? "amazon" : view.place.account.value);
    if (!interface.allocation.empty())
        xml.text("allocationId", interface.allocation).text("associationId", interface.public_ip_association);
    xml.close();
}

std::string status_of(const NetworkInterface& interface) { return interface.attachment.empty() ? "available" : "in-use"; }

std::string interface_dns_name(const NetworkInterface& interface, const View& view) {
    const Vpc* vpc = view.state.vpcs.find(interface.vpc);
    return vpc && vpc->dns_hostnames ? private_dns_name(view.place.region.value, interface.private_ips.front()) : std::string();
}

}  // namespace

void write_network_interface(XmlWriter& xml, const View& view, const NetworkInterface& interface) {
    xml.text("networkInterfaceId", interface.id).text("subnetId", interface.subnet).text("vpcId", interface.vpc);
    xml.text("availabilityZone", interface.zone).text("description", interface.description);
    xml.text("ownerId", view.place.account.value);
    if (!interface.requester.empty()) xml.text("requesterId", interface.requester);
    xml.boolean("requesterManaged", !interface.requester.empty()).text("status", status_of(interface));
    xml.text("macAddress", interface.mac).text("privateIpAddress", interface.private_ips.front());
    if (std::string name = interface_dns_name(interface, view); !name.empty()) xml.text("privateDnsName", name);
    xml.boolean("sourceDestCheck", interface.source_dest_check);
    write_groups(xml, view, interface.groups);
    if (!interface.attachment.empty()) {
        xml.open("attachment").text("attachmentId", interface.attachment);
        if (!interface.instance.empty()) xml.text("instanceId", interface.instance);
        xml.text("instanceOwnerId", interface.requester.empty() ? view.place.account.value : "amazon-aws");
        xml.number("deviceIndex", interface.device_index).number("networkCardIndex", 0).text("status", "attached");
        xml.text("attachTime", timestamp(interface.attached))
            .boolean("deleteOnTermination", interface.delete_on_termination)
            .close();
    }
    write_association(xml, view, interface);
    write_tags(xml, interface.tags);
    xml.open("privateIpAddressesSet");
    for (std::size_t i = 0; i < interface.private_ips.size(); ++i) {
        xml.open("item").text("privateIpAddress", interface.private_ips[i]).boolean("primary", i == 0);
        if (i == 0) write_association(xml, view, interface);
        xml.close();
    }
    xml.close().empty("ipv6AddressesSet").text("interfaceType", interface.type);
}

std::span<const FilterColumn<NetworkInterface>> network_interface_columns() {
    using Interface = NetworkInterface;
    static constexpr FilterColumn<Interface> columns[] = {
        {"network-interface-id", [](const Interface& n, const View&) { return one(n.id); }},
        {"vpc-id", [](const Interface& n, const View&) { return one(n.vpc); }},
        {"subnet-id", [](const Interface& n, const View&) { return one(n.subnet); }},
        {"group-id", [](const Interface& n, const View&) { return n.groups; }},
        {"group-name", [](const Interface& n, const View& view) { return group_names(n.groups, view); }},
        {"availability-zone", [](const Interface& n, const View&) { return one(n.zone); }},
        {"description", [](const Interface& n, const View&) { return one(n.description); }},
        {"interface-type", [](const Interface& n, const View&) { return one(n.type); }},
        {"status", [](const Interface& n, const View&) { return one(status_of(n)); }},
        {"mac-address", [](const Interface& n, const View&) { return one(n.mac); }},
        {"private-ip-address", [](const Interface& n, const View&) { return one(n.private_ips.front()); }},
        {"addresses.private-ip-address", [](const Interface& n, const View&) { return n.private_ips; }},
        {"addresses.primary",
         [](const Interface& n, const View&) {
             return n.private_ips.size() > 1 ? Values{"true", "false"} : truth(true);
         }},
        {"addresses.association.public-ip", [](const Interface& n, const View&) { return maybe(n.public_ip); }},
        {"addresses.association.owner-id",
         [](const Interface& n, const View& view) {
             return n.public_ip.empty() ? Values() : one(n.allocation.empty() ? "amazon" : view.place.account.value);
         }},
        {"private-dns-name", [](const Interface& n, const View& view) { return maybe(interface_dns_name(n, view)); }},
        {"association.public-ip", [](const Interface& n, const View&) { return maybe(n.public_ip); }},
        {"association.allocation-id", [](const Interface& n, const View&) { return maybe(n.allocation); }},
        {"association.association-id", [](const Interface& n, const View&) { return maybe(n.public_ip_association); }},
        {"association.ip-owner-id",
         [](const Interface& n, const View& view) {
             return n.public_ip.empty() ? Values() : one(n.allocation.empty() ? "amazon" : view.place.account.value);
         }},
        {"attachment.attachment-id", [](const Interface& n, const View&) { return maybe(n.attachment); }},
        {"attachment.instance-id", [](const Interface& n, const View&) { return maybe(n.instance); }},
        {"attachment.device-index",
         [](const Interface& n, const View&) { return n.attachment.empty() ? Values() : one(std::to_string(n.device_index)); }},
        {"attachment.status",
         [](const Interface& n, const View&) { return n.attachment.empty() ? Values() : one("attached"); }},
        {"attachment.delete-on-termination",
         [](const Interface& n, const View&) { return n.attachment.empty() ? Values() : truth(n.delete_on_termination); }},
        {"attachment.instance-owner-id",
         [](const Interface& n, const View& view) {
             return n.attachment.empty() ? Values() : one(n.requester.empty() ? view.place.account.value : "amazon-aws");
         }},
        {"requester-id", [](const Interface& n, const View&) { return maybe(n.requester); }},
        {"requester-managed", [](const Interface& n, const View&) { return truth(!n.requester.empty()); }},
        {"source-dest-check", [](const Interface& n, const View&) { return truth(n.source_dest_check); }},
        {"owner-id", [](const Interface&, const View& view) { return one(view.place.account.value); }},
        {"ipv6-addresses.ipv6-address", [](const Interface&, const View&) { return Values(); }},
    };
    return columns;
}

void write_address(XmlWriter& xml, const View& view, const Address& address) {
    xml.text("publicIp", address.public_ip).text("allocationId", address.allocation).text("domain", "vpc");
    if (!address.instance.empty()) xml.text("instanceId", address.instance);
    if (!address.association.empty()) {
        xml.text("associationId", address.association).text("networkInterfaceId", address.interface);
        xml.text("networkInterfaceOwnerId", view.place.account.value).text("privateIpAddress", address.private_ip);
    }
    write_tags(xml, address.tags);
    xml.text("publicIpv4Pool", "amazon").text("networkBorderGroup", view.place.region.value);
}

std::span<const FilterColumn<Address>> address_columns() {
    static constexpr FilterColumn<Address> columns[] = {
        {"allocation-id", [](const Address& a, const View&) { return one(a.allocation); }},
        {"association-id", [](const Address& a, const View&) { return maybe(a.association); }},
        {"domain", [](const Address&, const View&) { return one("vpc"); }},
        {"instance-id", [](const Address& a, const View&) { return maybe(a.instance); }},
        {"network-border-group", [](const Address&, const View& view) { return one(view.place.region.value); }},
        {"network-interface-id", [](const Address& a, const View&) { return maybe(a.interface); }},
        {"network-interface-owner-id",
         [](const Address& a, const View& view) { return a.association.empty() ? Values() : one(view.place.account.value); }},
        {"private-ip-address", [](const Address& a, const View&) { return maybe(a.private_ip); }},
        {"public-ip", [](const Address& a, const View&) { return one(a.public_ip); }},
    };
    return columns;
}

void write_key_pair(XmlWriter& xml, const View&, const KeyPair& key) {
    xml.text("keyPairId", key.id).text("keyName", key.name).text("keyType", key.type);
    xml.text("keyFingerprint", key.fingerprint).text("createTime", timestamp(key.created));
    write_tags(xml, key.tags);
}

std::span<const FilterColumn<KeyPair>> key_pair_columns() {
    static constexpr FilterColumn<KeyPair> columns[] = {
        {"key-pair-id", [](const KeyPair& k, const View&) { return one(k.id); }},
        {"key-name", [](const KeyPair& k, const View&) { return one(k.name); }},
        {"fingerprint", [](const KeyPair& k, const View&) { return one(k.fingerprint); }},
    };
    return columns;
}

}  // namespace sekisho::ec2
