#include "services/ec2/instance_types.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

using Type = InstanceType;

std::string text_of(std::string_view text) { return std::string(text); }
std::string clock_of(const Type& type) { return fmt::format("{:.1f}", type.clock_ghz); }

std::span<const FilterColumn<Type>> type_columns() {
    static constexpr FilterColumn<Type> columns[] = {
        {"instance-type", [](const Type& t, const View&) { return one(t.name); }},
        {"processor-info.supported-architecture", [](const Type& t, const View&) { return one(text_of(t.architecture)); }},
        {"processor-info.sustained-clock-speed-in-ghz", [](const Type& t, const View&) { return one(clock_of(t)); }},
        {"vcpu-info.default-vcpus", [](const Type& t, const View&) { return one(std::to_string(t.vcpus)); }},
        {"vcpu-info.default-cores",
         [](const Type& t, const View&) { return one(std::to_string(t.vcpus / t.threads_per_core)); }},
        {"vcpu-info.default-threads-per-core",
         [](const Type& t, const View&) { return one(std::to_string(t.threads_per_core)); }},
        {"memory-info.size-in-mib", [](const Type& t, const View&) { return one(std::to_string(t.memory_mib)); }},
        {"network-info.maximum-network-interfaces",
         [](const Type& t, const View&) { return one(std::to_string(t.interfaces_max)); }},
        {"network-info.ipv4-addresses-per-interface",
         [](const Type& t, const View&) { return one(std::to_string(t.addresses_per_interface)); }},
        {"network-info.network-performance", [](const Type& t, const View&) { return one(text_of(t.network_performance)); }},
        {"network-info.ena-support",
         [](const Type& t, const View&) { return one(t.hypervisor == "nitro" ? "required" : "unsupported"); }},
        {"network-info.efa-supported", [](const Type&, const View&) { return truth(false); }},
        {"network-info.ipv6-supported", [](const Type&, const View&) { return truth(true); }},
        {"hypervisor", [](const Type& t, const View&) { return one(text_of(t.hypervisor)); }},
        {"current-generation", [](const Type& t, const View&) { return truth(t.current_generation); }},
        {"free-tier-eligible", [](const Type& t, const View&) { return truth(t.free_tier); }},
        {"burstable-performance-supported", [](const Type& t, const View&) { return truth(t.burstable); }},
        {"bare-metal", [](const Type&, const View&) { return truth(false); }},
        {"instance-storage-supported", [](const Type&, const View&) { return truth(false); }},
        {"hibernation-supported", [](const Type&, const View&) { return truth(false); }},
        {"dedicated-hosts-supported", [](const Type&, const View&) { return truth(false); }},
        {"auto-recovery-supported", [](const Type&, const View&) { return truth(true); }},
        {"supported-root-device-type", [](const Type&, const View&) { return one("ebs"); }},
        {"supported-usage-class", [](const Type&, const View&) { return one("on-demand"); }},
        {"supported-virtualization-type", [](const Type&, const View&) { return one("hvm"); }},
        {"supported-boot-mode",
         [](const Type& t, const View&) {
             return t.architecture == "arm64" ? one("uefi") : Values{"legacy-bios", "uefi"};
         }},
        {"ebs-info.ebs-optimized-support",
         [](const Type& t, const View&) { return one(t.hypervisor == "nitro" ? "default" : "unsupported"); }},
        {"ebs-info.encryption-support", [](const Type&, const View&) { return one("supported"); }},
        {"ebs-info.nvme-support",
         [](const Type& t, const View&) { return one(t.hypervisor == "nitro" ? "required" : "unsupported"); }},
        {"placement-group-info.supported-strategies",
         [](const Type&, const View&) {
             return Values{"partition", "spread"};
         }},
    };
    return columns;
}

template <class... T>
void write_list(XmlWriter& xml, std::string_view element, T... values) {
    xml.open(element);
    (xml.text("item", values), ...);
    xml.close();
}

