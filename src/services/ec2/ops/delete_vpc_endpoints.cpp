#include "services/ec2/ops/op.h"

namespace sekisho::ec2 {

struct DeleteVpcEndpoints {
    static constexpr std::string_view name = "DeleteVpcEndpoints";
    struct Input {
        std::vector<std::string> endpoints;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        auto endpoints = ids(call.params, "VpcEndpointId", kind::endpoint);
        if (!endpoints) return error_of(endpoints);
        in.endpoints = std::move(*endpoints);
        if (in.endpoints.empty()) return missing_parameter("VpcEndpointId");
        return in;
    }

    static Asks asks(const Input& in, const Call& call, Ec2& ec2) {
        return ec2.asks(call, std::string(name), [in](AskList& list) -> Result<void> {
            for (const std::string& endpoint : in.endpoints) list.on(kind::endpoint, endpoint);
            return {};
        });
    }

    static Answer run(Authorized<Input> in, Call& call, Ec2& ec2) {
        return ec2.change(call, std::string(name), Ec2::Effect::network,
                          [in = *in](Change& change, XmlWriter& xml) -> Result<void> {
                              // Each for itself: what is not there is told, the rest is deleted, with its routes.
                              xml.open("unsuccessful");
                              for (const std::string& id : in.endpoints) {
                                  if (change.state.endpoints.erase(id)) continue;
                                  ApiError error = not_found(kind::endpoint, id).error();
                                  xml.open("item")
                                      .text("resourceId", id)
                                      .open("error")
                                      .text("code", error.code)
                                      .text("message", error.message)
                                      .close()
                                      .close();
                              }
                              xml.close();
                              return {};
                          });
    }
};

std::unique_ptr<AnyOperation> ops::delete_vpc_endpoints(Ec2& ec2) { return make<DeleteVpcEndpoints>(ec2); }

}  // namespace sekisho::ec2
