#include "services/ec2/instance_types.h"

#include <algorithm>
#include <array>
#include <span>

namespace sekisho::ec2 {

namespace {

struct Size {
    std::string_view name;
    int vcpus;
    int memory_mib;
    int interfaces;
    int addresses;
    std::string_view network;
};

struct Family {
    std::string_view name;
    std::string_view architecture;
    std::string_view hypervisor;
    double clock_ghz;
    bool burstable;
    std::span<const Size> sizes;
};

constexpr std::string_view low = "Low to Moderate", five = "Up to 5 Gigabit", ten = "Up to 10 Gigabit";

constexpr std::array t2_sizes{Size{"nano", 1, 512, 2, 2, low},
                              Size{"micro", 1, 1024, 2, 2, low},
                              Size{"small", 1, 2048, 3, 4, low},
                              Size{"medium", 2, 4096, 3, 6, low},
                              Size{"large", 2, 8192, 3, 12, low},
                              Size{"xlarge", 4, 16384, 3, 15, "Moderate"},
                              Size{"2xlarge", 8, 32768, 3, 15, "Moderate"}};
constexpr std::array t3_sizes{Size{"nano", 2, 512, 2, 2, five},      Size{"micro", 2, 1024, 2, 2, five},
                              Size{"small", 2, 2048, 3, 4, five},    Size{"medium", 2, 4096, 3, 6, five},
                              Size{"large", 2, 8192, 3, 12, five},   Size{"xlarge", 4, 16384, 4, 15, five},
                              Size{"2xlarge", 8, 32768, 4, 15, five}};
constexpr std::array m_sizes{Size{"large", 2, 8192, 3, 10, ten},
                             Size{"xlarge", 4, 16384, 4, 15, ten},
                             Size{"2xlarge", 8, 32768, 4, 15, ten},
                             Size{"4xlarge", 16, 65536, 8, 30, ten},
                             Size{"8xlarge", 32, 131072, 8, 30, "10 Gigabit"},
                             Size{"12xlarge", 48, 196608, 8, 30, "12 Gigabit"},
                             Size{"16xlarge", 64, 262144, 15, 50, "20 Gigabit"}};
constexpr std::array c5_sizes{Size{"large", 2, 4096, 3, 10, ten},
                              Size{"xlarge", 4, 8192, 4, 15, ten},
                              Size{"2xlarge", 8, 16384, 4, 15, ten},
                              Size{"4xlarge", 16, 32768, 8, 30, ten},
                              Size{"9xlarge", 36, 73728, 8, 30, "12 Gigabit"},
                              Size{"12xlarge", 48, 98304, 8, 30, "12 Gigabit"},
                              Size{"18xlarge", 72, 147456, 15, 50, "25 Gigabit"}};
constexpr std::array c6_sizes{Size{"large", 2, 4096, 3, 10, ten},
                              Size{"xlarge", 4, 8192, 4, 15, ten},
                              Size{"2xlarge", 8, 16384, 4, 15, ten},
                              Size{"4xlarge", 16, 32768, 8, 30, ten},
                              Size{"8xlarge", 32, 65536, 8, 30, "12 Gigabit"},
                              Size{"12xlarge", 48, 98304, 8, 30, "20 Gigabit"},
                              Size{"16xlarge", 64, 131072, 15, 50, "25 Gigabit"}};
constexpr std::array r_sizes{Size{"large", 2, 16384, 3, 10, ten},
                             Size{"xlarge", 4, 32768, 4, 15, ten},
                             Size{"2xlarge", 8, 65536, 4, 15, ten},
                             Size{"4xlarge", 16, 131072, 8, 30, ten},
                             Size{"8xlarge", 32, 262144, 8, 30, "10 Gigabit"},
                             Size{"12xlarge", 48, 393216, 8, 30, "12 Gigabit"},
                             Size{"16xlarge", 64, 524288, 15, 50, "20 Gigabit"}};

constexpr std::array families{
    Family{"t2", "x86_64", "xen", 2.5, true, t2_sizes},    Family{"t3", "x86_64", "nitro", 2.5, true, t3_sizes},
    Family{"t3a", "x86_64", "nitro", 2.2, true, t3_sizes}, Family{"t4g", "arm64", "nitro", 2.5, true, t3_sizes},
    Family{"m5", "x86_64", "nitro", 3.1, false, m_sizes},  Family{"m5a", "x86_64", "nitro", 2.5, false, m_sizes},
    Family{"m6i", "x86_64", "nitro", 3.5, false, m_sizes}, Family{"m6g", "arm64", "nitro", 2.5, false, m_sizes},
    Family{"m7i", "x86_64", "nitro", 3.2, false, m_sizes}, Family{"m7g", "arm64", "nitro", 2.6, false, m_sizes},
    Family{"c5", "x86_64", "nitro", 3.4, false, c5_sizes}, Family{"c6i", "x86_64", "nitro", 3.5, false, c6_sizes},
    Family{"c6g", "arm64", "nitro", 2.5, false, c6_sizes}, Family{"c7g", "arm64", "nitro", 2.6, false, c6_sizes},
    Family{"r5", "x86_64", "nitro", 3.1, false, r_sizes},  Family{"r6i", "x86_64", "nitro", 3.5, false, r_sizes},
    Family{"r6g", "arm64", "nitro", 2.5, false, r_sizes}};

std::vector<InstanceType> make() {
    std::vector<InstanceType> all;
    for (const Family& family : families)
        for (const Size& size : family.sizes) {
            InstanceType type;
            type.name = std::string(family.name) + "." + std::string(size.name);
            type.architecture = family.architecture;
            type.hypervisor = family.hypervisor;
            type.clock_ghz = family.clock_ghz;
            type.vcpus = size.vcpus;
            type.threads_per_core = family.architecture == "arm64" || family.name == "t2" ? 1 : 2;
            type.memory_mib = size.memory_mib;
            type.interfaces_max = size.interfaces;
            type.addresses_per_interface = size.addresses;
            type.network_performance = size.network;
            type.burstable = family.burstable;
            type.free_tier = type.name == "t2.micro" || type.name == "t3.micro";
            type.unlimited_by_default = family.burstable && family.name != "t2";
            all.push_back(std::move(type));
        }
    std::sort(all.begin(), all.end(), [](const InstanceType& a, const InstanceType& b) { return a.name < b.name; });
    return all;
}

}  // namespace

const std::vector<InstanceType>& instance_types() {
    static const std::vector<InstanceType> all = make();
    return all;
}

const InstanceType* find_instance_type(std::string_view name) {
    const auto& all = instance_types();
    auto it = std::lower_bound(all.begin(), all.end(), name,
                               [](const InstanceType& type, std::string_view n) { return type.name < n; });
    return it != all.end() && it->name == name ? &*it : nullptr;
}

}  // namespace sekisho::ec2
