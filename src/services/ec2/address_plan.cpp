#include "services/ec2/address_plan.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "services/ec2/regions.h"

namespace sekisho::ec2 {

namespace {

constexpr std::uint32_t elastic_first = 10;  // the host parts below are routers of the lab
constexpr std::array<std::string_view, 9> services{"ec2",         "sts",        "iam",  "ssm",    "ssmmessages",
                                                   "ec2messages", "monitoring", "logs", "sekisho"};

std::optional<Cidr> block(const std::string& base, std::string_view region, int blocks_of_256, int prefix_length) {
    int index = region_index(region);
    if (index < 0) return std::nullopt;
    auto first = IpAddress::parse(base);
    if (!first || first->v6) throw Fault("address plan: " + base + " is not an IPv4 address");
    Cidr cidr;
    cidr.address = IpAddress::v4(first->as_v4() + static_cast<std::uint32_t>(index * blocks_of_256 * 256));
    cidr.prefix_length = prefix_length;
    return cidr;
}

Cidr cidr_of(const std::string& text) {
    auto cidr = Cidr::parse(text);
    if (!cidr || cidr->address.v6) throw Fault("address plan: " + text + " is not an IPv4 block");
    return *cidr;
}

}  // namespace

std::vector<Cidr> s3_prefixes(const AddressPlan& plan, std::string_view region) {
    auto cidr = block(plan.s3_base, region, 4, 22);
    return cidr ? std::vector{*cidr} : std::vector<Cidr>();
}

std::optional<IpAddress> s3_address(const AddressPlan& plan, std::string_view region) {
    auto cidr = block(plan.s3_base, region, 4, 22);
    if (!cidr) return std::nullopt;
    return IpAddress::v4(cidr->address.as_v4() + 10);
}

std::optional<Cidr> services_block(const AddressPlan& plan, std::string_view region) {
    return block(plan.services_base, region, 1, 24);
}

std::optional<IpAddress> service_address(const AddressPlan& plan, std::string_view service, std::string_view region) {
    if (service == "s3") return s3_address(plan, region);
    auto cidr = services_block(plan, region);
    if (!cidr) return std::nullopt;
    auto place = std::find(services.begin(), services.end(), service) - services.begin();
    return IpAddress::v4(cidr->address.as_v4() + 10 + static_cast<std::uint32_t>(place));
}

bool is_elastic_ip(const AddressPlan& plan, const IpAddress& ip) {
    return std::any_of(plan.elastic.begin(), plan.elastic.end(),
                       [&](const std::string& text) { return cidr_of(text).contains(ip); });
}

std::vector<IpAddress> elastic_addresses(const AddressPlan& plan) {
    std::vector<IpAddress> addresses;
    for (const std::string& text : plan.elastic) {
        Cidr cidr = cidr_of(text);
        for (std::uint32_t ip = cidr.first().as_v4() + elastic_first; ip < cidr.last().as_v4(); ++ip)
            addresses.push_back(IpAddress::v4(ip));
    }
    return addresses;
}

std::string s3_prefix_list_id(std::string_view region) {
    const RegionInfo* info = find_region(region);
    if (info && !info->s3_prefix_list.empty()) return std::string(info->s3_prefix_list);
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (char c : region) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    static constexpr char digits[] = "0123456789abcdef";
    std::string id = "pl-";
    for (int shift = 28; shift >= 0; shift -= 4) id += digits[(hash >> shift) & 15];
    return id;
}

std::string s3_service_name(std::string_view region) { return "com.amazonaws." + std::string(region) + ".s3"; }

}  // namespace sekisho::ec2
