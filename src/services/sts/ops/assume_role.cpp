#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "services/iam/parameters.h"
#include "services/iam/query_reply.h"
#include "services/sts/credentials.h"
#include "services/sts/operations.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::sts {

namespace {

constexpr std::int64_t duration_default_s = 3'600;
constexpr std::int64_t chained_max_s = 3'600;
constexpr std::size_t policy_arns_max = 10;

const iam::Role* find_role(const iam::State& state, const iam::IamArn& arn) {
    const iam::Role* role = arn.kind == "role" ? state.roles.find(to_lower(arn.name)) : nullptr;
    return role && role->name == arn.name && role->path == arn.path ? role : nullptr;
}

bool among(const std::vector<std::string>& keys, std::string_view key) {
    return std::ranges::any_of(keys, [&](const std::string& k) { return equal_ignoring_case(k, key); });
}

// Tags of the session: those that the calling session hands down, and those that are asked for.
Result<void> set_tags(iam::Session& session, const AssumeRole::Input& input, const authn::Caller& caller) {
    for (const std::string& key : caller.transitive_tag_keys)
        if (auto tag = caller.principal_tags.find(key); tag != caller.principal_tags.end()) {
            session.tags[key] = tag->second;
            session.transitive_tag_keys.push_back(key);
        }
    for (const iam::Tag& tag : input.tags) {
        if (among(session.transitive_tag_keys, tag.key))
            return fail(error::ValidationError,
                        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
                        "from the calling session.");
        session.tags[tag.key] = tag.value;
    }
    for (const std::string& key : input.transitive_tag_keys) {
        auto same = [&](const iam::Tag& tag) { return equal_ignoring_case(tag.key, key); };
        auto tag = std::ranges::find_if(input.tags, same);
        if (tag == input.tags.end())
            return fail(error::ValidationError, "The specified transitive tag key must be included in the requested tags.");
        session.transitive_tag_keys.push_back(tag->key);
    }
    return {};
}

Result<void> set_policies(iam::Session& session, const AssumeRole::Input& input, const iam::State& state,
                          const AccountId& account) {
    if (input.policy) {
        auto valid = policy::validate(*input.policy, policy::Kind::session);
        if (!valid) return fail(std::move(valid.error()));
        session.policies.push_back(*input.policy);
    }
    for (const std::string& arn : input.policy_arns) {
        if (!iam::managed_document(state, account, arn))
            return fail(error::ValidationError, fmt::format("The managed policy {} does not exist or is not attachable.", arn));
        session.policy_arns.push_back(arn);
    }
    return {};
}

}  // namespace

