#include "services/ec2/ops/op.h"
#include "services/ec2/records.h"

namespace sekisho::ec2 {

struct CreateInternetGateway {
    static constexpr std::string_view name = "CreateInternetGateway";
    struct Input {
        Tags tags;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto tags = tag_specifications(call.params, kind::internet_gateway);
        if (!tags) return error_of(tags);
        in.tags = std::move(*tags);
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            list.makes(kind::internet_gateway, in.tags);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::records,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              if (change.state.internet_gateways.size() >= limits::internet_gateways)
                                  return fail(error::ec2::InternetGatewayLimitExceeded);
                              InternetGateway gateway;
                              gateway.id = change.id(kind::internet_gateway);
                              gateway.tags = in.tags;
                              change.state.internet_gateways.put(gateway.id, gateway);
                              xml.open("internetGateway");
                              write_internet_gateway(xml, change.view(), gateway);
                              xml.close();
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::create_internet_gateway(Ec2& ec2) { return make<CreateInternetGateway>(ec2); }

}  // namespace sekisho::ec2
