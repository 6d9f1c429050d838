// VPCs, subnets, internet gateways and DHCP options in replies and filters.
#include "services/ec2/network.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

void write_vpc(XmlWriter& xml, const View& view, const Vpc& vpc) {
    xml.text("vpcId", vpc.id).text("ownerId", view.place.account.value).text("state", "available").text("cidrBlock", vpc.cidr);
    xml.open("cidrBlockAssociationSet");
    for (const CidrAssociation& block : vpc.blocks) {
        xml.open("item").text("associationId", block.id).text("cidrBlock", block.cidr);
        xml.open("cidrBlockState").text("state", "associated").close().close();
    }
    xml.close().empty("ipv6CidrBlockAssociationSet").text("dhcpOptionsId", vpc.dhcp_options);
    xml.text("instanceTenancy", vpc.tenancy).boolean("isDefault", vpc.is_default);
    write_tags(xml, vpc.tags);
}

std::span<const FilterColumn<Vpc>> vpc_columns() {
    static constexpr FilterColumn<Vpc> columns[] = {
        {"vpc-id", [](const Vpc& v, const View&) { return one(v.id); }},
        {"cidr", [](const Vpc& v, const View&) { return one(v.cidr); }},
        {"cidr-block", [](const Vpc& v, const View&) { return one(v.cidr); }},
        {"cidr-block-association.cidr-block",
         [](const Vpc& v, const View&) {
             Values values;
             for (const auto& block : v.blocks) values.push_back(block.cidr);
             return values;
         }},
        {"cidr-block-association.association-id",
         [](const Vpc& v, const View&) {
             Values values;
             for (const auto& block : v.blocks) values.push_back(block.id);
             return values;
         }},
        {"cidr-block-association.state", [](const Vpc&, const View&) { return one("associated"); }},
        {"ipv6-cidr-block-association.ipv6-cidr-block", [](const Vpc&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.ipv6-pool", [](const Vpc&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.association-id", [](const Vpc&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.state", [](const Vpc&, const View&) { return Values(); }},
        {"dhcp-options-id", [](const Vpc& v, const View&) { return one(v.dhcp_options); }},
        {"is-default", [](const Vpc& v, const View&) { return truth(v.is_default); }},
        {"isDefault", [](const Vpc& v, const View&) { return truth(v.is_default); }},
        {"owner-id", [](const Vpc&, const View& view) { return one(view.place.account.value); }},
        {"state", [](const Vpc&, const View&) { return one("available"); }},
    };
    return columns;
}

void write_subnet(XmlWriter& xml, const View& view, const Subnet& subnet) {
    xml.text("subnetId", subnet.id).text("subnetArn", view.place.arn(kind::subnet, subnet.id)).text("state", "available");
    xml.text("ownerId", view.place.account.value).text("vpcId", subnet.vpc).text("cidrBlock", subnet.cidr);
    xml.empty("ipv6CidrBlockAssociationSet").number("availableIpAddressCount", free_addresses(view.state, subnet));
    xml.text("availabilityZone", subnet.zone).text("availabilityZoneId", view.place.zone_id(subnet.zone));
    xml.boolean("defaultForAz", subnet.default_for_zone).boolean("mapPublicIpOnLaunch", subnet.map_public_ip);
    xml.boolean("mapCustomerOwnedIpOnLaunch", false).boolean("assignIpv6AddressOnCreation", false);
    xml.boolean("enableDns64", subnet.dns64).boolean("ipv6Native", false);
    xml.open("privateDnsNameOptionsOnLaunch").text("hostnameType", subnet.hostname_type);
    xml.boolean("enableResourceNameDnsARecord", subnet.resource_name_a_record);
    xml.boolean("enableResourceNameDnsAAAARecord", subnet.resource_name_aaaa_record).close();
    write_tags(xml, subnet.tags);
}

std::span<const FilterColumn<Subnet>> subnet_columns() {
    constexpr auto cidr = [](const Subnet& s, const View&) { return one(s.cidr); };
    constexpr auto zone = [](const Subnet& s, const View&) { return one(s.zone); };
    constexpr auto is_default = [](const Subnet& s, const View&) { return truth(s.default_for_zone); };
    static constexpr FilterColumn<Subnet> columns[] = {
        {"subnet-id", [](const Subnet& s, const View&) { return one(s.id); }},
        {"vpc-id", [](const Subnet& s, const View&) { return one(s.vpc); }},
        {"cidr-block", cidr},
        {"cidr", cidr},
        {"cidrBlock", cidr},
        {"availability-zone", zone},
        {"availabilityZone", zone},
        {"availability-zone-id", [](const Subnet& s, const View& view) { return one(view.place.zone_id(s.zone)); }},
        {"availabilityZoneId", [](const Subnet& s, const View& view) { return one(view.place.zone_id(s.zone)); }},
        {"available-ip-address-count",
         [](const Subnet& s, const View& view) { return one(std::to_string(free_addresses(view.state, s))); }},
        {"default-for-az", is_default},
        {"defaultForAz", is_default},
        {"map-public-ip-on-launch", [](const Subnet& s, const View&) { return truth(s.map_public_ip); }},
        {"enable-dns64", [](const Subnet& s, const View&) { return truth(s.dns64); }},
        {"private-dns-name-options-on-launch.hostname-type", [](const Subnet& s, const View&) { return one(s.hostname_type); }},
        {"private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
         [](const Subnet& s, const View&) { return truth(s.resource_name_a_record); }},
        {"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
         [](const Subnet& s, const View&) { return truth(s.resource_name_aaaa_record); }},
        {"customer-owned-ipv4-pool", [](const Subnet&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.ipv6-cidr-block", [](const Subnet&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.association-id", [](const Subnet&, const View&) { return Values(); }},
        {"ipv6-cidr-block-association.state", [](const Subnet&, const View&) { return Values(); }},
        {"ipv6-native", [](const Subnet&, const View&) { return truth(false); }},
        {"map-customer-owned-ip-on-launch", [](const Subnet&, const View&) { return truth(false); }},
        {"outpost-arn", [](const Subnet&, const View&) { return Values(); }},
        {"owner-id", [](const Subnet&, const View& view) { return one(view.place.account.value); }},
        {"state", [](const Subnet&, const View&) { return one("available"); }},
        {"subnet-arn", [](const Subnet& s, const View& view) { return one(view.place.arn(kind::subnet, s.id)); }},
    };
    return columns;
}

void write_internet_gateway(XmlWriter& xml, const View& view, const InternetGateway& gateway) {
    xml.text("internetGatewayId", gateway.id).text("ownerId", view.place.account.value).open("attachmentSet");
    // AWS shows the state "available" here although its model lists attached.
    if (!gateway.vpc.empty()) xml.open("item").text("vpcId", gateway.vpc).text("state", "available").close();
    xml.close();
    write_tags(xml, gateway.tags);
}

std::span<const FilterColumn<InternetGateway>> internet_gateway_columns() {
    static constexpr FilterColumn<InternetGateway> columns[] = {
        {"internet-gateway-id", [](const InternetGateway& g, const View&) { return one(g.id); }},
        {"attachment.vpc-id", [](const InternetGateway& g, const View&) { return g.vpc.empty() ? Values() : one(g.vpc); }},
        {"attachment.state", [](const InternetGateway& g, const View&) { return g.vpc.empty() ? Values() : one("available"); }},
        {"owner-id", [](const InternetGateway&, const View& view) { return one(view.place.account.value); }},
    };
    return columns;
}

void write_dhcp_options(XmlWriter& xml, const View& view, const DhcpOptions& options) {
    xml.text("dhcpOptionsId", options.id).text("ownerId", view.place.account.value).open("dhcpConfigurationSet");
    for (const auto& [key, values] : options.configuration) {
        xml.open("item").text("key", key).open("valueSet");
        for (const std::string& value : values) xml.open("item").text("value", value).close();
        xml.close().close();
    }
    xml.close();
    write_tags(xml, options.tags);
}

std::span<const FilterColumn<DhcpOptions>> dhcp_options_columns() {
    static constexpr FilterColumn<DhcpOptions> columns[] = {
        {"dhcp-options-id", [](const DhcpOptions& d, const View&) { return one(d.id); }},
        {"key",
         [](const DhcpOptions& d, const View&) {
             Values values;
             for (const auto& [key, value] : d.configuration) values.push_back(key);
             return values;
         }},
        {"value",
         [](const DhcpOptions& d, const View&) {
             Values values;
             for (const auto& [key, value] : d.configuration) values.insert(values.end(), value.begin(), value.end());
             return values;
         }},
        {"owner-id", [](const DhcpOptions&, const View& view) { return one(view.place.account.value); }},
    };
    return columns;
}

}  // namespace sekisho::ec2
