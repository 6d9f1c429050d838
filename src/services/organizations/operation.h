// Operations of Organizations: each is one file in ops/ that makes a Spec: its name, who may call it, its members, which ids it
// is about, and a plain function over the state that gives the reply. One class (operation.cpp) walks the Spec.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "authn/caller.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/result.h"
#include "services/operation.h"
#include "services/organizations/model.h"
#include "services/organizations/organizations.h"
#include "services/organizations/parameters.h"
#include "services/organizations/tree.h"
#include "wire/errors/organizations.h"

namespace sekisho::organizations {

using nlohmann::json;
namespace error = sekisho::error::organizations;

// Who may call it, whatever the policies say.
enum class By {
    management,  // the organisation's management account
    member,      // any account of it
    anyone,      // also accounts that are in none
};

// One call: its members, checked, and the organisation of its caller (empty for By::anyone without one).
struct Here {
    json in;
    AccountId account;
    Organization organization;
    Time now;
    Entropy* entropy = nullptr;
    std::string new_account;  // CreateAccount: the account that was prepared

    std::string text(std::string_view name) const { return in.value(std::string(name), std::string()); }
    bool has(std::string_view name) const { return in.contains(name); }
    const std::string& id() const { return organization.id; }
    std::string token(std::string_view prefix, std::size_t length) const {
        return std::string(prefix) + entropy->text(length, "abcdefghijklmnopqrstuvwxyz0123456789");
    }
};

using Read = Result<json> (*)(const State& state, const Here& here);
using Change = Result<json> (*)(State& state, const Here& here);
// What is done outside this state: before the change (which may still fail), or after it.
using Before = Task<Result<void>> (*)(Organizations* organizations, Here* here);
using After = Task<void> (*)(Organizations* organizations, Here here);

struct Spec {
    std::string_view name;
    By by = By::management;
    std::vector<Field> fields;
    std::vector<std::string_view> about;  // members that hold the ids of what it is about; none: "*"
    Read read = nullptr;                  // either
    Change change = nullptr;              // or
    Before before = nullptr;
    After after = nullptr;
};

std::unique_ptr<services::AnyOperation> operation(Spec spec, Organizations& organizations);

// Members that many operations share.
inline constexpr Field max_results{"MaxResults", Form::integer, false, 1, 20};
inline constexpr Field next_token{"NextToken", Form::text, false, 0, 100'000};
inline constexpr Field tags{"Tags", Form::tags};

// A page of `rows` (in order of their keys), as a member `name` and NextToken.
struct Row {
    std::string key;
    json value;
};
Result<json> page(std::string_view name, std::vector<Row> rows, const Here& here);

// The shapes of the replies.
json organization_json(const State& state, const Organization& organization);
json root_json(const State& state, const Organization& organization, const Root& root);
json unit_json(const State& state, const Organization& organization, const Unit& unit);
json account_json(const State& state, const Organization& organization, const Account& account);
json policy_summary_json(const State& state, const Organization& organization, const Policy& policy);
json policy_json(const State& state, const Organization& organization, const Policy& policy);
json account_request_json(const AccountRequest& request);
inline double timestamp(std::int64_t millis) { return static_cast<double>(millis) / 1000; }

}  // namespace sekisho::organizations
