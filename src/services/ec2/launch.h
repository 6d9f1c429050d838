// A launch: what RunInstances asks for, and what it means once names, defaults and ids are looked up. Looking up is a pure
// function of the records, so authorization and the launch itself see the same resources.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/ec2/images.h"
#include "services/ec2/instance_profiles.h"
#include "services/ec2/instance_types.h"
#include "services/ec2/request.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

struct VolumeWish {
    std::string device;
    std::optional<int> size_gib;
    std::string type;
    std::optional<int> iops;
    std::optional<int> throughput;
    bool delete_on_termination = true;
};

struct LaunchInput {
    std::string image;
    std::string type;
    int count_min = 1;
    int count_max = 1;
    std::string subnet;
    std::string zone;
    std::vector<std::string> groups;
    std::vector<std::string> group_names;
    std::string private_ip;
    std::optional<bool> public_ip;
    std::string interface_description;
    bool interface_delete = true;
    std::string profile;  // ARN or name
    bool profile_by_arn = false;
    std::string key_name;
    std::string user_data;  // base64
    std::vector<VolumeWish> volumes;
    std::string client_token;
    std::string shutdown_behavior;
    std::string credits;
    std::string tenancy;
    std::string http_tokens, http_endpoint, metadata_tags, http_protocol_ipv6;
    std::optional<int> hop_limit;
    std::string hostname_type;
    std::optional<bool> a_record, aaaa_record;
    bool disable_api_termination = false;
    bool disable_api_stop = false;
    bool ebs_optimized = false;
    bool monitoring = false;
    std::map<std::string, Tags> tags;  // by resource type
};
Result<LaunchInput> read_launch(const Params& params);

struct Launch {
    const Image* image = nullptr;        // of the catalogue
    const InstanceType* type = nullptr;  // of the catalogue
    Subnet subnet;
    std::vector<std::string> groups;
    std::optional<InstanceProfile> profile;
};
Result<Launch> look_up(const View& view, const InstanceProfiles& profiles, const LaunchInput& in);
Tags tags_for(const LaunchInput& in, const Kind& kind);

// The rows that a launch makes, without ids: what authorization is asked about is what is made. The volumes: the root's first.
Instance planned_instance(const View& view, const LaunchInput& in, const Launch& found);
std::vector<Volume> planned_volumes(const LaunchInput& in, const Launch& found);

// Makes the records of all its instances, pending; returns the reservation id.
Result<std::string> launch(Change& change, const LaunchInput& in, const Launch& found);

}  // namespace sekisho::ec2
