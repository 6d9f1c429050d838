#include "agreement/generate.h"

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace agreement {
namespace {

using Json = nlohmann::json;
using Strings = std::vector<std::string>;

const std::string account_a = "111111111111", account_b = "222222222222";

const Strings actions = {"s3:GetObject", "s3:PutObject", "s3:ListBucket", "ec2:RunInstances", "sts:AssumeRole"};
const Strings action_patterns = {"s3:*", "s3:Get*", "s3:?etObject", "S3:GETOBJECT",  "s3:*Object",
                                 "*:*",  "ec2:*",   "s3:List*",     "s3:GetObject*", "*"};
const Strings resources = {"arn:aws:s3:::b",
                           "arn:aws:s3:::b/k",
                           "arn:aws:s3:::b/home/bob/1",
                           "arn:aws:s3:::b/red/\u00e9",
                           "arn:aws:s3:::b/\u65e5\u672c/x",
                           "arn:aws:s3:::b/a:b:c",
                           "arn:aws:s3:::b/literal*star",
                           "arn:aws:ec2:us-east-1:111111111111:instance/i-1",
                           "arn:aws:iam::111111111111:role/app",
                           "*"};
const Strings resource_patterns = {"arn:aws:s3:::*",
                                   "arn:aws:s3:::b/*",
                                   "arn:aws:s3:::b*",
                                   "arn:aws:s3:::?/k",
                                   "arn:aws:s3:::b/?",
                                   "arn:aws:s3:::b/?\?/x",
                                   "arn:aws:s3:::b/red/?",
                                   "arn:aws:s3:::b/home/${aws:username}/*",
                                   "arn:aws:s3:::b/home/${AWS:UserName}/1",
                                   "arn:aws:s3:::b/${aws:PrincipalTag/team}/*",
                                   "arn:aws:s3:::b/${aws:PrincipalTag/team, 'home'}/*",
                                   "arn:aws:s3:::b/${aws:TagKeys}*",
                                   "arn:aws:s3:::b/literal${*}star",
                                   "arn:aws:s3:::b/literal${?}star",
                                   "arn:aws:s3:::${s3:prefix}",
                                   "arn:aws:s3:::b/${",
                                   "arn:aws:*:*:*:*",
                                   "arn:aws:s3:*",
                                   "arn:aws:*",
                                   "arn:*",
                                   "arn:*:k",
                                   "arn:aws:s?:::b",
                                   "arn:a*s:s3:::b/k",
                                   "arn:a*:::b",
                                   "arn:*s:ec2:*1",
                                   "arn:aws:ec2:*:1*1:instance/*",
                                   "arn:aws:ec2:us*-1:111111111111:instance/i-1",
                                   "arn:aws:e*1:111111111111:instance/i-1",
                                   "arn:aws:ec2:?us-east-1:*",
                                   "arn:aws:iam::*:role/*",
                                   "*/k",
                                   "*"};

struct KeyKind {
    const char* name;
    enum Type { string, arn, ip, number, date, boolean, binary, many } type;
    Strings values;  // of requests
    Strings wanted;  // of policies, beside the request's own
};
const std::vector<KeyKind> keys = {
    {"aws:SourceVpce", KeyKind::string, {"vpce-1", "vpce-2"}, {"vpce-1", "vpce-2", "vpce-*", "vpce-?", "VPCE-1"}},
    {"aws:SourceVpc", KeyKind::string, {"vpc-1"}, {"vpc-1", "vpc-2", "vpc-*"}},
    {"aws:SourceIp",
     KeyKind::ip,
     {"10.0.0.1", "10.0.0.0", "10.0.0.255", "10.0.1.0", "203.0.113.7", "127.255.255.255", "128.0.0.0", "2001:db8::1",
      "2001:db8::", "2001:db8:0:1::", "not an address"},
     {"10.0.0.0/24", "10.0.0.0/23", "10.0.0.1/32", "10.0.0.0/31", "10.0.0.1", "0.0.0.0/0", "0.0.0.0/1", "203.0.113.7",
      "2001:db8::/64", "2001:db8::/63", "::/0", "2001:DB8::1", "10.0.0.9/24", "172.16.0.0/12", "8.0.0.0/7"}},
    {"aws:username", KeyKind::string, {"bob"}, {"bob", "Bob", "b?b", "*"}},
    {"aws:userid", KeyKind::string, {}, {"AROAAPPAPPAPPAPPAPP1:*", "AIDABOBBOBBOBBOBBOB1", "*:s1"}},
    {"aws:PrincipalArn",
     KeyKind::arn,
     {},
     {"arn:aws:iam::111111111111:user/*", "arn:aws:iam::*:role/app", "arn:aws:iam::111111111111:*", "arn:*:*:*:*:*",
      "arn:aws:iam:*:111111111111:user/bob", "arn:aws:*:user/bob", "arn:aws:iam::111111111111:user/${aws:username}",
      "arn:aws:iam::?11111111111:root"}},
    {"aws:SourceArn",
     KeyKind::arn,
     {"arn:aws:sns:us-east-1:111111111111:t:sub:1", "arn:aws:s3:::b", "not an arn"},
     {"arn:aws:sns:*:*:t:sub:*", "arn:aws:sns:*:t:sub:1", "arn:aws:s3:::b", "arn:aws:s3:*", "arn:aws:s?:::?",
      "ARN:aws:s3:::b"}},
    {"aws:PrincipalTag/team",
     KeyKind::string,
     {"red", "Red", "team", "", "r*d", "\u65e5\u672c", "home"},
     {"red", "RED", "r?d", "r${*}d", "r*", "??", "?", "", "${aws:PrincipalTag/team}", "${aws:username, 'red'}",
      "${aws:TagKeys}", "${aws:TagKeys, 'red'}"}},
    {"aws:PrincipalOrgID", KeyKind::string, {"o-1"}, {"o-1", "o-*", "o-2"}},
    {"s3:prefix",
     KeyKind::string,
     {"", "home/", "home/bob/", "b/k", "\u00e9", "b"},
     {"", "home/", "home/${aws:username}/", "h*", "?", "??", "*/", "${s3:prefix}", "${$}{x}"}},
    {"s3:max-keys",
     KeyKind::number,
     {"10", "9.5", "-1", "1000", "10.0", "ten", ""},
     {"10", "9.5", "9.50", "-1", "999", "1000", "0", "-0.5"}},
    {"aws:CurrentTime",
     KeyKind::date,
     {"2026-11-23T16:12:52Z", "2026-11-23T00:00:00Z", "2024-02-29T23:59:59.999Z", "2026-01-01T00:00:00Z"},
     {"2026-11-23T16:12:52Z", "2026-11-23", "2026-11", "2026", "2026-11-23T17:12:52+01:00", "2026-11-23T11:42:52-04:30",
      "1795450372", "2024-03-01", "2024-02-29", "2026-11-23T16:12Z", "2026-11-23T16:12:52.001Z", "1795450371"}},
    {"aws:EpochTime",
     KeyKind::date,
     {"1795450372", "0", "1767225600"},
     {"2026-11-23T16:12:52Z", "1795450372", "1970-01-01T00:00:00Z", "2026-01-01", "1795450373"}},
    {"aws:SecureTransport", KeyKind::boolean, {"true", "false"}, {"true", "false"}},
    {"aws:MultiFactorAuthPresent", KeyKind::boolean, {"true", "false", "yes"}, {"true", "false"}},
    {"x:Digest", KeyKind::binary, {"BinaryValueInBase64", "a", ""}, {"QmluYXJ5VmFsdWVJbkJhc2U2NA==", "YQ==", "Yg=="}},
    {"aws:TagKeys", KeyKind::many, {"team", "cost", "key1:hr", ""}, {"team", "Team", "cost", "key1*", "t?am", "*"}},
};

class Maker {
   public:
    explicit Maker(std::uint64_t seed) : random_(seed) {}

    Json question() {
        Json q;
        q["caller"] = caller();
        q["action"] = pick(actions);
        q["resource"] = pick(resources);
        q["owner"] = chance(75) ? account_a : account_b;
        if (chance(8)) q["trust"] = true;
        if (chance(15)) q["restrict_public"] = true;
        if (chance(8)) q["owner_root_always"] = true;
        if (!q.contains("trust") && chance(25)) q["acl"] = acl();
        if (!q.contains("trust") && chance(8)) q["foreign"] = true;
        q["keys"] = request_keys(q["caller"]);
        question_ = &q;

        const std::string kind = q["caller"]["kind"];
        const bool entity = kind == "user" || kind == "session";
        Json& policies = q["policies"] = Json::object();
        if (entity && chance(85)) policies["identity"] = documents(1 + below(2), Form::plain);
        if (chance(75)) policies["resource"] = documents(1, Form::resource);
        if (chance(35)) policies["endpoint"] = documents(1, Form::endpoint);
        if (entity && chance(30)) policies["boundary"] = documents(1, Form::plain);
        if (kind == "session" && chance(35)) policies["session"] = documents(1 + below(2), Form::plain);
        if (kind != "anonymous" && kind != "service" && chance(20)) policies["scp"] = levels(Form::plain);
        if (chance(20)) policies["rcp"] = levels(Form::rcp);
        return q;
    }

   private:
    enum class Form { plain, resource, endpoint, rcp };

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    bool chance(unsigned percent) { return below(100) < percent; }
    template <class T>
    const T& pick(const std::vector<T>& from) {
        return from[below(from.size())];
    }

    Json caller() {
        switch (below(9)) {
            case 0:
                return {{"kind", "anonymous"}};
            case 1:
                return {{"kind", "service"}, {"arn", chance(50) ? "ec2.amazonaws.com" : "logging.s3.amazonaws.com"}};
            case 2: {
                std::string account = chance(60) ? account_a : account_b;
                return {{"kind", "root"},
                        {"account", account},
                        {"arn", "arn:aws:iam::" + account + ":root"},
                        {"id", account},
                        {"canonical", "c-" + account}};
            }
            case 3:
            case 4:
            case 5: {
                std::string account = chance(65) ? account_a : account_b;
                return {{"kind", "user"},
                        {"account", account},
                        {"arn", "arn:aws:iam::" + account + ":user/bob"},
                        {"id", "AIDABOBBOBBOBBOBBOB" + account.substr(0, 1)},
                        {"canonical", "c-" + account}};
            }
            default: {
                std::string account = chance(65) ? account_a : account_b;
                std::string path = chance(20) ? "team/" : "";
                return {{"kind", "session"},
                        {"account", account},
                        {"arn", "arn:aws:sts::" + account + ":assumed-role/app/s1"},
                        {"role", "arn:aws:iam::" + account + ":role/" + path + "app"},
                        {"id", "AROAAPPAPPAPPAPPAPP" + account.substr(0, 1) + ":s1"},
                        {"canonical", "c-" + account}};
            }
        }
    }

    Json acl() {
        static const Strings permissions = {"READ", "READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"};
        static const Strings grantees = {"AllUsers", "AuthenticatedUsers", "LogDelivery", account_a, account_b, account_b};
        Json out = {{"grants", Json::array()}};
        if (chance(90)) out["needed"] = pick(Strings{"READ", "READ", "WRITE", "WRITE_ACP"});
        for (std::size_t n = below(4); n > 0; --n)
            out["grants"].push_back({{"to", pick(grantees)}, {"permission", pick(permissions)}});
        return out;
    }

    Json request_keys(const Json& caller) {
        Json out = Json::object();
        for (const KeyKind& key : keys) {
            if (key.type == KeyKind::many) {
                if (chance(40)) continue;
                Json values = Json::array();
                for (std::size_t n = below(4); n > 0; --n) values.push_back(pick(key.values));
                out[key.name] = values;
            } else if (!key.values.empty() && chance(65)) {
                out[key.name] = pick(key.values);
            }
        }
        const std::string kind = caller["kind"];
        if (kind != "user") out.erase("aws:username");
        out.erase("aws:PrincipalArn");
        if (kind == "user" || kind == "root") out["aws:PrincipalArn"] = caller["arn"];
        if (kind == "session") out["aws:PrincipalArn"] = caller["role"];
        if (caller.contains("id")) out["aws:userid"] = caller["id"];
        return out;
    }

    // A text that is one step away from the request's: a wildcard, another case, one character more or less.
    std::string near(std::string text, bool wildcards) {
        if (text.empty() || text.find("\xc3") != std::string::npos || text.find("\xe6") != std::string::npos) return text;
        std::size_t at = below(text.size());
        switch (below(wildcards ? 8 : 5)) {
            case 0:
                return text;
            case 1:
                text[at] = static_cast<char>(std::isupper(static_cast<unsigned char>(text[at])) ? std::tolower(text[at])
                                                                                                : std::toupper(text[at]));
                return text;
            case 2:
                return text.substr(0, text.size() - 1);
            case 3:
                return text + "x";
            case 4:
                return text;
            case 5:
                text[at] = '?';
                return text;
            case 6:
                return text.replace(at, 1 + below(4), "*");
            default:
                return text.substr(0, at) + "*";
        }
    }

    // One string, or an array of some.
    Json list(std::size_t max, auto&& one) {
        std::size_t n = 1 + below(max);
        if (n == 1 && chance(60)) return one();
        Json out = Json::array();
        for (std::size_t i = 0; i < n; ++i) out.push_back(one());
        return out;
    }

    Json principal() {
        const Json& caller = (*question_)["caller"];
        if (chance(25)) return chance(50) ? Json("*") : Json{{"AWS", "*"}};
        Json out = Json::object();
        Json aws = Json::array();
        auto maybe = [&](const char* member, unsigned percent) {
            if (caller.contains(member) && chance(percent)) aws.push_back(caller[member]);
        };
        maybe("arn", 45);
        maybe("role", 45);
        if (caller.contains("id") && chance(15)) {
            std::string id = caller["id"];
            if (id.size() > 12) aws.push_back(id.substr(0, id.find(':')));
        }
        if (chance(45)) {
            std::string account = caller.value("account", account_a);
            aws.push_back(chance(50) ? account : "arn:aws:iam::" + account + ":root");
        }
        if (chance(15)) aws.push_back(account_b);
        if (chance(15)) aws.push_back("arn:aws:iam::" + account_a + ":user/eve");
        if (chance(5)) aws.push_back("*");
        if (caller["kind"] == "service") {
            aws = Json::array();
            if (chance(70))
                out["Service"] = chance(70) ? Json(caller["arn"]) : Json::array({"sns.amazonaws.com", caller["arn"]});
        }
        if (chance(10) && caller.contains("canonical")) out["CanonicalUser"] = caller["canonical"];
        if (chance(3)) out["Federated"] = "graph.facebook.com";
        if (!aws.empty()) out["AWS"] = aws.size() == 1 && chance(60) ? aws[0] : aws;
        if (out.empty()) out["AWS"] = account_b;
        return out;
    }

    std::string operator_for(KeyKind::Type type) {
        static const Strings strings = {
            "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
            "StringLike",   "StringNotLike"};
        static const Strings arns = {"ArnEquals",  "ArnNotEquals",  "ArnLike",     "ArnNotLike",
                                     "StringLike", "StringNotLike", "StringEquals"};
        static const Strings relations = {"Equals",         "NotEquals",   "LessThan",
                                          "LessThanEquals", "GreaterThan", "GreaterThanEquals"};
        std::string op;
        switch (type) {
            case KeyKind::arn:
                op = pick(arns);
                break;
            case KeyKind::ip:
                op = chance(50) ? "IpAddress" : "NotIpAddress";
                break;
            case KeyKind::number:
                op = "Numeric" + pick(relations);
                break;
            case KeyKind::date:
                op = "Date" + pick(relations);
                break;
            case KeyKind::boolean:
                op = "Bool";
                break;
            case KeyKind::binary:
                op = "BinaryEquals";
                break;
            case KeyKind::string:
            case KeyKind::many:
                op = pick(strings);
                break;
        }
        if (chance(20)) op += "IfExists";
        if (type == KeyKind::many || chance(6)) op = (chance(50) ? "ForAllValues:" : "ForAnyValue:") + op;
        return op;
    }

    Json condition() {
        Json out = Json::object();
        for (std::size_t n = 1 + below(2); n > 0; --n) {
            const KeyKind& key = pick(keys);
            std::string name = key.name;
            if (chance(20))
                for (char& c : name) c = static_cast<char>(chance(50) ? std::toupper(c) : std::tolower(c));
            if (chance(12)) {
                bool wanted = chance(50);
                out["Null"][name] = chance(50) ? Json(wanted) : Json(wanted ? "true" : "false");
                continue;
            }
            std::string op = operator_for(key.type);
            const Json& actual = (*question_)["keys"];
            out[op][name] = list(3, [&]() -> Json {
                bool texts = key.type == KeyKind::string || key.type == KeyKind::arn || key.type == KeyKind::many;
                if (texts && actual.contains(key.name) && chance(55)) {
                    const Json& value = actual[key.name];
                    if (value.is_string()) return near(value, true);
                    if (!value.empty()) return near(value[below(value.size())], true);
                }
                const std::string& wanted = pick(key.wanted);
                if (key.type == KeyKind::boolean && chance(50)) return wanted == "true";
                if (key.type == KeyKind::number && wanted.find('.') == std::string::npos && chance(50))
                    return std::stoi(wanted);
                return wanted;
            });
        }
        return out;
    }

    Json statement(Form form, bool deny) {
        Json out;
        out["Effect"] = deny ? "Deny" : "Allow";
        if (form == Form::rcp)
            out["Principal"] = "*";
        else if (form != Form::plain)
            out[deny && form == Form::resource && chance(35) ? "NotPrincipal" : "Principal"] = principal();
        const bool wide = !deny && chance(form == Form::resource ? 30 : 55);
        out[chance(12) ? "NotAction" : "Action"] = wide && chance(70) ? Json("*") : list(3, [&]() -> Json {
            return chance(40) ? near((*question_)["action"], true) : pick(action_patterns);
        });
        if (!(form == Form::resource && question_->contains("trust") && chance(50)))
            out[chance(12) ? "NotResource" : "Resource"] = wide && chance(70) ? Json("*") : list(3, [&]() -> Json {
                return chance(40) ? near((*question_)["resource"], true) : pick(resource_patterns);
            });
        if (chance(wide ? 25 : 60)) out["Condition"] = condition();
        return out;
    }

    Json documents(std::size_t count, Form form) {
        Json out = Json::array();
        for (std::size_t i = 0; i < count; ++i) {
            Json document;
            if (unsigned version = static_cast<unsigned>(below(10)); version < 8)
                document["Version"] = "2012-10-17";
            else if (version == 8)
                document["Version"] = "2008-10-17";
            Json statements = Json::array();
            const bool long_one = chance(1);  // more statements than a machine word has bits
            for (std::size_t n = long_one ? 63 + below(4) : 1 + below(3); n > 0; --n)
                statements.push_back(statement(form, chance(long_one ? 2 : 22)));
            document["Statement"] = statements.size() == 1 && chance(50) ? statements[0] : statements;
            out.push_back(std::move(document));
        }
        return out;
    }

    Json levels(Form form) {
        Json out = Json::array();
        for (std::size_t n = 1 + below(2); n > 0; --n) {
            Json level = documents(chance(70) ? 1 : 2, form);
            if (chance(60)) {  // FullAWSAccess
                Json full = {{"Version", "2012-10-17"},
                             {"Statement", {{"Effect", "Allow"}, {"Action", "*"}, {"Resource", "*"}}}};
                if (form == Form::rcp) full["Statement"]["Principal"] = "*";
                level.push_back(full);
            }
            out.push_back(level);
        }
        return out;
    }

    std::mt19937_64 random_;
    const Json* question_ = nullptr;
};

}  // namespace

Json random_question(std::uint64_t seed) { return Maker(seed).question(); }

}  // namespace agreement
