// Route tables, NAT gateways, endpoints and network ACLs in replies and filters.
#include "services/ec2/endpoints.h"
#include "services/ec2/network.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

namespace {

bool is_main(const RouteTableAssociation& association) { return association.subnet.empty(); }

void write_route(XmlWriter& xml, const View& view, const RouteTable& table, const Route& route) {
    xml.open("item").text("destinationCidrBlock", route.destination);
    if (route.target.starts_with("igw-")) xml.text("gatewayId", route.target);
    if (route.target.starts_with("nat-")) xml.text("natGatewayId", route.target);
    if (route.target.starts_with("eni-")) {
        const NetworkInterface* interface = view.state.interfaces.find(route.target);
        if (interface && !interface->instance.empty())
            xml.text("instanceId", interface->instance).text("instanceOwnerId", view.place.account.value);
        xml.text("networkInterfaceId", route.target);
    }
    xml.text("state", route_state(view.state, table, route)).text("origin", "CreateRoute").close();
}

template <class F>
Values route_values(const RouteTable& table, F value) {
    Values values;
    for (const Route& route : table.routes)
        if (std::string text = value(route); !text.empty()) values.push_back(std::move(text));
    return values;
}

template <class F>
Values association_values(const RouteTable& table, F value) {
    Values values;
    for (const auto& association : table.associations)
        if (std::string text = value(association); !text.empty()) values.push_back(std::move(text));
    return values;
}

std::string with_prefix(const std::string& id, std::string_view prefix) { return id.starts_with(prefix) ? id : std::string(); }

}  // namespace

void write_route_table(XmlWriter& xml, const View& view, const RouteTable& table) {
    xml.text("routeTableId", table.id).text("vpcId", table.vpc).text("ownerId", view.place.account.value);
    xml.open("routeSet");
    if (const Vpc* vpc = view.state.vpcs.find(table.vpc))
        for (const CidrAssociation& block : vpc->blocks) {
            xml.open("item").text("destinationCidrBlock", block.cidr).text("gatewayId", "local");
            xml.text("state", "active").text("origin", "CreateRouteTable").close();
        }
    for (const Route& route : table.routes) write_route(xml, view, table, route);
    for (const Endpoint* endpoint : endpoints_of_table(view.state, table.id)) {
        xml.open("item").text("destinationPrefixListId", s3_prefix_list_id(view.place.region.value));
        xml.text("gatewayId", endpoint->id).text("state", "active").text("origin", "CreateRoute").close();
    }
    xml.close().open("associationSet");
    for (const RouteTableAssociation& association : table.associations) {
        xml.open("item").text("routeTableAssociationId", association.id).text("routeTableId", table.id);
        if (!is_main(association)) xml.text("subnetId", association.subnet);
        xml.boolean("main", is_main(association)).open("associationState").text("state", "associated").close().close();
    }
    xml.close().empty("propagatingVgwSet");
    write_tags(xml, table.tags);
}

