#include "services/sekisho/ops/explain.h"

#include "wire/errors/common.h"

namespace sekisho::own {

namespace {
constexpr ErrorCode RequestNotFound{"RequestNotFound", 404, ""};
constexpr std::size_t request_id_bytes_max = 64;
}  // namespace

Result<Explain::Input> Explain::parse(const services::Call& call) {
    auto input = input_of(call);
    if (!input) return fail(std::move(input.error()));
    auto id = input->find("RequestId");
    if (id == input->end() || !id->is_string()) return fail(ValidationException, "RequestId is required.");
    std::string text = id->get<std::string>();
    if (text.empty() || text.size() > request_id_bytes_max) return fail(ValidationException, "RequestId is not a request id.");
    return Input{RequestId(std::move(text))};
}

std::vector<authz::Ask> Explain::asks(const Input&, const services::Call& call, Own&) {
    authz::Ask ask;
    ask.action = "sekisho:Explain";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

Task<Result<http::Reply>> Explain::run(authz::Authorized<Input> in, services::Call&, Own& own) {
    const AccountId viewer = in.caller().account;
    auto explanation = own.authorizer.explain(in->request_id, viewer);
    if (in.approval().allowed(0)) {
        if (explanation && (explanation->accounts.empty() || explanation->accounts.contains(viewer)))
            co_return json_reply(nlohmann::json::parse(explanation->json));
        // Whether a stranger's request exists is not told.
        co_return fail(RequestNotFound, "No request " + in->request_id.value + " among those remembered.");
    }
    bool own_request = explanation && !explanation->caller_arn.empty() && explanation->caller_arn == in.caller().arn;
    if (!own_request) co_return fail(error::AccessDenied, in.approval().denied_message(0));
    co_return json_reply(nlohmann::json::parse(explanation->short_json));
}

}  // namespace sekisho::own
