#include "base/bytes.h"
#include "services/ec2/instance_types.h"
#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ModifyInstanceAttribute {
    static constexpr std::string_view name = "ModifyInstanceAttribute";
    struct Input {
        std::string instance;
        std::optional<bool> source_dest_check;
        std::optional<bool> disable_termination;
        std::optional<bool> disable_stop;
        std::optional<bool> ebs_optimized;
        std::string shutdown_behavior;
        std::string type;
        std::optional<std::string> user_data;
        std::vector<std::string> groups;
        std::vector<std::pair<std::string, bool>> devices;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"Kernel", "Ramdisk", "SriovNetSupport", "EnaSupport"}); !no) return error_of(no);
        auto instance = required_id(call.params, "InstanceId", kind::instance);
        if (!instance) return error_of(instance);
        in.instance = std::move(*instance);
        // The older form names the attribute and gives one value.
        std::string attribute = call.params.get("Attribute");
        Params params = call.params;
        if (!attribute.empty()) {
            std::string given = attribute == "groupSet" ? "" : call.params.get("Value");
            attribute[0] = static_cast<char>(attribute[0] & ~0x20);
            if (!given.empty()) params.add(attribute + ".Value", given);
        }
        auto source_dest_check = optional_bool(params, "SourceDestCheck.Value");
        if (!source_dest_check) return error_of(source_dest_check);
        in.source_dest_check = std::move(*source_dest_check);
        auto disable_termination = optional_bool(params, "DisableApiTermination.Value");
        if (!disable_termination) return error_of(disable_termination);
        in.disable_termination = std::move(*disable_termination);
        auto disable_stop = optional_bool(params, "DisableApiStop.Value");
        if (!disable_stop) return error_of(disable_stop);
        in.disable_stop = std::move(*disable_stop);
        auto ebs_optimized = optional_bool(params, "EbsOptimized.Value");
        if (!ebs_optimized) return error_of(ebs_optimized);
        in.ebs_optimized = std::move(*ebs_optimized);
        auto shutdown_behavior = one_of(params, "InstanceInitiatedShutdownBehavior.Value", {"stop", "terminate"}, "");
        if (!shutdown_behavior) return error_of(shutdown_behavior);
        in.shutdown_behavior = std::move(*shutdown_behavior);
        in.type = params.get("InstanceType.Value");
        if (!in.type.empty() && !find_instance_type(in.type))
            return fail(error::ec2::InvalidParameterValue, fmt::format("Invalid value '{}' for InstanceType.", in.type));
        if (auto given = params.find("UserData.Value")) {
            auto decoded = from_base64(*given);
            if (!decoded) return fail(error::ec2::InvalidUserDataMalformed);
            if (decoded->size() > limits::user_data_bytes)
                return fail(error::ec2::InvalidParameterValue,
                            fmt::format("User data is limited to {} bytes", limits::user_data_bytes));
            in.user_data = std::string(*given);
        }
        auto groups = ids(params, "GroupId", kind::security_group);
        if (!groups) return error_of(groups);
        in.groups = std::move(*groups);
        for (const Params& one : params.structures("BlockDeviceMapping")) {
            auto device = required(one, "DeviceName");
            if (!device) return error_of(device);
            auto keep = boolean(one, "Ebs.DeleteOnTermination", true);
            if (!keep) return error_of(keep);
            in.devices.emplace_back(*device, *keep);
        }
        int given = in.source_dest_check.has_value() + in.disable_termination.has_value() + in.disable_stop.has_value() +
                    in.ebs_optimized.has_value() + !in.shutdown_behavior.empty() + !in.type.empty() + in.user_data.has_value() +
                    !in.groups.empty() + !in.devices.empty();
        if (given == 0) return fail(error::ec2::InvalidParameterCombination, "No attributes specified.");
        if (given > 1) return fail(error::ec2::InvalidParameterCombination, "Fields for multiple attribute types specified");
        return in;
    }

    static AskList::Attributes attributes(const Input& in) {
        AskList::Attributes set;
        auto flag = [&](const char* name, const std::optional<bool>& value) {
            if (value) set.emplace_back(name, *value ? "true" : "false");
        };
        auto text = [&](const char* name, const std::string& value) {
            if (!value.empty()) set.emplace_back(name, value);
        };
        flag("SourceDestCheck", in.source_dest_check);
        flag("DisableApiTermination", in.disable_termination);
        flag("DisableApiStop", in.disable_stop);
        flag("EbsOptimized", in.ebs_optimized);
        text("InstanceInitiatedShutdownBehavior", in.shutdown_behavior);
        text("InstanceType", in.type);
        if (in.user_data) set.emplace_back("UserData", *in.user_data);
        if (!in.groups.empty()) set.emplace_back("GroupSet", fmt::format("{}", fmt::join(in.groups, ",")));
        for (const auto& [device, keep] : in.devices) set.emplace_back("BlockDeviceMapping", device);
        return set;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::instance, in.instance);
            list.attributes(attributes(in));
            for (const std::string& group : in.groups) list.on(kind::security_group, group);
            const State& state = list.view().state;
            const Instance* instance = state.instances.find(in.instance);
            if (!instance) return {};
            for (const auto& [device, keep] : in.devices)
                for (const std::string& id : instance->volumes)
                    if (const Volume* volume = state.volumes.find(id); volume && volume->device == device)
                        list.on(kind::volume, id);
            return {};
        });
    }

    static Result<void> change_interface(Change& change, const Input& in, const Instance& instance) {
        if (!in.source_dest_check && in.groups.empty()) return {};
        NetworkInterface interface = *change.state.interfaces.find(instance.interface);
        interface.source_dest_check = in.source_dest_check.value_or(interface.source_dest_check);
        for (const std::string& id : in.groups) {
            auto group = get(change.state.security_groups, kind::security_group, id);
            if (!group) return error_of(group);
            if (group->vpc != instance.vpc)
                return fail(error::ec2::InvalidGroupNotFound,
                            "You have specified two resources that belong to different networks.");
        }
        if (in.groups.size() > limits::groups_per_interface) return fail(error::ec2::SecurityGroupsPerInterfaceLimitExceeded);
        if (!in.groups.empty()) interface.groups = in.groups;
        change.state.interfaces.put(interface.id, interface);
        return {};
    }

    static Result<void> change_device(Change& change, const Instance& instance, const std::string& device,
                                      bool delete_on_termination) {
        for (const std::string& id : instance.volumes) {
            Volume volume = *change.state.volumes.find(id);
            if (volume.device != device) continue;
            volume.delete_on_termination = delete_on_termination;
            change.state.volumes.put(id, volume);
            return {};
        }
        return fail(error::ec2::InvalidBlockDeviceMapping, fmt::format("No device is currently mapped at {}", device));
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto found = get(change.state.instances, kind::instance, in.instance);
                if (!found) return error_of(found);
                Instance instance = std::move(*found);
                if (instance.state == "terminated" || instance.state == "shutting-down")
                    return fail(error::ec2::IncorrectInstanceState,
                                fmt::format("The instance '{}' is not in a state from which it can be modified.", in.instance));
                if ((!in.type.empty() || in.user_data || in.ebs_optimized) && instance.state != "stopped")
                    return fail(error::ec2::IncorrectInstanceState,
                                fmt::format("The instance '{}' is not in the 'stopped' state.", in.instance));
                if (!in.type.empty() && find_instance_type(in.type)->architecture != instance.architecture)
                    return fail(error::ec2::InvalidParameterValue,
                                fmt::format("The architecture of instance type '{}' is not that of the instance.", in.type));
                if (!in.type.empty()) instance.type = in.type;
                if (in.user_data) instance.user_data = *in.user_data;
                if (!in.shutdown_behavior.empty()) instance.shutdown_behavior = in.shutdown_behavior;
                instance.disable_api_termination = in.disable_termination.value_or(instance.disable_api_termination);
                instance.disable_api_stop = in.disable_stop.value_or(instance.disable_api_stop);
                instance.ebs_optimized = in.ebs_optimized.value_or(instance.ebs_optimized);
                if (auto done = change_interface(change, in, instance); !done) return done;
                for (const auto& [device, keep] : in.devices)
                    if (auto done = change_device(change, instance, device, keep); !done) return done;
                change.state.instances.put(in.instance, std::move(instance));
                xml.boolean("return", true);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::modify_instance_attribute(Ec2& ec2) { return make<ModifyInstanceAttribute>(ec2); }

}  // namespace sekisho::ec2
