#include "services/iam/parameters.h"
#include "services/iam/query_reply.h"
#include "services/iam/unique_ids.h"
#include "services/sts/operations.h"
#include "wire/errors/common.h"

namespace sekisho::sts {

Result<GetAccessKeyInfo::Input> GetAccessKeyInfo::parse(const services::Call& call) {
    const iam::Parameter parameters[] = {{"AccessKeyId", iam::Form::word, 16, 128, true}};
    if (Result<void> checked = iam::check_parameters(parameters, call.params); !checked)
        return fail(std::move(checked.error()));
    return Input{call.params.get("AccessKeyId")};
}

std::vector<authz::Ask> GetAccessKeyInfo::asks(const Input&, const services::Call& call, Sts&) {
    authz::Ask ask;
    ask.action = "sts:GetAccessKeyInfo";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

// The account is written in the key itself: it is told also of keys that were deleted.
Task<Result<http::Reply>> GetAccessKeyInfo::run(authz::Authorized<Input> in, services::Call& call, Sts& sts) {
    std::optional<AccountId> account = sts.directory.account_of_key(in->access_key_id);
    if (!account) account = iam::account_of_access_key(in->access_key_id);
    if (!account) co_return fail(error::ValidationError, "The specified access key ID is not valid.");
    co_return iam::query_reply(name, xml_namespace, true, call.id,
                               [&](wire::XmlWriter& out) { out.text("Account", account->value); });
}

}  // namespace sekisho::sts
