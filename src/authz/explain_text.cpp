#include "authz/explain_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sekisho::authz {
namespace {

using Json = nlohmann::ordered_json;

// Text from clients and policies goes to a terminal: control characters do not.
std::string clean(const std::string& text) {
    std::string out;
    for (char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out;
}

std::string text(const Json& object, const char* name) {
    auto it = object.find(name);
    return it != object.end() && it->is_string() ? clean(it->get<std::string>()) : std::string();
}
bool flag(const Json& object, const char* name) {
    auto it = object.find(name);
    return it != object.end() && it->is_boolean() && it->get<bool>();
}
std::int64_t number(const Json& object, const char* name) {
    auto it = object.find(name);
    return it != object.end() && it->is_number_integer() ? it->get<std::int64_t>() : 0;
}
const Json& part(const Json& object, const char* name) {
    static const Json nothing = Json::object();
    auto it = object.find(name);
    return it != object.end() ? *it : nothing;
}
std::string list(const Json& values) {
    std::string out;
    for (const Json& value : values)
        if (value.is_string()) out += (out.empty() ? "" : ", ") + clean(value.get<std::string>());
    return out;
}

class Printer {
   public:
    explicit Printer(bool colour) : colour_(colour) {}

    std::string print(const Json& json) {
        bool allowed = flag(json, "allowed");
        line(0, "Request   {}  {}  {}:{}", text(json, "requestId"), text(json, "time"), text(json, "service"),
             text(json, "operation"));
        const Json& caller = part(json, "caller");
        std::string who = text(caller, "arn");
        line(0, "Caller    {}", who.empty() ? text(caller, "type") : who);
        if (std::string vpc = text(caller, "instanceVpc"); !vpc.empty())
            line(0, "          with credentials of an instance in {} ({})", vpc, text(caller, "instancePrivateIp"));
        line(0, "Road      {}{}", text(part(json, "road"), "text"),
             flag(part(json, "road"), "secure") ? ", TLS" : ", without TLS");
        if (const Json& error = part(json, "error"); !error.empty())
            line(0, "Answer    {}: failed before any policy was asked: {} ({})", mark(false), text(error, "code"),
                 text(error, "message"));
        for (const Json& question : part(json, "questions")) this->question(question);
        if (part(json, "questions").empty() && allowed) line(0, "Answer    {}: the operation needs no permission", mark(true));
        return std::move(out_);
    }

   private:
    template <class... A>
    void line(int indent, fmt::format_string<A...> f, A&&... a) {
        out_.append(static_cast<std::size_t>(indent), ' ');
        out_ += fmt::format(f, std::forward<A>(a)...);
        out_ += '\n';
    }
    std::string mark(bool good) const {
        std::string word = good ? "allowed" : "denied";
        if (!colour_) return word;
        return (good ? "\x1b[32m" : "\x1b[31m") + word + "\x1b[0m";
    }

    void question(const Json& question) {
        bool allowed = flag(question, "allowed");
        line(0, "");
        line(0, "Asked     {} on {}", text(question, "action"), text(question, "resource"));
        if (std::string owner = text(question, "objectOwner"); !owner.empty())
            line(0, "          an object of account {}: the bucket's policy can only deny", owner);
        const Json& decision = part(question, "decision");
        if (decision.empty()) {
            line(0, "Answer    {}", mark(allowed));
        } else if (flag(decision, "ofAnotherAccount")) {
            line(0, "Answer    {}: {} {} of another account", mark(allowed),
                 allowed                          ? "allowed by the"
                 : flag(decision, "explicitDeny") ? "explicit deny in the"
                                                  : "not allowed by the",
                 text(decision, "type"));
        } else if (decision.contains("statement")) {
            std::string sid = text(decision, "sid");
            line(0, "Answer    {}: {} in {}, statement {}{}, line {}", mark(allowed),
                 allowed                          ? "allowed"
                 : flag(decision, "explicitDeny") ? "explicit deny"
                                                  : "denied",
                 text(decision, "policy"), number(decision, "statement") + 1, sid.empty() ? "" : " (" + sid + ")",
                 number(part(decision, "at"), "line"));
        } else if (decision.contains("grant")) {
            line(0, "Answer    {}: {} in {}", mark(allowed), text(decision, "grant"), text(decision, "acl"));
        } else if (allowed) {
            line(0, "Answer    {}: root's own right", mark(true));
        } else {
            line(0, "Answer    {}: no {} allows it", mark(false), text(decision, "type"));
        }
        if (std::string message = text(question, "message"); !message.empty()) line(0, "Said      {}", message);
        if (std::string differ = text(question, "differ"); !differ.empty()) line(0, "Differ    {}", differ);
        for (const Json& policy : part(question, "policies")) this->policy(policy);
        if (const Json& acl = part(question, "acl"); !acl.empty()) this->acl(acl);
    }

    void acl(const Json& acl) {
        line(0, "");
        if (flag(acl, "ofAnotherAccount")) return line(2, "access control list: of another account");
        std::string needed = text(acl, "permission");
        line(2, "access control list: {} ({})", text(acl, "name"),
             needed.empty() ? "no grant allows this action" : "needed: " + needed);
        for (const Json& grant : part(acl, "grants")) {
            std::string misses = flag(grant, "permission") ? "" : "other permission";
            if (!flag(grant, "grantee")) misses += misses.empty() ? "other grantee" : ", other grantee";
            line(4, "{}: {}{}", text(grant, "text"), flag(grant, "applies") ? "applies" : "does not apply",
                 misses.empty() ? "" : " (" + misses + ")");
        }
    }

    void policy(const Json& policy) {
        line(0, "");
        if (flag(policy, "ofAnotherAccount")) return line(2, "{}: of another account", text(policy, "type"));
        line(2, "{}: {}", text(policy, "type"), text(policy, "name"));
        for (const Json& statement : part(policy, "statements")) this->statement(statement);
    }

    void statement(const Json& statement) {
        std::string sid = text(statement, "sid");
        std::string misses;
        for (const char* name : {"principal", "action", "resource"})
            if (statement.contains(name) && !flag(statement, name))
                misses += (misses.empty() ? "other " : ", other ") + std::string(name);
        line(4, "{} statement {}{}, line {}: {}{}", text(statement, "effect"), number(statement, "index") + 1,
             sid.empty() ? "" : " (" + sid + ")", number(part(statement, "at"), "line"),
             flag(statement, "applies") ? "applies" : "does not apply", misses.empty() ? "" : " (" + misses + ")");
        for (const Json& condition : part(statement, "conditions")) {
            const Json& actual = part(condition, "actual");
            line(6, "{} {} {} [{}]: {}", flag(condition, "met") ? "met    " : "not met", text(condition, "operator"),
                 text(condition, "key"), list(part(condition, "wanted")), actual.is_array() ? "is " + list(actual) : "absent");
        }
    }

    bool colour_;
    std::string out_;
};

}  // namespace

std::optional<std::string> explain_text(std::string_view json, bool colour) {
    Json parsed = Json::parse(json, nullptr, false);
    if (!parsed.is_object() || !parsed.contains("requestId")) return std::nullopt;
    return Printer(colour).print(parsed);
}

}  // namespace sekisho::authz
