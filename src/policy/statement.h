// Whether the parts of a statement apply to a query: the pieces that evaluation and explanation share.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "policy/document_data.h"
#include "policy/evaluate.h"

namespace sekisho::policy {

// Text in lower case, without allocation when it is as short as actions are.
class LowerCase {
   public:
    explicit LowerCase(std::string_view text);
    LowerCase(const LowerCase&) = delete;
    LowerCase& operator=(const LowerCase&) = delete;
    std::string_view text() const { return text_; }

   private:
    std::array<char, 96> short_;
    std::string long_;
    std::string_view text_;
};

// A query with what is computed once for it.
struct Prepared {
    const Query& query;
    LowerCase lower_action;
    Hashed action;  // lower case
    Hashed resource;
    bool boundary = false;  // the caller has a permissions boundary

    explicit Prepared(const Query& q);
};

// The statements of the group with this effect whose action and resource elements apply.
std::uint64_t selected(const StatementGroup& group, Effect effect, const Prepared& prepared);

bool action_applies(const Statement& statement, const Prepared& prepared);
bool resource_applies(const Statement& statement, const Prepared& prepared);
bool conditions_apply(const Statement& statement, const Prepared& prepared);

// How the statement's Principal or NotPrincipal takes the caller in; `direct` for policies that have neither (identity,
// boundary, session). For a Deny anything but none means that it applies.
Naming principal_applies(const Statement& statement, Kind kind, const Prepared& prepared);

}  // namespace sekisho::policy