std::span<const FilterColumn<RouteTable>> route_table_columns() {
    static constexpr FilterColumn<RouteTable> columns[] = {
        {"route-table-id", [](const RouteTable& t, const View&) { return one(t.id); }},
        {"vpc-id", [](const RouteTable& t, const View&) { return one(t.vpc); }},
        {"owner-id", [](const RouteTable&, const View& view) { return one(view.place.account.value); }},
        {"association.main",
         [](const RouteTable& t, const View&) {
             return association_values(t, [](const auto& a) { return std::string(is_main(a) ? "true" : "false"); });
         }},
        {"association.route-table-association-id",
         [](const RouteTable& t, const View&) { return association_values(t, [](const auto& a) { return a.id; }); }},
        {"association.route-table-id",
         [](const RouteTable& t, const View&) { return t.associations.empty() ? Values() : one(t.id); }},
        {"association.subnet-id",
         [](const RouteTable& t, const View&) { return association_values(t, [](const auto& a) { return a.subnet; }); }},
        {"association.gateway-id", [](const RouteTable&, const View&) { return Values(); }},
        {"route.destination-cidr-block",
         [](const RouteTable& t, const View& view) {
             Values values = route_values(t, [](const Route& r) { return r.destination; });
             if (const Vpc* vpc = view.state.vpcs.find(t.vpc))
                 for (const auto& block : vpc->blocks) values.push_back(block.cidr);
             return values;
         }},
        {"route.destination-ipv6-cidr-block", [](const RouteTable&, const View&) { return Values(); }},
        {"route.destination-prefix-list-id",
         [](const RouteTable& t, const View& view) {
             return endpoints_of_table(view.state, t.id).empty() ? Values() : one(s3_prefix_list_id(view.place.region.value));
         }},
        {"route.gateway-id",
         [](const RouteTable& t, const View& view) {
             Values values = route_values(t, [](const Route& r) { return with_prefix(r.target, "igw-"); });
             values.push_back("local");
             for (const Endpoint* endpoint : endpoints_of_table(view.state, t.id)) values.push_back(endpoint->id);
             return values;
         }},
        {"route.nat-gateway-id",
         [](const RouteTable& t, const View&) {
             return route_values(t, [](const Route& r) { return with_prefix(r.target, "nat-"); });
         }},
        {"route.network-interface-id",
         [](const RouteTable& t, const View&) {
             return route_values(t, [](const Route& r) { return with_prefix(r.target, "eni-"); });
         }},
        {"route.instance-id",
         [](const RouteTable& t, const View& view) {
             return route_values(t, [&](const Route& r) {
                 const NetworkInterface* interface = view.state.interfaces.find(r.target);
                 return interface ? interface->instance : std::string();
             });
         }},
        {"route.egress-only-internet-gateway-id", [](const RouteTable&, const View&) { return Values(); }},
        {"route.transit-gateway-id", [](const RouteTable&, const View&) { return Values(); }},
        {"route.vpc-peering-connection-id", [](const RouteTable&, const View&) { return Values(); }},
        {"route.origin",
         [](const RouteTable& t, const View&) {
             Values values = route_values(t, [](const Route&) { return std::string("CreateRoute"); });
             values.push_back("CreateRouteTable");
             return values;
         }},
        {"route.state",
         [](const RouteTable& t, const View& view) {
             Values values = route_values(t, [&](const Route& r) { return route_state(view.state, t, r); });
             values.push_back("active");
             return values;
         }},
    };
    return columns;
}

void write_nat_gateway(XmlWriter& xml, const View&, const NatGateway& nat) {
    xml.text("natGatewayId", nat.id).text("vpcId", nat.vpc).text("subnetId", nat.subnet).text("state", nat.state);
    xml.text("connectivityType", nat.connectivity).text("createTime", timestamp(nat.created));
    if (nat.deleted != 0) xml.text("deleteTime", timestamp(nat.deleted));
    if (!nat.failure_code.empty()) xml.text("failureCode", nat.failure_code).text("failureMessage", nat.failure_message);
    xml.open("natGatewayAddressSet").open("item");
    if (!nat.allocation.empty()) xml.text("allocationId", nat.allocation);
    if (!nat.public_ip.empty()) xml.text("publicIp", nat.public_ip).text("associationId", nat.association);
    if (!nat.interface.empty()) xml.text("networkInterfaceId", nat.interface).text("privateIp", nat.private_ip);
    xml.boolean("isPrimary", true);
    xml.text("status", nat.state == "failed" ? "failed" : nat.state == "pending" ? "associating" : "succeeded");
    xml.close().close();
    write_tags(xml, nat.tags);
}

std::span<const FilterColumn<NatGateway>> nat_gateway_columns() {
    static constexpr FilterColumn<NatGateway> columns[] = {
        {"nat-gateway-id", [](const NatGateway& n, const View&) { return one(n.id); }},
        {"state", [](const NatGateway& n, const View&) { return one(n.state); }},
        {"subnet-id", [](const NatGateway& n, const View&) { return one(n.subnet); }},
        {"vpc-id", [](const NatGateway& n, const View&) { return one(n.vpc); }},
    };
    return columns;
}

