#include "services/sts/credentials.h"

#include "base/bytes.h"
#include "policy/evaluate.h"
#include "services/iam/unique_ids.h"

namespace sekisho::sts {

namespace {

bool ec2_may_assume(const iam::Role& role, const AccountId& account) {
    const policy::NamedPolicy trust[] = {{"trust policy of " + role.name, role.trust.compiled}};
    const std::string arn = iam::arn_of(account, "role", role);
    policy::Context nothing;
    policy::Query query{.principal = {.kind = policy::PrincipalFacts::Kind::service, .arn = "ec2.amazonaws.com"},
                        .action = "sts:AssumeRole",
                        .resource = arn,
                        .resource_account = account.value,
                        .context = nothing,
                        .policies = {.resource = trust},
                        .resource_policy_required = true};
    return policy::evaluate(query).allowed;
}

// Expiration is told in whole seconds, so it is kept in whole seconds.
Time whole_seconds(Time time) { return std::chrono::time_point_cast<std::chrono::seconds>(time); }

}  // namespace

Credentials mint(const iam::Directory& directory, iam::Session session) {
    session.issued = whole_seconds(session.issued);
    session.expires = whole_seconds(session.expires);
    session.access_key_id = iam::access_key_id("ASIA", session.account, directory.entropy());
    session.secret = iam::secret_access_key(directory.entropy());
    return {session.access_key_id, session.secret, directory.tokens().seal(session), session.issued, session.expires};
}

void write_credentials(wire::XmlWriter& out, const Credentials& credentials) {
    out.open("Credentials").text("AccessKeyId", credentials.access_key_id).text("SecretAccessKey", credentials.secret);
    out.text("SessionToken", credentials.session_token).text("Expiration", iso8601(credentials.expires)).close();
}

std::expected<Credentials, NoCredentials> mint_instance_credentials(const iam::Directory& directory, const AccountId& account,
                                                                    std::string_view role_name, const InstanceFacts& instance,
                                                                    std::chrono::seconds lifetime, Time now) {
    std::shared_ptr<const iam::State> state = directory.read(account);
    const iam::Role* role = state ? state->roles.find(to_lower(role_name)) : nullptr;
    if (!role) return std::unexpected(NoCredentials::no_role);
    if (!ec2_may_assume(*role, account)) return std::unexpected(NoCredentials::not_trusted);
    iam::Session session;
    session.kind = iam::Session::Kind::role;
    session.account = account;
    session.issued = now;
    session.expires = now + lifetime;
    session.id = role->id;
    session.name = role->name;
    session.session_name = instance.instance_id;
    session.instance_arn = instance.instance_arn;
    session.instance_vpc = instance.vpc;
    session.instance_private_ip = instance.private_ip;
    session.role_delivery = instance.role_delivery;
    return mint(directory, std::move(session));
}

}  // namespace sekisho::sts
