// The catalogue of instance types: the basic facts of common families (EC2 instance types guide).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sekisho::ec2 {

struct InstanceType {
    std::string name;               // t3.micro
    std::string_view architecture;  // x86_64 | arm64
    std::string_view hypervisor;    // nitro | xen
    double clock_ghz = 0;
    int vcpus = 0;
    int threads_per_core = 2;
    int memory_mib = 0;
    int interfaces_max = 0;
    int addresses_per_interface = 0;
    std::string_view network_performance;
    bool burstable = false;
    bool current_generation = true;
    bool free_tier = false;
    bool unlimited_by_default = false;  // credits: t3 and newer
};

const std::vector<InstanceType>& instance_types();  // sorted by name
const InstanceType* find_instance_type(std::string_view name);

}  // namespace sekisho::ec2
