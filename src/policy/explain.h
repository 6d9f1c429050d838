// Explain: the second, slow evaluation, which keeps what every statement and every condition saw. Only for `why`, for
// simulators and for tests; the decision itself comes from evaluate().
#pragma once

#include <string>
#include <vector>

#include "policy/document_data.h"
#include "policy/evaluate.h"

namespace sekisho::policy {

struct ConditionTrace {
    const Condition* condition = nullptr;
    bool met = false;
    bool present = false;             // the request has the key
    std::vector<std::string> actual;  // its values
    std::vector<std::string> wanted;  // the policy's values with variables filled in; one without a value stays as written
};

struct StatementTrace {
    const Statement* statement = nullptr;
    bool action = false;
    bool resource = false;
    Naming principal = Naming::none;
    bool conditions_met = false;
    bool applies = false;  // all four
    std::vector<ConditionTrace> conditions;
};

struct PolicyTrace {
    PolicyType type = PolicyType::none;
    const NamedPolicy* policy = nullptr;
    std::vector<StatementTrace> statements;
};

struct GrantTrace {
    const Grant* grant = nullptr;
    bool permission = false;  // what the action needs is granted
    Naming grantee = Naming::none;
    bool applies = false;  // both
};

struct Trace {
    Decision decision;
    std::vector<PolicyTrace> policies;  // every policy that took part, in the order of evaluation
    std::vector<GrantTrace> grants;     // of the ACL, where one took part
};

Trace explain(const Query& query);

// In one sentence (or a few joined by "or"): what would have to differ for the answer to change.
std::string what_would_differ(const Query& query, const Trace& trace);

}  // namespace sekisho::policy
