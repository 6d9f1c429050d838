// What other services need to know of VPCs and instances, as values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "services/ec2/desired.h"
#include "services/ec2/model.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

struct InstanceFacts {
    std::string id;
    std::string arn;
    AccountId account;
    Region region;
    std::string zone;
    std::string zone_id;
    std::string vpc;
    std::vector<std::string> vpc_cidrs;
    std::string subnet;
    std::string subnet_cidr;
    std::string interface;
    std::string mac;
    std::string private_ip;
    std::string public_ip;  // empty: none
    std::string private_dns_name;
    std::string public_dns_name;  // empty: none
    std::string type;
    std::string image;
    std::string architecture;
    std::string reservation;
    std::string key_name;
    std::string public_key;  // OpenSSH form of the key pair, where there is one
    int launch_index = 0;
    std::string state;
    Millis launched = 0;
    std::string profile_arn;  // empty: no profile
    std::string profile_id;
    std::string user_data;            // decoded; empty: none
    std::vector<std::string> groups;  // names
    std::vector<std::string> group_ids;
    MetadataOptions metadata;
    Tags tags;
};

struct VpcFacts {
    std::string id;
    AccountId account;
    Region region;
    std::vector<std::string> cidrs;
    bool dns_support = true;
    bool dns_hostnames = false;
    std::string private_dns_suffix;  // ec2.internal
};

InstanceFacts facts_of(const PlacedState& placed, const Instance& instance);
VpcFacts facts_of(const PlacedState& placed, const Vpc& vpc);

}  // namespace sekisho::ec2
