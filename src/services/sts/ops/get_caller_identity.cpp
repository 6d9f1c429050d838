#include "services/iam/query_reply.h"
#include "services/sts/operations.h"

namespace sekisho::sts {

Result<GetCallerIdentity::Input> GetCallerIdentity::parse(const services::Call&) { return Input{}; }

// "No permissions are required": not even an explicit deny counts (STS API reference, GetCallerIdentity).
std::vector<authz::Ask> GetCallerIdentity::asks(const Input&, const services::Call&, Sts&) { return {}; }

Task<Result<http::Reply>> GetCallerIdentity::run(authz::Authorized<Input> in, services::Call& call, Sts&) {
    const authn::Caller& caller = in.caller();
    co_return iam::query_reply(name, xml_namespace, true, call.id, [&](wire::XmlWriter& out) {
        out.text("Arn", caller.arn).text("UserId", caller.principal_id).text("Account", caller.account.value);
    });
}

}  // namespace sekisho::sts