void write_endpoint(XmlWriter& xml, const View& view, const Endpoint& endpoint) {
    xml.text("vpcEndpointId", endpoint.id).text("vpcEndpointType", endpoint.type).text("vpcId", endpoint.vpc);
    xml.text("serviceName", endpoint.service_name).text("state", endpoint.state).text("policyDocument", endpoint.policy);
    xml.open("routeTableIdSet");
    for (const std::string& table : endpoint.route_tables) xml.text("item", table);
    xml.close().empty("subnetIdSet").empty("groupSet").text("ipAddressType", "ipv4");
    xml.open("dnsOptions").text("dnsRecordIpType", "ipv4").close();
    xml.boolean("privateDnsEnabled", false).boolean("requesterManaged", false);
    xml.empty("networkInterfaceIdSet").empty("dnsEntrySet").text("creationTimestamp", timestamp(endpoint.created));
    write_tags(xml, endpoint.tags);
    xml.text("ownerId", view.place.account.value);
    if (!endpoint.failure.empty())
        xml.open("lastError").text("message", endpoint.failure).text("code", "InternalError").close();
}

std::span<const FilterColumn<Endpoint>> endpoint_columns() {
    static constexpr FilterColumn<Endpoint> columns[] = {
        {"vpc-endpoint-id", [](const Endpoint& e, const View&) { return one(e.id); }},
        {"vpc-id", [](const Endpoint& e, const View&) { return one(e.vpc); }},
        {"service-name", [](const Endpoint& e, const View&) { return one(e.service_name); }},
        {"vpc-endpoint-state", [](const Endpoint& e, const View&) { return one(e.state); }},
        {"vpc-endpoint-type", [](const Endpoint& e, const View&) { return one(e.type); }},
        {"ip-address-type", [](const Endpoint&, const View&) { return one("ipv4"); }},
        {"service-region", [](const Endpoint&, const View& view) { return one(view.place.region.value); }},
    };
    return columns;
}

void write_network_acl(XmlWriter& xml, const View& view, const NetworkAcl& acl) {
    xml.text("networkAclId", acl.id).text("vpcId", acl.vpc).text("ownerId", view.place.account.value);
    xml.boolean("default", acl.is_default).open("entrySet");
    for (const NetworkAclEntry& entry : acl.entries) {
        xml.open("item").number("ruleNumber", entry.number).text("protocol", entry.protocol).text("ruleAction", entry.action);
        xml.boolean("egress", entry.egress).text("cidrBlock", entry.cidr).close();
    }
    xml.close().open("associationSet");
    for (const auto& [subnet, association] : acl.associations)
        xml.open("item")
            .text("networkAclAssociationId", association)
            .text("networkAclId", acl.id)
            .text("subnetId", subnet)
            .close();
    xml.close();
    write_tags(xml, acl.tags);
}

std::span<const FilterColumn<NetworkAcl>> network_acl_columns() {
    static constexpr FilterColumn<NetworkAcl> columns[] = {
        {"network-acl-id", [](const NetworkAcl& a, const View&) { return one(a.id); }},
        {"vpc-id", [](const NetworkAcl& a, const View&) { return one(a.vpc); }},
        {"default", [](const NetworkAcl& a, const View&) { return truth(a.is_default); }},
        {"owner-id", [](const NetworkAcl&, const View& view) { return one(view.place.account.value); }},
        {"association.association-id",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& [subnet, association] : a.associations) values.push_back(association);
             return values;
         }},
        {"association.network-acl-id",
         [](const NetworkAcl& a, const View&) { return a.associations.empty() ? Values() : one(a.id); }},
        {"association.subnet-id",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& [subnet, association] : a.associations) values.push_back(subnet);
             return values;
         }},
        {"entry.cidr",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& entry : a.entries) values.push_back(entry.cidr);
             return values;
         }},
        {"entry.rule-action",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& entry : a.entries) values.push_back(entry.action);
             return values;
         }},
        {"entry.rule-number",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& entry : a.entries) values.push_back(std::to_string(entry.number));
             return values;
         }},
        {"entry.protocol",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& entry : a.entries) values.push_back(entry.protocol);
             return values;
         }},
        {"entry.egress",
         [](const NetworkAcl& a, const View&) {
             Values values;
             for (const auto& entry : a.entries) values.push_back(entry.egress ? "true" : "false");
             return values;
         }},
    };
    return columns;
}

}  // namespace sekisho::ec2
