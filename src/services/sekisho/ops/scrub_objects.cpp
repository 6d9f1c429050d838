#include "services/sekisho/ops/scrub_objects.h"

namespace sekisho::own {

Result<ScrubObjects::Input> ScrubObjects::parse(const services::Call& call) {
    auto input = input_of(call);
    if (!input) return fail(std::move(input.error()));
    auto token = input->find("NextToken");
    if (token == input->end()) return Input{};
    if (!token->is_string()) return fail(ValidationException, "NextToken is not a string");
    return Input{*token};
}

std::vector<authz::Ask> ScrubObjects::asks(const Input&, const services::Call& call, Own&) {
    authz::Ask ask;
    ask.action = "sekisho:ScrubObjects";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

Task<Result<http::Reply>> ScrubObjects::run(authz::Authorized<Input> in, services::Call&, Own& own) {
    std::optional<nlohmann::json> step = co_await own.scrub(in.caller().account, in->token);
    if (!step) co_return fail(ValidationException, "NextToken is none that ScrubObjects gave out");
    co_return json_reply(*step);
}

}  // namespace sekisho::own
