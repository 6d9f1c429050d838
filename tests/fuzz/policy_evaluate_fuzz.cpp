// Whole evaluations: documents and a request from one input, and what must hold of every decision.
// Input: a byte for the caller, then parts divided by NUL: identity, resource, endpoint, boundary, session policy, action,
// resource, and key=value pairs.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "policy/document_data.h"
#include "policy/explain.h"

using namespace sekisho;
using namespace sekisho::policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::vector<std::string_view> parts = split(text, '\0');
    auto part = [&](std::size_t i) { return i < parts.size() ? parts[i] : std::string_view(); };
    auto policies = [&](std::size_t i, Kind kind) {
        std::vector<NamedPolicy> out;
        if (auto document = build(part(i), kind)) out.push_back({"p", std::make_shared<const Document>(std::move(*document))});
        return out;
    };
    auto identity = policies(0, Kind::identity), resource = policies(1, Kind::resource), endpoint = policies(2, Kind::endpoint),
         boundary = policies(3, Kind::boundary), session = policies(4, Kind::session);
    Context context;
    for (std::size_t i = 7; i < parts.size(); ++i) {
        std::size_t equals = parts[i].find('=');
        if (equals != std::string_view::npos)
            context.set(std::string(parts[i].substr(0, equals)), std::string(parts[i].substr(equals + 1)));
    }
    using K = PrincipalFacts::Kind;
    PrincipalFacts callers[] = {
        {},
        {K::root, "123456789012", "arn:aws:iam::123456789012:root", "", "123456789012", ""},
        {K::user, "123456789012", "arn:aws:iam::123456789012:user/bob", "", "AIDA0123456789ABCDEF", ""},
        {K::role_session, "123456789012", "arn:aws:sts::123456789012:assumed-role/app/s", "arn:aws:iam::123456789012:role/app",
         "AROA0123456789ABCDEF:s", ""},
        {K::user, "444455556666", "arn:aws:iam::444455556666:user/eve", "", "AIDA0123456789EVEEVE", ""},
        {K::service, "", "ec2.amazonaws.com", "", "", ""},
    };
    const PrincipalFacts& caller = callers[data[0] % 6];
    Query query{caller, part(5), part(6), "123456789012", context, {identity, resource, endpoint, boundary, session, {}, {}}};
    query.resource_policy_required = data[0] & 0x40;
    query.restrict_public = data[0] & 0x80;

    Trace trace = explain(query);
    Decision decision = evaluate(query);
    if (decision.allowed != trace.decision.allowed || decision.statement != trace.decision.statement) std::abort();
    bool deny_applies = false, deciding_applies = !decision.statement;
    for (const PolicyTrace& policy : trace.policies)
        for (const StatementTrace& statement : policy.statements) {
            if (statement.applies && statement.statement->effect == Effect::deny) deny_applies = true;
            if (statement.statement == decision.statement) deciding_applies = statement.applies;
        }
    if (deny_applies != decision.explicit_deny || (deny_applies && decision.allowed) || !deciding_applies) std::abort();
    if (what_would_differ(query, trace).empty()) std::abort();

    // A deny of everything, added anywhere, denies.
    static const std::vector<NamedPolicy> wall = {
        {"wall", compile(R"({"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})", Kind::identity)}};
    Query walled = query;
    walled.policies.session = wall;
    if (evaluate(walled).allowed) std::abort();
    return 0;
}
