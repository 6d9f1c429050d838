#include <array>

#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DescribeInstanceAttribute {
    static constexpr std::string_view name = "DescribeInstanceAttribute";
    struct Input {
        std::string instance;
        std::string attribute;
    };
    static constexpr std::array known{"instanceType",
                                      "kernel",
                                      "ramdisk",
                                      "userData",
                                      "disableApiTermination",
                                      "disableApiStop",
                                      "instanceInitiatedShutdownBehavior",
                                      "rootDeviceName",
                                      "blockDeviceMapping",
                                      "productCodes",
                                      "sourceDestCheck",
                                      "groupSet",
                                      "ebsOptimized",
                                      "sriovNetSupport",
                                      "enaSupport",
                                      "enclaveOptions"};

    static Result<Input> parse(const Call& call) {
        auto instance = required_id(call.params, "InstanceId", kind::instance);
        if (!instance) return error_of(instance);
        auto attribute = required(call.params, "Attribute");
        if (!attribute) return error_of(attribute);
        if (std::find(known.begin(), known.end(), *attribute) == known.end())
            return invalid_value("Attribute", *attribute, "Unknown attribute.");
        return Input{*instance, *attribute};
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::instance, in.instance);
            return {};
        });
    }

    static void write_value(XmlWriter& xml, const View& view, const Instance& instance, const std::string& attribute) {
        const NetworkInterface* interface = view.state.interfaces.find(instance.interface);
        auto text = [&](const std::string& value) { xml.open(attribute).text("value", value).close(); };
        auto truth = [&](bool value) { xml.open(attribute).boolean("value", value).close(); };
        if (attribute == "instanceType") return text(instance.type);
        if (attribute == "disableApiTermination") return truth(instance.disable_api_termination);
        if (attribute == "disableApiStop") return truth(instance.disable_api_stop);
        if (attribute == "instanceInitiatedShutdownBehavior") return text(instance.shutdown_behavior);
        if (attribute == "rootDeviceName") return text(instance.root_device);
        if (attribute == "ebsOptimized") return truth(instance.ebs_optimized);
        if (attribute == "enaSupport") return truth(true);
        if (attribute == "sriovNetSupport") return text("simple");
        if (attribute == "sourceDestCheck") return truth(!interface || interface->source_dest_check);
        if (attribute == "groupSet") return write_groups(xml, view, interface ? interface->groups : std::vector<std::string>());
        if (attribute == "enclaveOptions") {
            xml.open(attribute).boolean("enabled", false).close();
            return;
        }
        if (attribute == "userData" && !instance.user_data.empty()) return text(instance.user_data);
        if (attribute == "blockDeviceMapping") return write_block_devices(xml, view, instance);
        xml.empty(attribute);  // kernel, ramdisk, productCodes: never set; userData: none
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            auto instance = get(view.state.instances, kind::instance, in.instance);
            if (!instance) return error_of(instance);
            xml.text("instanceId", in.instance);
            write_value(xml, view, *instance, in.attribute);
            return {};
        });
    }
};

std::unique_ptr<AnyOperation> ops::describe_instance_attribute(Ec2& ec2) { return make<DescribeInstanceAttribute>(ec2); }

}  // namespace sekisho::ec2
