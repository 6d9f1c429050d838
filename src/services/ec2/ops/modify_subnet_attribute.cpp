#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ModifySubnetAttribute {
    static constexpr std::string_view name = "ModifySubnetAttribute";
    struct Input {
        std::string subnet;
        std::optional<bool> map_public;
        std::optional<bool> dns64;
        std::optional<bool> a_record;
        std::optional<bool> aaaa_record;
        std::string hostname_type;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"AssignIpv6AddressOnCreation", "MapCustomerOwnedIpOnLaunch", "CustomerOwnedIpv4Pool",
                                           "EnableLniAtDeviceIndex"});
            !no)
            return error_of(no);
        auto subnet = required_id(call.params, "SubnetId", kind::subnet);
        if (!subnet) return error_of(subnet);
        in.subnet = std::move(*subnet);
        auto map_public = optional_bool(call.params, "MapPublicIpOnLaunch.Value");
        if (!map_public) return error_of(map_public);
        in.map_public = std::move(*map_public);
        auto dns64 = optional_bool(call.params, "EnableDns64.Value");
        if (!dns64) return error_of(dns64);
        in.dns64 = std::move(*dns64);
        auto a_record = optional_bool(call.params, "EnableResourceNameDnsARecordOnLaunch.Value");
        if (!a_record) return error_of(a_record);
        in.a_record = std::move(*a_record);
        auto aaaa_record = optional_bool(call.params, "EnableResourceNameDnsAAAARecordOnLaunch.Value");
        if (!aaaa_record) return error_of(aaaa_record);
        in.aaaa_record = std::move(*aaaa_record);
        auto hostname_type = one_of(call.params, "PrivateDnsHostnameTypeOnLaunch", {"ip-name", "resource-name"}, "");
        if (!hostname_type) return error_of(hostname_type);
        in.hostname_type = std::move(*hostname_type);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::subnet, in.subnet);
            AskList::Attributes set;
            auto flag = [&](const char* name, const std::optional<bool>& value) {
                if (value) set.emplace_back(name, *value ? "true" : "false");
            };
            flag("MapPublicIpOnLaunch", in.map_public);
            flag("EnableDns64", in.dns64);
            flag("EnableResourceNameDnsARecordOnLaunch", in.a_record);
            flag("EnableResourceNameDnsAAAARecordOnLaunch", in.aaaa_record);
            if (!in.hostname_type.empty()) set.emplace_back("PrivateDnsHostnameTypeOnLaunch", in.hostname_type);
            list.attributes(set);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::records,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto subnet = get(change.state.subnets, kind::subnet, in.subnet);
                              if (!subnet) return error_of(subnet);
                              subnet->map_public_ip = in.map_public.value_or(subnet->map_public_ip);
                              subnet->dns64 = in.dns64.value_or(subnet->dns64);
                              subnet->resource_name_a_record = in.a_record.value_or(subnet->resource_name_a_record);
                              subnet->resource_name_aaaa_record = in.aaaa_record.value_or(subnet->resource_name_aaaa_record);
                              if (!in.hostname_type.empty()) subnet->hostname_type = in.hostname_type;
                              change.state.subnets.put(in.subnet, *subnet);
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::modify_subnet_attribute(Ec2& ec2) { return make<ModifySubnetAttribute>(ec2); }

}  // namespace sekisho::ec2
