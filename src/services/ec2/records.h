// How each kind of record is shown in replies, and which filters its Describe knows.
#pragma once

#include <span>

#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

void write_vpc(XmlWriter& xml, const View& view, const Vpc& vpc);
std::span<const FilterColumn<Vpc>> vpc_columns();

void write_subnet(XmlWriter& xml, const View& view, const Subnet& subnet);
std::span<const FilterColumn<Subnet>> subnet_columns();

void write_internet_gateway(XmlWriter& xml, const View& view, const InternetGateway& gateway);
std::span<const FilterColumn<InternetGateway>> internet_gateway_columns();

void write_route_table(XmlWriter& xml, const View& view, const RouteTable& table);
std::span<const FilterColumn<RouteTable>> route_table_columns();

void write_nat_gateway(XmlWriter& xml, const View& view, const NatGateway& nat);
std::span<const FilterColumn<NatGateway>> nat_gateway_columns();

void write_address(XmlWriter& xml, const View& view, const Address& address);
std::span<const FilterColumn<Address>> address_columns();

void write_network_acl(XmlWriter& xml, const View& view, const NetworkAcl& acl);
std::span<const FilterColumn<NetworkAcl>> network_acl_columns();

void write_network_interface(XmlWriter& xml, const View& view, const NetworkInterface& interface);
std::span<const FilterColumn<NetworkInterface>> network_interface_columns();

void write_endpoint(XmlWriter& xml, const View& view, const Endpoint& endpoint);
std::span<const FilterColumn<Endpoint>> endpoint_columns();

std::span<const FilterColumn<Instance>> instance_columns();

void write_volume(XmlWriter& xml, const View& view, const Volume& volume);
std::span<const FilterColumn<Volume>> volume_columns();

void write_dhcp_options(XmlWriter& xml, const View& view, const DhcpOptions& options);
std::span<const FilterColumn<DhcpOptions>> dhcp_options_columns();

void write_key_pair(XmlWriter& xml, const View& view, const KeyPair& key);
std::span<const FilterColumn<KeyPair>> key_pair_columns();

}  // namespace sekisho::ec2
