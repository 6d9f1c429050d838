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
        case Code::json:
        case Code::duplicate_name:
            // Seen in CreateRole: https://github.com/AWSCookbook/Security/issues/2
            if (kind == Kind::trust) return "This policy contains invalid Json";
            break;
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

std::string s3_text(const Problem& problem) {
    switch (problem.code) {
        case Code::json:
        case Code::not_an_object:
        case Code::duplicate_name:
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

// Organizations has one text for everything.
constexpr std::string_view organizations_text =
    "The provided policy document does not meet the requirements of the specified policy type.";

std::unexpected<ApiError> malformed(Kind kind, std::string message) {
    if (kind == Kind::scp || kind == Kind::rcp)
        return fail(ApiError{"MalformedPolicyDocumentException", 400, std::string(organizations_text), {}});
    std::string code = kind == Kind::resource   ? "MalformedPolicy"
                       : kind == Kind::endpoint ? "InvalidPolicyDocument"
                                                : "MalformedPolicyDocument";
    return fail(ApiError{std::move(code), 400, std::move(message), {}});
}

std::string place_of(const Problem& problem) {
    return fmt::format("{} at line {}, column {}", problem.what, problem.position.line, problem.position.column);
}

std::string text_of(const Problem& problem, Kind kind) {
    if (kind == Kind::resource) return s3_text(problem);
    if (kind == Kind::endpoint) return "The policy document is not valid: " + place_of(problem);
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
        case Kind::scp:
            return std::string(fit_for_scp(document) ? "" : organizations_text);
        case Kind::rcp:
            return std::string(fit_for_rcp(document) ? "" : organizations_text);
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

const PrincipalEntry* invalid_principal(const Document& document) {
    for (const Statement& statement : document.statements)
        for (const PrincipalEntry& entry : statement.principals)
            if (entry.type == PrincipalEntry::Type::invalid) return &entry;
    return nullptr;
}

Result<std::shared_ptr<const Document>> validate(std::string_view json, Kind kind, std::string_view resource) {
    if (kind == Kind::resource && json.size() > bucket_policy_bytes_max)
        return malformed(kind, "Policy exceeds the maximum allowed document size.");
    if (kind == Kind::endpoint && json.size() > endpoint_policy_bytes_max)
        return malformed(kind, "The policy document exceeds the maximum size of 20480 characters");
    // S3's text says it of every policy that begins otherwise, be it with white space.
    if (kind == Kind::resource && !json.starts_with('{'))
        return malformed(kind, "Policies must be valid JSON and the first byte must be '{'");
    const bool of_iam = kind == Kind::identity || kind == Kind::boundary || kind == Kind::trust;
    if (of_iam && json.find_first_of(" \t\r\n") == 0) return malformed(kind, "JSON strings must not have leading spaces");
    std::expected<Document, Problem> document = build(json, kind);
    if (!document) {
        auto refused = malformed(kind, text_of(document.error(), kind));
        // S3's errors have room for more than the text; the others' do not.
        if (kind == Kind::resource) refused.error().details.emplace_back("Detail", place_of(document.error()));
        return refused;
    }
    if (document->statements.empty())
        return malformed(kind, text_of({Problem::Code::empty_statement, "Statement", "no statement", {}}, kind));
    if (std::string wrong = check(*document, kind, resource); !wrong.empty()) {
        auto refused = malformed(kind, std::move(wrong));
        if (const PrincipalEntry* entry = invalid_principal(*document); kind == Kind::resource && entry)
            refused.error().details.emplace_back("Detail", fmt::format("\"AWS\" : \"{}\"", entry->text));
        return refused;
    }
    return std::make_shared<const Document>(std::move(*document));
}

}  // namespace sekisho::policy
