// validate(): what AWS refuses when a policy is put, with its code and text.
#include "policy/validate.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "policy/limits.h"

namespace sekisho::policy {
namespace {

using Code = Problem::Code;

// IAM says little: nearly everything is a syntax error.
std::string iam_text(const Problem& problem, Kind kind) {
    switch (problem.code) {
        case Code::bad_version:
            return "The policy must contain a valid version string";
        case Code::missing_field:
            if (problem.name == "Action") return "Policy statement must contain actions.";
            if (problem.name == "Resource") return "Policy statement must contain resources.";
            if (kind == Kind::trust) return "Missing required field " + problem.name;
            break;
        case Code::empty_list:
            if (problem.name == "Action") return "Policy statement must contain actions.";
            if (problem.name == "Resource") return "Policy statement must contain resources.";
            break;
        default:
            break;
    }
    return "Syntax errors in policy.";
}

std::string s3_text(const Problem& problem, std::string_view json) {
    switch (problem.code) {
        case Code::json:
        case Code::not_an_object:
        case Code::duplicate_name:
            if (problem.code != Code::not_an_object && !json.starts_with('{'))
                return "Policies must be valid JSON and the first byte must be '{'";
            return problem.code == Code::not_an_object ? "Invalid policy syntax." : "This policy contains invalid Json";
        case Code::unknown_field:
            return "Unknown field " + problem.name;
        case Code::missing_field:
        case Code::empty_list:
            return "Missing required field " + problem.name;
        case Code::empty_statement:
            return "Could not parse the policy: Statement is empty!";
        case Code::both_fields:
        case Code::wrong_type:
            return "Invalid policy syntax.";
        case Code::bad_version:
            return "The policy must contain a valid version string";
        case Code::bad_effect:
            return "Invalid effect: " + problem.name;
        case Code::bad_operator:
            return "Invalid Condition type : " + problem.name;
    }
    return "Invalid policy syntax.";
}

std::unexpected<ApiError> malformed(Kind kind, std::string message) {
    std::string code = kind == Kind::resource   ? "MalformedPolicy"
                       : kind == Kind::endpoint ? "InvalidPolicyDocument"
                                                : "MalformedPolicyDocument";
    return fail(ApiError{std::move(code), 400, std::move(message), {}});
}

std::string text_of(const Problem& problem, Kind kind, std::string_view json) {
    if (kind == Kind::resource) return s3_text(problem, json);
    if (kind == Kind::endpoint)
        return fmt::format("The policy document is not valid: {} at line {}, column {}", problem.what, problem.position.line,
                           problem.position.column);
    return iam_text(problem, kind);
}

std::string check(const Document& document, Kind kind, std::string_view resource) {
    switch (kind) {
        case Kind::resource:
            return check_bucket(document, resource);
        case Kind::trust:
            return check_trust(document);
        case Kind::endpoint:
            return check_endpoint(document);
        case Kind::identity:
        case Kind::session:
        case Kind::boundary:
            return check_identity(document);
    }
    return {};
}

}  // namespace

std::size_t size_in_characters(std::string_view json) {
    return static_cast<std::size_t>(std::ranges::count_if(json, [](char c) {
        bool white = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        bool continuation = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
        return !white && !continuation;
    }));
}

bool unique_sids(const Document& document) {
    std::set<std::string_view> seen;
    return std::ranges::all_of(document.statements,
                               [&](const Statement& s) { return s.sid.text.empty() || seen.insert(s.sid.text).second; });
}

const Condition* invalid_condition(const Document& document) {
    for (const Statement& statement : document.statements)
        for (const Condition& condition : statement.conditions)
            for (const Condition::Wanted& wanted : condition.wanted)
                if (std::holds_alternative<std::monostate>(wanted.value)) return &condition;
    return nullptr;
}

Result<std::shared_ptr<const Document>> validate(std::string_view json, Kind kind, std::string_view resource) {
    if (kind == Kind::resource && json.size() > bucket_policy_bytes_max)
        return malformed(kind, "Policy exceeds the maximum allowed document size.");
    if (kind == Kind::endpoint && json.size() > endpoint_policy_bytes_max)
        return malformed(kind, "The policy document exceeds the maximum size of 20480 characters");
    std::expected<Document, Problem> document = build(json, kind);
    if (!document) return malformed(kind, text_of(document.error(), kind, json));
    if (document->statements.empty())
        return malformed(kind, text_of({Problem::Code::empty_statement, "Statement", "no statement", {}}, kind, json));
    if (std::string wrong = check(*document, kind, resource); !wrong.empty()) return malformed(kind, std::move(wrong));
    return std::make_shared<const Document>(std::move(*document));
}

}  // namespace sekisho::policy
