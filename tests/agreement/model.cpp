#include "agreement/model.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agreement/model_match.h"

namespace agreement {
namespace {

using Json = nlohmann::json;

struct Question {
    const Json& all;
    std::string kind, account, arn, role, id, canonical, action, resource, owner;
    const Json& keys;
    bool flag(const char* name) const { return all.value(name, false); }
    bool same_account() const { return kind != "anonymous" && kind != "service" && account == owner; }
};

bool listed(const Json& value, auto&& test) {
    auto all = texts(value);
    return std::any_of(all.begin(), all.end(), test);
}

// --- Principal (IAM guide, "Principal") ---

// The entries under one name of a principal map; "*" alone is {"AWS": "*"}.
Json entries(const Json& principal, const char* name) {
    if (principal.is_string()) return std::string(name) == "AWS" ? Json::array({principal}) : Json::array();
    return principal.contains(name) ? principal.at(name) : Json::array();
}

bool names_everyone(const Json& principal) {
    return listed(entries(principal, "AWS"), [](const std::string& e) { return e == "*"; });
}
// "The account ARN and the shortened account ID behave the same way."
bool names_account(const Json& principal, const Question& q) {
    if (q.kind == "anonymous" || q.kind == "service") return false;
    return listed(entries(principal, "AWS"),
                  [&](const std::string& e) { return e == q.account || e == "arn:aws:iam::" + q.account + ":root"; }) ||
           (!q.canonical.empty() &&
            listed(entries(principal, "CanonicalUser"), [&](const std::string& e) { return e == q.canonical; }));
}
bool names_role(const Json& principal, const Question& q) {
    return q.kind == "session" && listed(entries(principal, "AWS"), [&](const std::string& e) {
               return e == q.role || e == q.id.substr(0, q.id.find(':'));
           });
}
// The user, the session or the service itself.
bool names_itself(const Json& principal, const Question& q) {
    if (q.kind == "service") return listed(entries(principal, "Service"), [&](const std::string& e) { return e == q.arn; });
    if (q.kind == "user")
        return listed(entries(principal, "AWS"), [&](const std::string& e) { return e == q.arn || e == q.id; });
    return q.kind == "session" && listed(entries(principal, "AWS"), [&](const std::string& e) { return e == q.arn; });
}

// Who a resource policy's Allow is for; later ones give more.
enum class Named { nobody, account, role, directly };

Named named(const Json& principal, const Question& q) {
    if (names_everyone(principal) || names_itself(principal, q)) return Named::directly;
    if (names_role(principal, q)) return Named::role;
    if (names_account(principal, q)) return q.kind == "root" ? Named::directly : Named::account;
    return Named::nobody;
}

// NotPrincipal with Deny: "you must also specify the account ARN of the not-denied principal"; "AWS might validate the account
// first, then the role, and then the assumed-role user".
bool excepted(const Json& principal, const Question& q) {
    if (names_everyone(principal)) return true;
    if (q.kind == "anonymous") return false;
    if (q.kind == "service") return names_itself(principal, q);
    if (!names_account(principal, q)) return false;
    if (q.kind == "root") return true;
    return names_itself(principal, q) && (q.kind == "user" || names_role(principal, q));
}

// --- statements ---

bool applies_but_for_principal(const Json& statement, bool variables, const Question& q) {
    auto action = [&](const std::string& pattern) { return action_matches(pattern, q.action); };
    if (statement.contains("Action") ? !listed(statement.at("Action"), action) : listed(statement.at("NotAction"), action))
        return false;
    auto resource = [&](const std::string& pattern) { return resource_matches(pattern, q.resource, variables, q.keys); };
    if (statement.contains("Resource") && !listed(statement.at("Resource"), resource)) return false;
    if (statement.contains("NotResource") && listed(statement.at("NotResource"), resource)) return false;
    return !statement.contains("Condition") || conditions_met(statement.at("Condition"), variables, q.keys);
}

Json statements(const Json& document, const char* effect) {
    Json out = Json::array();
    const Json& all = document.at("Statement");
    for (const Json& statement : all.is_array() ? all : Json::array({all}))
        if (statement.at("Effect") == effect) out.push_back(statement);
    return out;
}

// "variables like ${aws:username} are treated as literal strings" in other versions.
bool has_variables(const Json& document) { return document.value("Version", "") == "2012-10-17"; }

bool denies(const Json& documents, const Question& q) {
    for (const Json& document : documents)
        for (const Json& statement : statements(document, "Deny")) {
            if (!applies_but_for_principal(statement, has_variables(document), q)) continue;
            if (statement.contains("NotPrincipal")) {
                // "NotPrincipal with a Deny effect will always deny any IAM principal that has a permissions boundary policy
                // attached, regardless of the values specified in the NotPrincipal element."
                bool boundary = !q.all.at("policies").value("boundary", Json::array()).empty();
                if (!boundary && excepted(statement.at("NotPrincipal"), q)) continue;
            } else if (statement.contains("Principal") && named(statement.at("Principal"), q) == Named::nobody) {
                continue;
            }
            return true;
        }
    return false;
}

Named allows(const Json& documents, const Question& q) {
    Named best = Named::nobody;
    for (const Json& document : documents)
        for (const Json& statement : statements(document, "Allow")) {
            if (!applies_but_for_principal(statement, has_variables(document), q)) continue;
            best = std::max(best, statement.contains("Principal") ? named(statement.at("Principal"), q) : Named::directly);
        }
    return best;
}

// Gateway endpoints: "if you specify … "AWS":"AWS-account-ID" or "AWS":"arn:aws:iam::AWS-account-ID:root", access is granted to
// the AWS account root user only".
bool endpoint_allows(const Json& documents, const Question& q) {
    Named how = allows(documents, q);
    return how == Named::role || how == Named::directly;
}

// --- S3 guide, "The meaning of public" ---

bool is_fixed(const std::string& value) {
    return !value.empty() && value.find_first_of("*?") == std::string::npos && value.find("${") == std::string::npos;
}

// "very broad IP ranges": "broader than /8 for IPv4 and /32 for IPv6 (excluding RFC1918 private ranges)".
bool is_broad(const std::string& block) {
    std::size_t slash = block.find('/');
    if (slash == std::string::npos) return false;
    int length = std::stoi(block.substr(slash + 1));
    return block.find(':') == std::string::npos ? length < 8 : length < 32;
}

bool grants_to_fixed_values(const Json& statement) {
    const Json& principal = statement.at("Principal");
    if (!names_everyone(principal) && !principal.contains("Federated")) return true;
    const std::vector<std::string> keys = {
        "aws:sourcearn", "aws:sourcevpc",    "aws:sourcevpce",       "aws:sourceowner",    "aws:sourceaccount",
        "aws:userid",    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "s3:dataaccesspointarn"};
    const std::vector<std::string> operators = {"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"};
    const Json condition = statement.value("Condition", Json::object());
    for (auto& [op, block] : condition.items())
        for (auto& [key, value] : block.items()) {
            std::string plain = op.starts_with("ForAnyValue:") ? op.substr(12) : op, name = lower(key);
            auto all = texts(value);
            if (std::find(operators.begin(), operators.end(), plain) != operators.end() &&
                std::find(keys.begin(), keys.end(), name) != keys.end() && std::all_of(all.begin(), all.end(), is_fixed))
                return true;
            if (plain == "IpAddress" && name == "aws:sourceip" && std::none_of(all.begin(), all.end(), is_broad)) return true;
        }
    return false;
}

bool is_public(const Json& document) {
    Json allow = statements(document, "Allow");
    return !std::all_of(allow.begin(), allow.end(), grants_to_fixed_values);
}

// --- S3 guide, "Access control list (ACL) overview" ---

// Whom an ACL lets in: the account leaves it to its own policies, a group takes in everybody that it is about.
Named granted(const Question& q) {
    Named best = Named::nobody;
    const Json acl = q.all.value("acl", Json::object());
    for (const Json& grant : acl.value("grants", Json::array())) {
        // "FULL_CONTROL: Allows grantee the READ, WRITE, READ_ACP, and WRITE_ACP permissions".
        const std::string permission = grant.at("permission"), to = grant.at("to"), needed = acl.value("needed", "");
        if (needed.empty() || (permission != needed && permission != "FULL_CONTROL")) continue;
        // "All Users group: … the requests can be signed (authenticated) or unsigned (anonymous)".
        if (to == "AllUsers") best = Named::directly;
        if (q.kind == "anonymous" || q.kind == "service") continue;
        // "Authenticated Users group: this group represents all AWS accounts".
        if (to == "AuthenticatedUsers") best = Named::directly;
        if (to == q.account) best = std::max(best, q.kind == "root" ? Named::directly : Named::account);
    }
    return best;
}

// --- IAM guide, "How AWS enforcement code logic evaluates requests" and "Cross-account policy evaluation logic" ---

std::string decide(const Question& q) {
    const Json& policies = q.all.at("policies");
    auto of = [&](const char* type) { return policies.value(type, Json::array()); };
    const bool same = q.same_account();
    // S3: "the bucket owner's root" passes identity and resource policies in the operations on the bucket policy itself.
    const bool owner_root = q.flag("owner_root_always") && same && q.kind == "root";

    // "Deny evaluation": in the order in which the guide lists the types; the endpoint's policy stands with the organisation's.
    for (const char* type : {"scp", "rcp"})
        for (const Json& level : of(type))
            if (denies(level, q)) return std::string("explicitly denied by ") + type;
    for (const char* type : {"endpoint", "resource", "identity", "boundary", "session"}) {
        if (owner_root && std::string(type) != "endpoint") continue;
        if (denies(of(type), q)) return std::string("explicitly denied by ") + type;
    }

    // Ceilings. "each level must allow": an Allow at every level from the root through each OU to the account.
    for (const char* type : {"rcp", "scp"})
        for (const Json& level : of(type))
            if (allows(level, q) == Named::nobody) return std::string("not allowed by ") + type;
    if (!of("endpoint").empty() && !endpoint_allows(of("endpoint"), q)) return "not allowed by endpoint";

    // "with the exception of the AWS account root user, which has full access"; "IAM role trust policies … must explicitly
    // allow".
    if (owner_root || (q.kind == "root" && same && !q.flag("trust"))) return "allowed by root";

    Json resource_policies = of("resource");
    // RestrictPublicBuckets: "restricts access to … a bucket with a public policy to only AWS service principals and authorized
    // users within the bucket owner's account".
    if (q.flag("restrict_public") && !same && q.kind != "service")
        if (std::any_of(resource_policies.begin(), resource_policies.end(), is_public)) resource_policies = Json::array();
    // "If the object is owned by an external account, then access to the object can be granted only through object access
    // control lists (ACLs). The bucket policy and IAM user policy can still be used to deny object requests."
    const Named by_resource = q.flag("foreign") ? Named::nobody : allows(resource_policies, q);
    // An ACL is one more grant of the resource's owner, where the resource's policy gives none.
    const Named by_acl = granted(q);

    if (q.kind == "anonymous" || q.kind == "service") {
        if (by_resource == Named::directly) return "allowed by resource";
        return by_acl == Named::directly ? "allowed by acl" : "not allowed by resource";
    }
    if (q.kind == "root") {
        if (by_resource != Named::nobody) return "allowed by resource";
        return by_acl == Named::nobody ? "not allowed by resource" : "allowed by acl";
    }
    if ((!same || q.flag("trust")) && by_resource == Named::nobody && by_acl == Named::nobody) return "not allowed by resource";

    // "Resource-based policies and implicit denies in other policy types (same account)"; "if the parent account owns the
    // resource, it can grant resource permissions to its IAM principal by using either the user policy or the resource policy",
    // of which the ACL is one.
    if (same && by_resource == Named::directly) return "allowed by resource";
    if (same && by_acl == Named::directly) return "allowed by acl";
    const bool to_role = same && by_resource == Named::role;
    if (!to_role && allows(of("identity"), q) == Named::nobody) return "not allowed by identity";
    for (const char* type : {"boundary", "session"})
        if (!of(type).empty() && allows(of(type), q) == Named::nobody) return std::string("not allowed by ") + type;
    // Across accounts both must grant; the one that opens the resource is named.
    if (!same && by_resource == Named::nobody) return "allowed by acl";
    return to_role ? "allowed by resource" : "allowed by identity";
}

}  // namespace

std::string model_answer(const Json& question) {
    const Json& caller = question.at("caller");
    static const Json none = Json::object();
    auto text = [](const Json& from, const char* name) { return from.value(name, std::string()); };
    return decide({question, text(caller, "kind"), text(caller, "account"), text(caller, "arn"), text(caller, "role"),
                   text(caller, "id"), text(caller, "canonical"), text(question, "action"), text(question, "resource"),
                   text(question, "owner"), question.contains("keys") ? question.at("keys") : none});
}

}  // namespace agreement
