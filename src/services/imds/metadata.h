// Instance metadata (169.254.169.254): what an instance is told about itself, by version 2's session tokens (IMDSv2), or
// without where the instance allows version 1.
//
// Who asks is known by the VPC whose socket the request came by and by the private address of its sender, which the network
// guarantees (no instance can send from another's address). Source: EC2 user guide, "Access instance metadata",
// "Instance metadata categories". Any thread.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ip.h"
#include "http/message.h"

namespace sekisho::imds {

struct InstanceFacts {
    std::string id, type, image, reservation, account, region, zone, zone_id;
    std::string vpc, vpc_cidr, subnet, subnet_cidr, interface, mac, private_ip, public_ip, host_name, key_name;
    std::vector<std::string> vpc_cidrs;
    std::vector<std::string> security_groups, security_group_ids;
    std::string profile_arn, profile_id, role;  // role: name; empty without an instance profile
    std::string user_data;                      // decoded
    int launch_index = 0;
    Time launched;
    std::map<std::string, std::string> tags;  // only where tags in metadata are enabled
    bool enabled = true;                      // HttpEndpoint
    bool token_required = true;               // HttpTokens
};

struct Credentials {
    std::string access_key_id, secret_access_key, session_token;
    Time issued, expires;
};

struct Sources {
    std::function<std::optional<InstanceFacts>(std::string_view vpc, const IpAddress& private_ip)> instance;
    // New credentials of the instance's role, which say by which version of metadata they were handed out ("1.0", "2.0":
    // ec2:RoleDelivery); nullopt when the role is gone.
    std::function<std::optional<Credentials>(const InstanceFacts& facts, std::string_view delivery)> mint;
};

class Metadata {
   public:
    Metadata(Sources sources, const Clock& clock, Entropy& entropy);

    http::Reply answer(const http::Request& request);

   private:
    std::string token_for(const InstanceFacts& facts, std::int64_t expires_s) const;
    bool token_valid(std::string_view token, const InstanceFacts& facts) const;
    std::optional<Credentials> credentials(const InstanceFacts& facts, std::string_view delivery);
    http::Reply put_token(const http::Request& request, const InstanceFacts& facts) const;

    Sources sources_;
    const Clock& clock_;
    std::string token_key_;  // of this process: tokens end with it, and clients ask for a new one after a 401
    std::mutex mutex_;
    std::map<std::string, Credentials> credentials_;  // by instance, profile, role and version
};

// Every leaf below /latest/, by its path ("meta-data/instance-id").
std::map<std::string, std::string> leaves(const InstanceFacts& facts);

// What a GET of `path` (below /latest/) answers: a leaf's value, or a directory's listing; nullopt: 404.
std::optional<std::string> look_up(const std::map<std::string, std::string>& leaves, std::string_view path);

}  // namespace sekisho::imds
