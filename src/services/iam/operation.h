// Operations of IAM: each is a row of a table (ops/*.cpp): its name, its parameters, what it asks, and a plain function over
// the account's state that writes the reply. One class (operation.cpp) walks the row; what the function gets is Authorized.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/authorized.h"
#include "base/result.h"
#include "services/iam/iam.h"
#include "services/iam/model.h"
#include "services/iam/parameters.h"
#include "services/iam/query_reply.h"
#include "services/operation.h"
#include "wire/params.h"
#include "wire/xml.h"

namespace sekisho::iam {

enum class Who { none, user, role, group, policy, profile };

struct Spec;

// One call's parameters, checked.
struct Arguments {
    const Spec* spec = nullptr;
    wire::Params params;
    std::vector<Tag> tags;  // Tags.member.N
    AccountId account;
    Time now;
    authn::Caller caller;
    const Directory* directory = nullptr;

    std::string get(std::string_view name, std::string_view otherwise = {}) const { return params.get(name, otherwise); }
    bool has(std::string_view name) const { return params.has(name); }
    std::int64_t number(std::string_view name, std::int64_t otherwise) const;
    std::int64_t now_ms() const { return epoch_millis(now); }
    Entropy& entropy() const { return directory->entropy(); }
    // What the operation is about: UserName, RoleName, …; a user's own name where it left UserName out.
    std::string subject() const;
};

using Input = authz::Authorized<Arguments>;
// Writes what stands inside <NameResult>.
using Read = Result<void> (*)(const State& state, const Input& in, wire::XmlWriter& out);
using Change = Result<void> (*)(State& state, const Input& in, wire::XmlWriter& out);
// Adds to the questions; the first is there already: the operation's own action on the subject's ARN.
using Asks = void (*)(std::vector<authz::Ask>& asks, const State& state, const Arguments& arguments);
// Which principal's ARN a successful change did away with; called with the state before.
using Moves = std::optional<PrincipalChange> (*)(const State& before, const State& after, const Arguments& arguments);

struct Spec {
    std::string_view name;
    Who who = Who::none;
    std::vector<Parameter> parameters;
    Read read = nullptr;      // either
    Change change = nullptr;  // or
    bool result = true;       // whether the reply has a <NameResult>
    Asks asks = nullptr;
    Moves moves = nullptr;
};

std::unique_ptr<services::AnyOperation> operation(Spec spec, Iam& iam);

// The parameter that names the subject: "UserName", "RoleName", …; "PolicyArn" of policies.
std::string_view name_parameter(Who who);
std::string subject_arn(const State& state, const Arguments& arguments);

// The tables.
std::vector<Spec> user_operations();
std::vector<Spec> group_operations();
std::vector<Spec> role_operations();
std::vector<Spec> access_key_operations();
std::vector<Spec> inline_policy_operations();
std::vector<Spec> attachment_operations();
std::vector<Spec> boundary_operations();
std::vector<Spec> policy_operations();
std::vector<Spec> policy_version_operations();
std::vector<Spec> profile_operations();
std::vector<Spec> tag_operations();
std::vector<Spec> account_operations();
std::vector<Spec> simulation_operations();
std::vector<Spec> authorization_details_operations();

// Parameters that many operations share.
inline constexpr Parameter new_user{"UserName", Form::name, 1, 64, true};
inline constexpr Parameter some_user{"UserName", Form::name, 1, 128, true};
inline constexpr Parameter maybe_user{"UserName", Form::name, 1, 128, false};
inline constexpr Parameter role_name{"RoleName", Form::name, 1, 64, true};
inline constexpr Parameter group_name{"GroupName", Form::name, 1, 128, true};
inline constexpr Parameter profile_name{"InstanceProfileName", Form::name, 1, 128, true};
inline constexpr Parameter policy_name{"PolicyName", Form::name, 1, 128, true};
inline constexpr Parameter policy_document{"PolicyDocument", Form::document, 1, 131072, true};
inline constexpr Parameter policy_arn{"PolicyArn", Form::text, 20, 2048, true};
inline constexpr Parameter version_id{"VersionId", Form::text, 1, 2048, true};
inline constexpr Parameter path{"Path", Form::path, 1, 512};
inline constexpr Parameter path_prefix{"PathPrefix", Form::path_prefix, 1, 512};
inline constexpr Parameter marker{"Marker", Form::text, 1, 320};
inline constexpr Parameter max_items{"MaxItems", Form::integer, 1, 1000};
inline constexpr Parameter boundary{"PermissionsBoundary", Form::text, 20, 2048};

}  // namespace sekisho::iam
