// Whether the parts of a statement apply to a query: the pieces that evaluation and explanation share.
#pragma once

#include <string>
#include <string_view>

#include "policy/document_data.h"
#include "policy/evaluate.h"

namespace sekisho::policy {

// A query with what is computed once for it.
struct Prepared {
    const Query& query;
    std::string action;     // lower case
    bool boundary = false;  // the caller has a permissions boundary

    explicit Prepared(const Query& q);
};

bool action_applies(const Statement& statement, const Prepared& prepared);
bool resource_applies(const Statement& statement, const Prepared& prepared);
bool conditions_apply(const Statement& statement, const Prepared& prepared);

// How the statement's Principal or NotPrincipal takes the caller in; `direct` for policies that have neither (identity,
// boundary, session). For a Deny anything but none means that it applies.
Naming principal_applies(const Statement& statement, Kind kind, const Prepared& prepared);

}  // namespace sekisho::policy
