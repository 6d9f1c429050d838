#include "services/ec2/endpoints.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ModifyVpcEndpoint {
    static constexpr std::string_view name = "ModifyVpcEndpoint";
    struct Input {
        std::string endpoint;
        bool reset;
        std::optional<std::string> policy;
        std::vector<std::string> added;
        std::vector<std::string> removed;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        if (auto no = refuse(call.params, {"AddSubnetId", "RemoveSubnetId", "AddSecurityGroupId", "RemoveSecurityGroupId",
                                           "PrivateDnsEnabled", "SubnetConfiguration"});
            !no)
            return error_of(no);
        auto endpoint = required_id(call.params, "VpcEndpointId", kind::endpoint);
        if (!endpoint) return error_of(endpoint);
        in.endpoint = std::move(*endpoint);
        auto reset = boolean(call.params, "ResetPolicy");
        if (!reset) return error_of(reset);
        in.reset = std::move(*reset);
        if (auto policy = call.params.find("PolicyDocument")) in.policy = std::string(*policy);
        if (in.reset && in.policy)
            return fail(error::ec2::InvalidParameterCombination,
                        "The parameters resetPolicy and policyDocument cannot be used together");
        auto added = ids(call.params, "AddRouteTableId", kind::route_table);
        if (!added) return error_of(added);
        in.added = std::move(*added);
        auto removed = ids(call.params, "RemoveRouteTableId", kind::route_table);
        if (!removed) return error_of(removed);
        in.removed = std::move(*removed);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::endpoint, in.endpoint);
            AskList::Attributes set;
            if (in.reset) set.emplace_back("ResetPolicy", "true");
            if (in.policy) set.emplace_back("PolicyDocument", *in.policy);
            if (!in.added.empty()) set.emplace_back("AddRouteTableId", fmt::format("{}", fmt::join(in.added, ",")));
            if (!in.removed.empty()) set.emplace_back("RemoveRouteTableId", fmt::format("{}", fmt::join(in.removed, ",")));
            list.attributes(set);
            for (const std::string& table : in.added) list.on(kind::route_table, table);
            for (const std::string& table : in.removed) list.on(kind::route_table, table);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              auto endpoint = get(change.state.endpoints, kind::endpoint, in.endpoint);
                              if (!endpoint) return error_of(endpoint);
                              // Only ResetPolicy opens it: an empty document is not the default one.
                              if (in.policy && in.policy->empty())
                                  return fail(error::ec2::InvalidPolicyDocument, "The policy document must not be empty");
                              if (in.reset || in.policy)
                                  if (auto set = set_policy(*endpoint, in.policy.value_or("")); !set) return set;
                              for (const std::string& table : in.removed) std::erase(endpoint->route_tables, table);
                              if (auto added = add_route_tables(change.state, *endpoint, in.added); !added) return added;
                              change.state.endpoints.put(in.endpoint, *endpoint);
                              xml.boolean("return", true);
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::modify_vpc_endpoint(Ec2& ec2) { return make<ModifyVpcEndpoint>(ec2); }

}  // namespace sekisho::ec2
