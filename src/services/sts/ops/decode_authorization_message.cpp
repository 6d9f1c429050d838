#include "authz/authorization_message.h"
#include "services/iam/parameters.h"
#include "services/iam/query_reply.h"
#include "services/sts/operations.h"
#include "wire/errors/iam.h"

namespace sekisho::sts {

Result<DecodeAuthorizationMessage::Input> DecodeAuthorizationMessage::parse(const services::Call& call) {
    const iam::Parameter parameters[] = {{"EncodedMessage", iam::Form::text, 1, 10'240, true}};
    if (Result<void> checked = iam::check_parameters(parameters, call.params); !checked)
        return fail(std::move(checked.error()));
    return Input{call.params.get("EncodedMessage")};
}

std::vector<authz::Ask> DecodeAuthorizationMessage::asks(const Input&, const services::Call& call, Sts&) {
    authz::Ask ask;
    ask.action = "sts:DecodeAuthorizationMessage";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

// A message of another server or account, or one that was altered, is just invalid.
Task<Result<http::Reply>> DecodeAuthorizationMessage::run(authz::Authorized<Input> in, services::Call& call, Sts& sts) {
    std::optional<std::string> opened = sts.directory.tokens().open_message(in->message);
    std::optional<std::string> decoded = opened ? authz::decoded_message(*opened, in.caller().account) : std::nullopt;
    if (!decoded) co_return fail(error::InvalidAuthorizationMessageException);
    co_return iam::query_reply(name, xml_namespace, true, call.id,
                               [&](wire::XmlWriter& out) { out.text("DecodedMessage", *decoded); });
}

}  // namespace sekisho::sts
