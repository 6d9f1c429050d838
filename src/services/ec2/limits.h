// Quotas: AWS's defaults where the lab can carry them, and what AWS raises on request where its default is meant to be raised.
#pragma once

#include <cstddef>

namespace sekisho::ec2::limits {

inline constexpr std::size_t vpcs = 200;  // AWS: 5, adjustable
inline constexpr std::size_t cidrs_per_vpc = 5;
inline constexpr std::size_t subnets_per_vpc = 200;
inline constexpr std::size_t route_tables_per_vpc = 200;
inline constexpr std::size_t routes_per_table = 50;
inline constexpr std::size_t internet_gateways = 200;     // as many as VPCs
inline constexpr std::size_t nat_gateways_per_zone = 50;  // AWS: 5, adjustable
inline constexpr std::size_t addresses = 100;             // AWS: 5, adjustable
inline constexpr std::size_t security_groups = 2500;
inline constexpr std::size_t rules_per_group_and_direction = 60;
inline constexpr std::size_t groups_per_interface = 5;
inline constexpr std::size_t gateway_endpoints = 20;
inline constexpr std::size_t instances = 200;
inline constexpr std::size_t key_pairs = 5000;

inline constexpr std::size_t tags_per_resource = 50;
inline constexpr std::size_t tag_key_characters = 128;
inline constexpr std::size_t tag_value_characters = 256;
inline constexpr std::size_t filters_per_request = 200;
inline constexpr std::size_t filter_values_per_request = 200;
inline constexpr std::size_t user_data_bytes = 16 * 1024;
inline constexpr std::size_t endpoint_policy_characters = 20480;
inline constexpr std::size_t client_token_characters = 64;
inline constexpr std::size_t client_tokens = 20'000;  // remembered
inline constexpr std::size_t key_name_characters = 255;
inline constexpr std::size_t forgotten_per_change = 1000;  // rows of what is over
inline constexpr std::size_t desired_bytes = 48u << 20;    // of all regions; the lab takes 64 MiB

// How long ended instances and deleted NAT gateways stay visible, and how long a client token counts.
inline constexpr long long ended_visible_ms = 60LL * 60 * 1000;
inline constexpr long long client_token_ms = 24LL * 60 * 60 * 1000;

}  // namespace sekisho::ec2::limits
