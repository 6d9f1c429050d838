#include "services/ec2/instances.h"
#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct ModifyInstanceMetadataOptions {
    static constexpr std::string_view name = "ModifyInstanceMetadataOptions";
    struct Input {
        std::string instance;
        std::string tokens;
        std::string endpoint;
        std::string tags;
        std::string ipv6;
        std::optional<int> hops;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto instance = required_id(call.params, "InstanceId", kind::instance);
        if (!instance) return error_of(instance);
        in.instance = std::move(*instance);
        auto tokens = one_of(call.params, "HttpTokens", {"optional", "required"}, "");
        if (!tokens) return error_of(tokens);
        in.tokens = std::move(*tokens);
        auto endpoint = one_of(call.params, "HttpEndpoint", {"enabled", "disabled"}, "");
        if (!endpoint) return error_of(endpoint);
        in.endpoint = std::move(*endpoint);
        auto tags = one_of(call.params, "InstanceMetadataTags", {"enabled", "disabled"}, "");
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        auto ipv6 = one_of(call.params, "HttpProtocolIpv6", {"enabled", "disabled"}, "");
        if (!ipv6) return error_of(ipv6);
        in.ipv6 = std::move(*ipv6);
        auto hops = optional_int(call.params, "HttpPutResponseHopLimit");
        if (!hops) return error_of(hops);
        in.hops = std::move(*hops);
        if (in.hops && (*in.hops < 1 || *in.hops > 64))
            return invalid_value("HttpPutResponseHopLimit", std::to_string(*in.hops));
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.on(kind::instance, in.instance);
            // EC2 guide, "Work with instance metadata": ec2:Attribute/HttpTokens.
            AskList::Attributes set;
            if (!in.tokens.empty()) set.emplace_back("HttpTokens", in.tokens);
            if (!in.endpoint.empty()) set.emplace_back("HttpEndpoint", in.endpoint);
            if (!in.tags.empty()) set.emplace_back("InstanceMetadataTags", in.tags);
            if (!in.ipv6.empty()) set.emplace_back("HttpProtocolIpv6", in.ipv6);
            if (in.hops) set.emplace_back("HttpPutResponseHopLimit", std::to_string(*in.hops));
            list.attributes(set);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(
            call, std::string(name), Ec2::Effect::records, [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                auto instance = get(change.state.instances, kind::instance, in.instance);
                if (!instance) return error_of(instance);
                if (instance->state == "terminated" || instance->state == "shutting-down")
                    return fail(error::ec2::IncorrectInstanceState,
                                fmt::format("The instance '{}' is not in a state from which it can be modified.", in.instance));
                MetadataOptions& options = instance->metadata;
                if (!in.tokens.empty()) options.http_tokens = in.tokens;
                if (!in.endpoint.empty()) options.http_endpoint = in.endpoint;
                if (!in.tags.empty()) options.instance_metadata_tags = in.tags;
                if (!in.ipv6.empty()) options.http_protocol_ipv6 = in.ipv6;
                if (in.hops) options.hop_limit = *in.hops;
                change.state.instances.put(in.instance, *instance);
                xml.text("instanceId", in.instance);
                write_metadata_options(xml, "instanceMetadataOptions", options);
                return {};
            });
    }
};

std::unique_ptr<AnyOperation> ops::modify_instance_metadata_options(Ec2& ec2) {
    return make<ModifyInstanceMetadataOptions>(ec2);
}

}  // namespace sekisho::ec2
