#include "services/ec2/instances.h"

#include "services/ec2/instance_types.h"
#include "services/ec2/network.h"

namespace sekisho::ec2 {

namespace {

void write_association(XmlWriter& xml, const View& view, const NetworkInterface& interface) {
    if (interface.public_ip.empty()) return;
    const Vpc* vpc = view.state.vpcs.find(interface.vpc);
    xml.open("association");
    xml.text("ipOwnerId", interface.allocation.empty() ? "amazon" : view.place.account.value);
    xml.text("publicDnsName",
             vpc && vpc->dns_hostnames ? public_dns_name(view.place.region.value, interface.public_ip) : std::string());
    xml.text("publicIp", interface.public_ip).close();
}

void write_interface(XmlWriter& xml, const View& view, const Instance& instance, const NetworkInterface& interface) {
    xml.text("networkInterfaceId", interface.id).text("subnetId", interface.subnet).text("vpcId", interface.vpc);
    xml.text("description", interface.description).text("ownerId", view.place.account.value).text("status", "in-use");
    xml.text("macAddress", interface.mac).text("privateIpAddress", interface.private_ips.front());
    xml.text("privateDnsName", instance.private_dns_name).boolean("sourceDestCheck", interface.source_dest_check);
    write_groups(xml, view, interface.groups);
    xml.open("attachment").text("attachmentId", interface.attachment).number("deviceIndex", interface.device_index);
    xml.text("status", "attached").text("attachTime", timestamp(interface.attached));
    xml.boolean("deleteOnTermination", interface.delete_on_termination).number("networkCardIndex", 0).close();
    write_association(xml, view, interface);
    xml.open("privateIpAddressesSet");
    for (std::size_t i = 0; i < interface.private_ips.size(); ++i) {
        xml.open("item").text("privateIpAddress", interface.private_ips[i]);
        xml.text("privateDnsName", private_dns_name(view.place.region.value, interface.private_ips[i]));
        xml.boolean("primary", i == 0);
        if (i == 0) write_association(xml, view, interface);
        xml.close();
    }
    xml.close().empty("ipv6AddressesSet").text("interfaceType", "interface");
}

void delete_volumes(Change& change, const Instance& instance) {
    for (const std::string& id : instance.volumes) {
        auto volume = change.state.volumes.share(id);
        if (!volume) continue;
        if (volume->delete_on_termination) {
            change.state.volumes.erase(id);
            continue;
        }
        Volume kept = *volume;
        kept.state = "available";
        kept.instance.clear();
        kept.device.clear();
        change.state.volumes.put(id, kept);
    }
}

}  // namespace

void write_block_devices(XmlWriter& xml, const View& view, const Instance& instance) {
    xml.open("blockDeviceMapping");
    for (const std::string& id : instance.volumes) {
        const Volume* volume = view.state.volumes.find(id);
        if (!volume) continue;
        xml.open("item").text("deviceName", volume->device).open("ebs").text("volumeId", id).text("status", "attached");
        xml.text("attachTime", timestamp(volume->created));
        xml.boolean("deleteOnTermination", volume->delete_on_termination).close().close();
    }
    xml.close();
}

int state_code(std::string_view state) {
    if (state == "running") return 16;
    if (state == "shutting-down") return 32;
    if (state == "terminated") return 48;
    if (state == "stopping") return 64;
    if (state == "stopped") return 80;
    return 0;
}

void write_state(XmlWriter& xml, std::string_view element, std::string_view state) {
    xml.open(element).number("code", state_code(state)).text("name", state).close();
}

std::string user_initiated(Time now) {
    std::string time = iso8601(now);  // 2026-11-23T16:12:52Z
    return "User initiated (" + time.substr(0, 10) + " " + time.substr(11, 8) + " GMT)";
}

void end_instance(Change& change, const std::string& id) {
    Instance instance = *change.state.instances.find(id);
    if (auto interface = change.state.interfaces.share(instance.interface)) {
        if (interface->delete_on_termination) {
            remove_interface(change, interface->id);
        } else {
            take_auto_public_ip(change, interface->id);
            NetworkInterface kept = *change.state.interfaces.find(interface->id);
            kept.instance.clear();
            kept.attachment.clear();
            change.state.interfaces.put(kept.id, kept);
        }
    }
    delete_volumes(change, instance);
    instance.state = "terminated";
    instance.ended = change.millis();
    instance.interface.clear();
    instance.private_ip.clear();
    instance.private_dns_name.clear();
    instance.volumes.clear();
    instance.vpc.clear();
    instance.subnet.clear();
    change.state.instances.put(id, instance);
}

void stop_instance(Change& change, const std::string& id) {
    Instance instance = *change.state.instances.find(id);
    take_auto_public_ip(change, instance.interface);
    instance.state = "stopped";
    change.state.instances.put(id, instance);
}

void fail_instance(Change& change, const std::string& id, const std::string& why) {
    Instance instance = *change.state.instances.find(id);
    instance.state_reason_code = "Server.InternalError";
    instance.state_reason = "Server.InternalError: " + why;
    instance.reason = "Server.InternalError";
    change.state.instances.put(id, instance);
    // A first launch ends; an instance that ran before keeps its disk and is stopped.
    if (instance.boot <= 1 && instance.state == "pending")
        end_instance(change, id);
    else
        stop_instance(change, id);
}

void write_groups(XmlWriter& xml, const View& view, const std::vector<std::string>& groups) {
    xml.open("groupSet");
    for (const std::string& id : groups) {
        const SecurityGroup* group = view.state.security_groups.find(id);
        xml.open("item").text("groupId", id).text("groupName", group ? group->name : std::string()).close();
    }
    xml.close();
}

void write_metadata_options(XmlWriter& xml, std::string_view element, const MetadataOptions& options) {
    xml.open(element).text("state", "applied").text("httpTokens", options.http_tokens);
    xml.number("httpPutResponseHopLimit", options.hop_limit).text("httpEndpoint", options.http_endpoint);
    xml.text("httpProtocolIpv6", options.http_protocol_ipv6)
        .text("instanceMetadataTags", options.instance_metadata_tags)
        .close();
}

void write_instance(XmlWriter& xml, const View& view, const Instance& instance) {
    const NetworkInterface* interface = view.state.interfaces.find(instance.interface);
    const Vpc* vpc = view.state.vpcs.find(instance.vpc);
    const InstanceType* type = find_instance_type(instance.type);
    xml.text("instanceId", instance.id).text("imageId", instance.image);
    write_state(xml, "instanceState", instance.state);
    xml.text("privateDnsName", instance.private_dns_name);
    bool named = interface && !interface->public_ip.empty() && vpc && vpc->dns_hostnames;
    xml.text("dnsName", named ? public_dns_name(view.place.region.value, interface->public_ip) : std::string());
    xml.text("reason", instance.reason);
    if (!instance.key_name.empty()) xml.text("keyName", instance.key_name);
    xml.number("amiLaunchIndex", instance.launch_index).empty("productCodes").text("instanceType", instance.type);
    xml.text("launchTime", timestamp(instance.launched));
    xml.open("placement").text("availabilityZone", instance.zone).empty("groupName").text("tenancy", instance.tenancy).close();
    xml.open("monitoring").text("state", instance.monitoring ? "enabled" : "disabled").close();
    if (!instance.subnet.empty()) xml.text("subnetId", instance.subnet).text("vpcId", instance.vpc);
    if (!instance.private_ip.empty()) xml.text("privateIpAddress", instance.private_ip);
    if (interface && !interface->public_ip.empty()) xml.text("ipAddress", interface->public_ip);
    if (interface) xml.boolean("sourceDestCheck", interface->source_dest_check);
    write_groups(xml, view, interface ? interface->groups : std::vector<std::string>());
    if (!instance.state_reason_code.empty())
        xml.open("stateReason").text("code", instance.state_reason_code).text("message", instance.state_reason).close();
    xml.text("architecture", instance.architecture).text("rootDeviceType", "ebs").text("rootDeviceName", instance.root_device);
    write_block_devices(xml, view, instance);
    xml.text("virtualizationType", "hvm").text("clientToken", instance.client_token);
    write_tags(xml, instance.tags);
    xml.text("hypervisor", "xen");
    xml.open("networkInterfaceSet");
    if (interface) {
        xml.open("item");
        write_interface(xml, view, instance, *interface);
        xml.close();
    }
    xml.close();
    if (!instance.profile_arn.empty())
        xml.open("iamInstanceProfile").text("arn", instance.profile_arn).text("id", instance.profile_id).close();
    xml.boolean("ebsOptimized", instance.ebs_optimized).boolean("enaSupport", true);
    if (type) {
        xml.open("cpuOptions").number("coreCount", type->vcpus / type->threads_per_core);
        xml.number("threadsPerCore", type->threads_per_core).close();
    }
    xml.open("capacityReservationSpecification").text("capacityReservationPreference", "open").close();
    xml.open("hibernationOptions").boolean("configured", false).close();
    write_metadata_options(xml, "metadataOptions", instance.metadata);
    xml.open("enclaveOptions").boolean("enabled", false).close();
    if (!instance.boot_mode.empty()) xml.text("bootMode", instance.boot_mode);
    xml.text("platformDetails", "Linux/UNIX").text("usageOperation", "RunInstances");
    xml.text("usageOperationUpdateTime", timestamp(instance.launched));
    xml.open("privateDnsNameOptions").text("hostnameType", instance.hostname_type);
    xml.boolean("enableResourceNameDnsARecord", instance.resource_name_a_record);
    xml.boolean("enableResourceNameDnsAAAARecord", instance.resource_name_aaaa_record).close();
    xml.open("maintenanceOptions").text("autoRecovery", "default").close();
    if (!instance.boot_mode.empty()) xml.text("currentInstanceBootMode", instance.boot_mode == "uefi" ? "uefi" : "legacy-bios");
}

}  // namespace sekisho::ec2
