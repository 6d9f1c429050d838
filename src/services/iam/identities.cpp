#include "services/iam/identities.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "policy/limits.h"
#include "services/iam/managed.h"
#include "wire/errors/common.h"
#include "wire/errors/iam.h"

namespace sekisho::iam {

namespace {

constexpr std::size_t tags_max = 50;

template <class Row>
Result<void> change_row(store::Collection<Row>& rows, Who who, std::string_view name,
                        const std::function<Result<void>(Identity&)>& change) {
    const std::string key = to_lower(name);
    const Row* row = rows.find(key);
    if (!row) return fail(no_such(who, name));
    Row copy = *row;
    if (Result<void> changed = change(copy); !changed) return changed;
    rows.put(key, std::move(copy));
    return {};
}

bool is_account_id(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string_view kind_of(Who who) {
    switch (who) {
        case Who::user:
            return "user";
        case Who::role:
            return "role";
        case Who::group:
            return "group";
        default:
            return "";
    }
}

const Identity* find_identity(const State& state, Who who, std::string_view name) {
    const std::string key = to_lower(name);
    switch (who) {
        case Who::user:
            return state.users.find(key);
        case Who::role:
            return state.roles.find(key);
        case Who::group:
            return state.groups.find(key);
        default:
            return nullptr;
    }
}

Result<const Identity*> need_identity(const State& state, Who who, std::string_view name) {
    if (const Identity* found = find_identity(state, who, name)) return found;
    return fail(no_such(who, name));
}

Result<void> change_identity(State& state, Who who, std::string_view name,
                             const std::function<Result<void>(Identity&)>& change) {
    switch (who) {
        case Who::user:
            return change_row(state.users, who, name, change);
        case Who::role:
            return change_row(state.roles, who, name, change);
        case Who::group:
            return change_row(state.groups, who, name, change);
        default:
            return fail(no_such(who, name));
    }
}

Result<std::string> need_subject(const Arguments& arguments) {
    std::string subject = arguments.subject();
    if (subject.empty()) return fail(error::ValidationError, "Must specify userName when calling with non-User credentials");
    return subject;
}

ApiError no_such(Who who, std::string_view name) {
    if (who == Who::profile)
        return fail(error::NoSuchEntity, fmt::format("Instance Profile {} cannot be found.", name)).error();
    return fail(error::NoSuchEntity, fmt::format("The {} with name {} cannot be found.", kind_of(who), name)).error();
}

ApiError no_such_policy(std::string_view arn) {
    return fail(error::NoSuchEntity, fmt::format("Policy {} was not found.", arn)).error();
}

Result<void> check_policy_arn(std::string_view arn) {
    std::optional<IamArn> parsed = parse_arn(arn);
    if (parsed && parsed->kind == "policy" && is_name(parsed->name)) return {};
    return fail(error::InvalidInput, fmt::format("ARN {} is not valid.", arn));
}

Result<const ManagedPolicy*> need_own_policy(const State& state, const Arguments& arguments) {
    const std::string arn = arguments.get("PolicyArn");
    if (Result<void> valid = check_policy_arn(arn); !valid) return fail(std::move(valid.error()));
    if (find_aws_policy(arn)) return fail(error::AccessDenied, "Cannot perform the operation on an AWS managed policy.");
    if (const ManagedPolicy* policy = find_managed(state, arguments.account, arn)) return policy;
    return fail(no_such_policy(arn));
}

bool policy_exists(const State& state, const AccountId& account, std::string_view arn) {
    return find_aws_policy(arn) || find_managed(state, account, arn);
}

Result<void> check_boundary(const State& state, const AccountId& account, std::string_view arn) {
    if (Result<void> valid = check_policy_arn(arn); !valid) return valid;
    if (policy_exists(state, account, arn)) return {};
    return fail(error::NoSuchEntity, fmt::format("Scope ARN: {} does not exist or is not attachable.", arn));
}

std::map<std::string, Usage> policy_usage(const State& state) {
    std::map<std::string, Usage> usage;
    auto count = [&](const auto& rows) {
        for (const auto& [key, row] : rows) {
            for (const std::string& arn : row->attached) ++usage[arn].attachments;
            if (!row->boundary.empty()) ++usage[row->boundary].boundaries;
        }
    };
    count(state.users), count(state.roles), count(state.groups);
    return usage;
}

Result<void> add_tags(std::vector<Tag>& tags, const std::vector<Tag>& more) {
    for (const Tag& tag : more) {
        auto same = std::ranges::find_if(tags, [&](const Tag& t) { return equal_ignoring_case(t.key, tag.key); });
        if (same != tags.end())
            *same = tag;
        else
            tags.push_back(tag);
    }
    if (tags.size() > tags_max) return fail(error::LimitExceeded, "The number of tags has reached the maximum limit.");
    return {};
}

void remove_tags(std::vector<Tag>& tags, const std::vector<std::string>& keys) {
    std::erase_if(tags, [&](const Tag& tag) {
        return std::ranges::any_of(keys, [&](const std::string& key) { return equal_ignoring_case(key, tag.key); });
    });
}

Result<PolicyText> new_policy(std::string json, policy::Kind kind) {
    auto compiled = policy::validate(json, kind);
    if (!compiled) return fail(std::move(compiled.error()));
    return PolicyText{std::move(json), std::move(*compiled)};
}

Result<PolicyText> new_trust(std::string json, const Directory& directory) {
    if (policy::size_in_characters(json) > policy::trust_policy_size_max)
        return fail(error::LimitExceeded,
                    fmt::format("Cannot exceed quota for ACLSizePerRole: {}", policy::trust_policy_size_max));
    Result<PolicyText> trust = new_policy(std::move(json), policy::Kind::trust);
    if (!trust) return trust;
    for (const std::string& principal : policy::principals(*trust->compiled)) {
        // Services and other accounts are taken as they are: which there are is not for this server to know.
        std::optional<IamArn> arn = parse_arn(principal);
        if (is_account_id(principal) || (arn && arn->kind == "root")) continue;
        if (!arn && !principal.starts_with("arn:aws:sts::") && !principal.starts_with("AIDA") && !principal.starts_with("AROA"))
            continue;
        if (!directory.principal_exists(principal))
            return fail(error::MalformedPolicyDocument, fmt::format("Invalid principal in policy: \"AWS\":\"{}\"", principal));
    }
    return trust;
}

}  // namespace sekisho::iam
