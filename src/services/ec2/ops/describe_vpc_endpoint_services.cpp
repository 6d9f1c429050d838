#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

namespace {

struct EndpointService {
    std::string name;
    Tags tags;
};

std::span<const FilterColumn<EndpointService>> service_columns() {
    static constexpr FilterColumn<EndpointService> columns[] = {
        {"service-name", [](const EndpointService& s, const View&) { return one(s.name); }},
        {"service-type", [](const EndpointService&, const View&) { return one("Gateway"); }},
        {"owner", [](const EndpointService&, const View&) { return one("amazon"); }},
        {"supported-ip-address-types", [](const EndpointService&, const View&) { return one("ipv4"); }},
        {"service-region", [](const EndpointService&, const View& view) { return one(view.place.region.value); }},
    };
    return columns;
}

}  // namespace

// The services that an endpoint can be made for here: S3's gateway.
struct DescribeVpcEndpointServices {
    static constexpr std::string_view name = "DescribeVpcEndpointServices";
    struct Input : DescribeInput {
        std::vector<std::string> names;
    };
    static Result<Input> parse(const Call& call) {
        auto in = describe_input(call.params, {nullptr, {}, 1});
        if (!in) return error_of(in);
        return Input{std::move(*in), call.params.list("ServiceName")};
    }
    static std::vector<authz::Ask> asks(const Input&, const Call& call, Ec2&) { return describe_asks(call, name); }
    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.read(call, std::string(name), [in = *in](const View& view, XmlWriter& xml) -> Result<void> {
            if (auto checked = check_filters<EndpointService>(in.filters, service_columns()); !checked) return checked;
            EndpointService s3{s3_service_name(view.place.region.value), {}};
            for (const std::string& wanted : in.names)
                if (wanted != s3.name)
                    return fail(error::ec2::InvalidServiceName,
                                fmt::format("The Vpc Endpoint Service '{}' does not exist", wanted));
            bool shown = passes<EndpointService>(s3, view, in.filters, service_columns());
            xml.open("serviceNameSet");
            if (shown) xml.text("item", s3.name);
            xml.close().open("serviceDetailSet");
            if (shown) write_detail(xml, view, s3.name);
            xml.close();
            return {};
        });
    }

    static void write_detail(XmlWriter& xml, const View& view, const std::string& service) {
        xml.open("item")
            .text("serviceName", service)
            .text("serviceId", "vpce-svc-" + s3_prefix_list_id(view.place.region.value).substr(3));
        xml.open("serviceType").open("item").text("serviceType", "Gateway").close().close().open("availabilityZoneSet");
        for (const Zone& zone : zones_of(*view.place.info)) xml.text("item", zone.name);
        xml.close().text("owner", "amazon").open("baseEndpointDnsNameSet");
        xml.text("item", fmt::format("s3.{}.amazonaws.com", view.place.region.value)).close();
        xml.boolean("vpcEndpointPolicySupported", true)
            .boolean("acceptanceRequired", false)
            .boolean("managesVpcEndpoints", false);
        xml.empty("tagSet").open("supportedIpAddressTypeSet").text("item", "ipv4").close();
        xml.text("serviceRegion", view.place.region.value).close();
    }
};

std::unique_ptr<AnyOperation> ops::describe_vpc_endpoint_services(Ec2& ec2) { return make<DescribeVpcEndpointServices>(ec2); }

}  // namespace sekisho::ec2
