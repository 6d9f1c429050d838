#include "base/bytes.h"
#include "services/iam/parameters.h"
#include "services/iam/query_reply.h"
#include "services/sts/credentials.h"
#include "services/sts/operations.h"
#include "wire/errors/common.h"

namespace sekisho::sts {

namespace {
constexpr std::int64_t user_default_s = 43'200;
constexpr std::int64_t root_max_s = 3'600;
}  // namespace

Result<GetSessionToken::Input> GetSessionToken::parse(const services::Call& call) {
    const iam::Parameter parameters[] = {{"DurationSeconds", iam::Form::integer, 900, 129'600},
                                         {"SerialNumber", iam::Form::text, 9, 256},
                                         {"TokenCode", iam::Form::word, 6, 6}};
    if (Result<void> checked = iam::check_parameters(parameters, call.params); !checked)
        return fail(std::move(checked.error()));
    if (call.params.has("SerialNumber") || call.params.has("TokenCode"))
        return fail(
            error::AccessDenied,
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid "
            "and associated with this user.");
    Input input;
    if (auto duration = call.params.find("DurationSeconds")) input.duration_s = parse_i64(*duration);
    return input;
}

// "No permissions are required for users to perform this operation" (IAM guide, "Permissions for GetSessionToken").
std::vector<authz::Ask> GetSessionToken::asks(const Input&, const services::Call&, Sts&) { return {}; }

Task<Result<http::Reply>> GetSessionToken::run(authz::Authorized<Input> in, services::Call& call, Sts& sts) {
    const authn::Caller& caller = in.caller();
    if (caller.token_issued) co_return fail(error::AccessDenied, "Cannot call GetSessionToken with session credentials");
    const bool root = caller.kind == authn::Caller::Kind::root;
    std::int64_t duration_s = in->duration_s.value_or(root ? root_max_s : user_default_s);
    if (root) duration_s = std::min(duration_s, root_max_s);
    iam::Session session;
    session.kind = root ? iam::Session::Kind::root : iam::Session::Kind::user;
    session.account = caller.account;
    session.issued = call.time;
    session.expires = call.time + std::chrono::seconds(duration_s);
    session.id = caller.principal_id;
    session.name = caller.user_name;
    Credentials credentials = mint(sts.directory, std::move(session));
    co_return iam::query_reply(name, xml_namespace, true, call.id,
                               [&](wire::XmlWriter& out) { write_credentials(out, credentials); });
}

}  // namespace sekisho::sts