Result<AssumeRole::Input> AssumeRole::parse(const services::Call& call) {
    const iam::Parameter parameters[] = {
        {"RoleArn", iam::Form::text, 20, 2048, true},
        {"RoleSessionName", iam::Form::name, 2, 64, true},
        {"DurationSeconds", iam::Form::integer, 900, 43'200},
        {"Policy", iam::Form::document, 1, 2048},
        {"ExternalId", iam::Form::external_id, 2, 1224},
        {"SerialNumber", iam::Form::text, 9, 256},
        {"TokenCode", iam::Form::word, 6, 6},
        {"SourceIdentity", iam::Form::name, 2, 64},
    };
    const wire::Params& params = call.params;
    if (Result<void> checked = iam::check_parameters(parameters, params); !checked) return fail(std::move(checked.error()));
    Result<std::vector<iam::Tag>> tags = iam::read_tags(params);
    if (!tags) return fail(std::move(tags.error()));
    // Nobody has an MFA device here.
    if (params.has("SerialNumber") || params.has("TokenCode"))
        return fail(error::AccessDenied, "MultiFactorAuthentication failed with invalid MFA one time pass code.");
    if (call.caller.kind == authn::Caller::Kind::root)
        return fail(error::AccessDenied, "Roles may not be assumed by root accounts.");
    Input input;
    input.role_arn = params.get("RoleArn");
    std::optional<iam::IamArn> arn = iam::parse_arn(input.role_arn);
    if (!arn) return fail(error::ValidationError, fmt::format("{} is invalid", input.role_arn));
    input.session_name = params.get("RoleSessionName");
    if (auto duration = params.find("DurationSeconds")) input.duration_s = parse_i64(*duration);
    if (auto policy = params.find("Policy")) input.policy = *policy;
    for (const wire::Params& entry : params.structures("PolicyArns.member")) input.policy_arns.push_back(entry.get("arn"));
    if (input.policy_arns.size() > policy_arns_max)
        return fail(iam::validation_error(
            fmt::format("Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to {}",
                        policy_arns_max)));
    if (auto external_id = params.find("ExternalId")) input.external_id = *external_id;
    input.tags = std::move(*tags);
    input.transitive_tag_keys = params.list("TransitiveTagKeys.member");
    input.source_identity = params.get("SourceIdentity");
    return input;
}

// A role that does not exist is denied like one that does not trust the caller: its absence is nobody's business.
std::vector<authz::Ask> AssumeRole::asks(const Input& input, const services::Call& call, Sts& sts) {
    const iam::IamArn arn = *iam::parse_arn(input.role_arn);
    std::shared_ptr<const iam::State> state = sts.directory.read(arn.account);
    const iam::Role* role = state ? find_role(*state, arn) : nullptr;
    authz::Ask ask;
    ask.action = "sts:AssumeRole";
    ask.resource = input.role_arn;
    ask.resource_account = arn.account;
    ask.resource_policy_required = true;
    if (role) ask.resource_policy = role->trust.compiled;
    ask.context.set("sts:RoleSessionName", input.session_name);
    if (input.external_id) ask.context.set("sts:ExternalId", *input.external_id);
    if (!input.source_identity.empty()) ask.context.set("sts:SourceIdentity", input.source_identity);
    if (role)
        for (const iam::Tag& tag : role->tags) {
            ask.context.set("aws:ResourceTag/" + tag.key, tag.value);
            ask.context.set("iam:ResourceTag/" + tag.key, tag.value);
        }
    std::vector<std::string> keys;
    for (const iam::Tag& tag : input.tags) {
        ask.context.set("aws:RequestTag/" + tag.key, tag.value);
        keys.push_back(tag.key);
    }
    if (!keys.empty()) ask.context.set("aws:TagKeys", std::move(keys));
    if (!input.transitive_tag_keys.empty()) ask.context.set("sts:TransitiveTagKeys", input.transitive_tag_keys);
    std::vector<authz::Ask> asks{ask};
    auto also = [&](std::string_view action) {
        asks.push_back(ask);
        asks.back().action = action;
    };
    // Also for tags that the calling session hands down (IAM guide, "Chaining roles with session tags").
    if (!input.tags.empty() || !call.caller.transitive_tag_keys.empty()) also("sts:TagSession");
    if (!input.source_identity.empty() || !call.caller.source_identity.empty()) also("sts:SetSourceIdentity");
    return asks;
}

Task<Result<http::Reply>> AssumeRole::run(authz::Authorized<Input> in, services::Call& call, Sts& sts) {
    const authn::Caller& caller = in.caller();
    const iam::IamArn arn = *iam::parse_arn(in->role_arn);
    std::shared_ptr<const iam::State> state = sts.directory.read(arn.account);
    const iam::Role* role = state ? find_role(*state, arn) : nullptr;
    if (!role) co_return fail(error::AccessDenied);  // deleted since it was asked

    const bool chained = caller.kind == authn::Caller::Kind::assumed_role;
    const std::int64_t duration_s = in->duration_s.value_or(duration_default_s);
    if (chained && duration_s > chained_max_s)
        co_return fail(error::ValidationError,
                       "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
    if (duration_s > role->max_session_s)
        co_return fail(error::ValidationError,
                       "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    if (!caller.source_identity.empty() && !in->source_identity.empty() && in->source_identity != caller.source_identity)
        co_return fail(error::AccessDenied, "The source identity of a session cannot be changed.");

    iam::Session session;
    session.kind = iam::Session::Kind::role;
    session.account = arn.account;
    session.issued = call.time;
    session.expires = call.time + std::chrono::seconds(duration_s);
    session.id = role->id;
    session.name = role->name;
    session.session_name = in->session_name;
    session.source_identity = caller.source_identity.empty() ? in->source_identity : caller.source_identity;
    if (Result<void> tags = set_tags(session, *in, caller); !tags) co_return fail(std::move(tags.error()));
    if (Result<void> policies = set_policies(session, *in, *state, arn.account); !policies)
        co_return fail(std::move(policies.error()));
    const std::size_t packed_percent = (100 * iam::packed_bytes(session) + iam::packed_bytes_max - 1) / iam::packed_bytes_max;
    if (packed_percent > 100)
        co_return fail(error::PackedPolicyTooLarge,
                       fmt::format("Packed policy consumes {}% of allotted space, please use smaller policy.", packed_percent));

    const std::string source_identity = session.source_identity;
    const bool packed = !session.policies.empty() || !session.policy_arns.empty() || !session.tags.empty();
    Credentials credentials = mint(sts.directory, std::move(session));
    co_return iam::query_reply(name, xml_namespace, true, call.id, [&](wire::XmlWriter& out) {
        out.open("AssumedRoleUser").text("AssumedRoleId", role->id + ":" + in->session_name);
        out.text("Arn", "arn:aws:sts::" + arn.account.value + ":assumed-role/" + role->name + "/" + in->session_name).close();
        write_credentials(out, credentials);
        if (packed) out.number("PackedPolicySize", packed_percent);
        if (!source_identity.empty()) out.text("SourceIdentity", source_identity);
    });
}

}  // namespace sekisho::sts
