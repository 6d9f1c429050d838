#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "services/imds/metadata.h"

namespace sekisho::imds {

namespace {

std::string lines(const std::vector<std::string>& values) {
    std::string out;
    for (const std::string& value : values) out += (out.empty() ? "" : "\n") + value;
    return out;
}

std::string public_host_name(const InstanceFacts& facts) {
    std::string label = "ec2-" + facts.public_ip;
    std::replace(label.begin(), label.end(), '.', '-');
    return label + (facts.region == "us-east-1" ? ".compute-1.amazonaws.com" : "." + facts.region + ".compute.amazonaws.com");
}

std::string identity_document(const InstanceFacts& facts) {
    nlohmann::ordered_json document{{"accountId", facts.account},
                                    {"architecture", facts.type.find("g.") == std::string::npos ? "x86_64" : "arm64"},
                                    {"availabilityZone", facts.zone},
                                    {"imageId", facts.image},
                                    {"instanceId", facts.id},
                                    {"instanceType", facts.type},
                                    {"pendingTime", iso8601(facts.launched)},
                                    {"privateIp", facts.private_ip},
                                    {"region", facts.region},
                                    {"version", "2017-09-30"}};
    return document.dump(2);
}

void add_interface(std::map<std::string, std::string>& tree, const InstanceFacts& facts) {
    std::string base = "meta-data/network/interfaces/macs/" + facts.mac + "/";
    tree[base + "device-number"] = "0";
    tree[base + "interface-id"] = facts.interface;
    tree[base + "local-hostname"] = facts.host_name;
    tree[base + "local-ipv4s"] = facts.private_ip;
    tree[base + "mac"] = facts.mac;
    tree[base + "owner-id"] = facts.account;
    tree[base + "security-group-ids"] = lines(facts.security_group_ids);
    tree[base + "security-groups"] = lines(facts.security_groups);
    tree[base + "subnet-id"] = facts.subnet;
    tree[base + "subnet-ipv4-cidr-block"] = facts.subnet_cidr;
    tree[base + "vpc-id"] = facts.vpc;
    tree[base + "vpc-ipv4-cidr-block"] = facts.vpc_cidr;
    tree[base + "vpc-ipv4-cidr-blocks"] = lines(facts.vpc_cidrs);
    if (!facts.public_ip.empty()) {
        tree[base + "public-hostname"] = public_host_name(facts);
        tree[base + "public-ipv4s"] = facts.public_ip;
    }
}

}  // namespace

std::map<std::string, std::string> leaves(const InstanceFacts& facts) {
    std::map<std::string, std::string> tree;
    auto meta = [&](std::string path) -> std::string& { return tree["meta-data/" + path]; };
    meta("ami-id") = facts.image;
    meta("ami-launch-index") = std::to_string(facts.launch_index);
    meta("ami-manifest-path") = "(unknown)";
    meta("block-device-mapping/ami") = "/dev/xvda";
    meta("block-device-mapping/root") = "/dev/xvda";
    meta("hostname") = facts.host_name;
    meta("instance-action") = "none";
    meta("instance-id") = facts.id;
    meta("instance-life-cycle") = "on-demand";
    meta("instance-type") = facts.type;
    meta("local-hostname") = facts.host_name;
    meta("local-ipv4") = facts.private_ip;
    meta("mac") = facts.mac;
    meta("placement/availability-zone") = facts.zone;
    meta("placement/availability-zone-id") = facts.zone_id;
    meta("placement/region") = facts.region;
    meta("profile") = "default-hvm";
    meta("reservation-id") = facts.reservation;
    meta("security-groups") = lines(facts.security_groups);
    meta("services/domain") = "amazonaws.com";
    meta("services/partition") = "aws";
    if (!facts.public_ip.empty()) {
        meta("public-hostname") = public_host_name(facts);
        meta("public-ipv4") = facts.public_ip;
    }
    if (!facts.key_name.empty()) meta("public-keys/0") = facts.key_name;
    for (const auto& [name, value] : facts.tags) meta("tags/instance/" + name) = value;
    if (!facts.role.empty()) {
        meta("iam/info") = nlohmann::ordered_json{
            {"Code", "Success"},
            {"LastUpdated", iso8601(facts.launched)},
            {"InstanceProfileArn", facts.profile_arn},
            {"InstanceProfileId",
             facts.profile_id}}.dump(2);
        meta("iam/security-credentials/" + facts.role) = "";  // filled when it is asked for
    }
    add_interface(tree, facts);
    tree["dynamic/instance-identity/document"] = identity_document(facts);
    if (!facts.user_data.empty()) tree["user-data"] = facts.user_data;
    return tree;
}

std::optional<std::string> look_up(const std::map<std::string, std::string>& leaves, std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    if (auto leaf = leaves.find(std::string(path)); leaf != leaves.end()) return leaf->second;
    std::string prefix = path.empty() ? std::string() : std::string(path) + "/";
    // A directory lists its children, those with children of their own with a slash.
    std::set<std::string> names;
    for (auto it = leaves.lower_bound(prefix); it != leaves.end() && it->first.starts_with(prefix); ++it) {
        std::string rest = it->first.substr(prefix.size());
        std::size_t slash = rest.find('/');
        names.insert(slash == std::string::npos ? rest : rest.substr(0, slash + 1));
    }
    if (names.empty()) return std::nullopt;
    return lines({names.begin(), names.end()});
}

}  // namespace sekisho::imds