void write_type(XmlWriter& xml, const View&, const Type& type) {
    bool nitro = type.hypervisor == "nitro";
    xml.text("instanceType", type.name).boolean("currentGeneration", type.current_generation);
    xml.boolean("freeTierEligible", type.free_tier);
    write_list(xml, "supportedUsageClasses", "on-demand");
    write_list(xml, "supportedRootDeviceTypes", "ebs");
    write_list(xml, "supportedVirtualizationTypes", "hvm");
    xml.boolean("bareMetal", false).text("hypervisor", type.hypervisor).open("processorInfo");
    write_list(xml, "supportedArchitectures", type.architecture);
    xml.text("sustainedClockSpeedInGhz", clock_of(type)).close();
    int cores = type.vcpus / type.threads_per_core;
    xml.open("vCpuInfo").number("defaultVCpus", type.vcpus).number("defaultCores", cores);
    xml.number("defaultThreadsPerCore", type.threads_per_core);
    write_list(xml, "validCores", std::to_string(cores));
    write_list(xml, "validThreadsPerCore", std::to_string(type.threads_per_core));
    xml.close().open("memoryInfo").number("sizeInMiB", type.memory_mib).close().boolean("instanceStorageSupported", false);
    xml.open("ebsInfo").text("ebsOptimizedSupport", nitro ? "default" : "unsupported").text("encryptionSupport", "supported");
    xml.text("nvmeSupport", nitro ? "required" : "unsupported").close();
    xml.open("networkInfo").text("networkPerformance", type.network_performance);
    xml.number("maximumNetworkInterfaces", type.interfaces_max)
        .number("maximumNetworkCards", 1)
        .number("defaultNetworkCardIndex", 0);
    xml.open("networkCards").open("item").number("networkCardIndex", 0).text("networkPerformance", type.network_performance);
    xml.number("maximumNetworkInterfaces", type.interfaces_max).close().close();
    xml.number("ipv4AddressesPerInterface", type.addresses_per_interface)
        .number("ipv6AddressesPerInterface", type.addresses_per_interface);
    xml.boolean("ipv6Supported", true).text("enaSupport", nitro ? "required" : "unsupported").boolean("efaSupported", false);
    xml.boolean("encryptionInTransitSupported", false).boolean("enaSrdSupported", false).close();
    xml.open("placementGroupInfo");
    write_list(xml, "supportedStrategies", "partition", "spread");
    xml.close().boolean("hibernationSupported", false).boolean("burstablePerformanceSupported", type.burstable);
    xml.boolean("dedicatedHostsSupported", false).boolean("autoRecoverySupported", true);
    if (type.architecture == "arm64")
        write_list(xml, "supportedBootModes", "uefi");
    else
        write_list(xml, "supportedBootModes", "legacy-bios", "uefi");
}

}  // namespace

struct DescribeInstanceTypes {
    static constexpr std::string_view name = "DescribeInstanceTypes";
    struct Input : DescribeInput {
        std::vector<std::string> types;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {nullptr, {}, 5, 100});
        if (!in) return error_of(in);
        if (!in->max_results) in->max_results = 100;
        return Input{std::move(*in), call.params.list("InstanceType")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            std::string unknown;
            for (const std::string& type : in.types)
                if (!find_instance_type(type)) unknown += (unknown.empty() ? "" : ", ") + type;
            if (!unknown.empty())
                return fail(ApiError{"InvalidInstanceType",
                                     400,
                                     fmt::format("The following supplied instance types do not exist: [{}]", unknown),
                                     {}});
            std::map<std::string_view, const Type*> rows;
            for (const Type& type : instance_types())
                if (in.types.empty() || std::find(in.types.begin(), in.types.end(), type.name) != in.types.end())
                    rows[type.name] = &type;
            return describe<Type>(xml, view, in, kind::instance, rows, type_columns(), "instanceTypeSet", write_type);
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instance_types(Ec2& ec2) { return make<DescribeInstanceTypes>(ec2); }

}  // namespace sekisho::ec2
