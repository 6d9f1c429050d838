#include "services/ec2/endpoints.h"
#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateVpcEndpoint {
    static constexpr std::string_view name = "CreateVpcEndpoint";
    struct Input {
        std::string vpc;
        std::string service;
        std::string policy;
        std::vector<std::string> route_tables;
        std::string client_token;
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto type = one_of(call.params, "VpcEndpointType",
                           {"Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"}, "Gateway");
        if (!type) return error_of(type);
        if (*type != "Gateway")
            return fail(error::ec2::NotImplemented, fmt::format("VPC endpoints of type {} are not implemented.", *type));
        if (auto no = refuse(call.params, {"SubnetId", "SecurityGroupId", "SubnetConfiguration", "ResourceConfigurationArn",
                                           "ServiceNetworkArn"});
            !no)
            return error_of(no);
        auto vpc = required_id(call.params, "VpcId", kind::vpc);
        if (!vpc) return error_of(vpc);
        in.vpc = std::move(*vpc);
        auto service = required(call.params, "ServiceName");
        if (!service) return error_of(service);
        in.service = std::move(*service);
        if (in.service != s3_service_name(call.region.value))
            return fail(error::ec2::InvalidServiceName,
                        fmt::format("The Vpc Endpoint Service '{}' does not exist", in.service));
        in.policy = call.params.get("PolicyDocument");
        auto route_tables = ids(call.params, "RouteTableId", kind::route_table);
        if (!route_tables) return error_of(route_tables);
        in.route_tables = std::move(*route_tables);
        in.client_token = call.params.get("ClientToken");
        auto tags = tag_specifications(call.params, kind::endpoint);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::endpoint, in.tags, {{"ec2:VpceServiceName", in.service}});
            list.on(kind::vpc, in.vpc);
            for (const std::string& table : in.route_tables) list.on(kind::route_table, table);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::network, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                State& state = change.state;
                auto before = change.made_before(in.client_token);
                if (!before) return error_of(before);
                Endpoint endpoint;
                if (*before && state.endpoints.contains(**before)) {
                    endpoint = *state.endpoints.find(**before);
                } else {
                    auto vpc = get(state.vpcs, kind::vpc, in.vpc);
                    if (!vpc)
                        return fail(
                            ApiError{"InvalidVpcId.NotFound", 400, fmt::format("The Vpc Id {} does not exist", in.vpc), {}});
                    if (state.endpoints.size() >= limits::gateway_endpoints) return fail(error::ec2::VpcEndpointLimitExceeded);
                    endpoint.id = change.id(kind::endpoint);
                    endpoint.vpc = in.vpc;
                    endpoint.service_name = in.service;
                    endpoint.created = change.millis();
                    endpoint.tags = in.tags;
                    if (auto set = set_policy(endpoint, in.policy); !set) return set;
                    if (auto added = add_route_tables(state, endpoint, in.route_tables); !added) return added;
                    state.endpoints.put(endpoint.id, endpoint);
                    change.remember(in.client_token, endpoint.id);
                }
                xml.open("vpcEndpoint");
                write_endpoint(xml, change.view(), endpoint);
                xml.close();
                if (!in.client_token.empty()) xml.text("clientToken", in.client_token);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::create_vpc_endpoint(Ec2& ec2) { return make<CreateVpcEndpoint>(ec2); }

}  // namespace sekisho::ec2
