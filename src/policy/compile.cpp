// From JSON to a Document.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "base/bytes.h"
#include "policy/document_data.h"

namespace sekisho::policy {
namespace {

using Code = Problem::Code;

class Builder {
   public:
    Builder(Document& out) : out_(out) {}

    bool document(const Json& json) {
        if (!json.is(Json::Type::object)) return refuse(Code::not_an_object, "", "a policy is an object", json.position);
        if (!only(json, {"Version", "Id", "Statement"})) return false;
        if (const Json::Member* version = json.find("Version")) {
            if (!text(*version, out_.version)) return false;
            if (out_.version.text != "2012-10-17" && out_.version.text != "2008-10-17")
                return refuse(Code::bad_version, out_.version.text, "no such version", out_.version.position);
        }
        if (const Json::Member* id = json.find("Id"); id && !text(*id, out_.id)) return false;
        const Json::Member* statements = json.find("Statement");
        if (!statements) return refuse(Code::missing_field, "Statement", "a policy has statements", json.position);
        if (statements->value.is(Json::Type::array)) {
            for (const Json& item : statements->value.items)
                if (!statement(item)) return false;
            return true;
        }
        return statement(statements->value);
    }

    Problem problem;

   private:
    bool refuse(Code code, std::string name, std::string what, Position position) {
        problem = {code, std::move(name), std::move(what), position};
        return false;
    }

    bool only(const Json& object, std::initializer_list<std::string_view> names) {
        for (const Json::Member& member : object.members)
            if (std::find(names.begin(), names.end(), member.name) == names.end())
                return refuse(Code::unknown_field, member.name, "unknown element", member.position);
        return true;
    }

    bool text(const Json::Member& member, Text& out) {
        if (!member.value.is(Json::Type::string))
            return refuse(Code::wrong_type, member.name, "a string was expected", member.value.position);
        out = {member.value.text, member.value.position};
        return true;
    }

    // A string, or an array of strings. Numbers and booleans count as their text where `scalars` says so (grammar notes:
    // "Quotation marks are optional for numeric and Boolean values").
    bool list(const std::string& name, const Json& value, std::vector<Text>& out, bool scalars = false) {
        auto add = [&](const Json& item) {
            bool is_scalar = item.is(Json::Type::number) || item.is(Json::Type::boolean);
            if (!item.is(Json::Type::string) && !(scalars && is_scalar))
                return refuse(Code::wrong_type, name, "a string was expected", item.position);
            out.push_back({item.text, item.position});
            return true;
        };
        if (!value.is(Json::Type::array)) return add(value);
        for (const Json& item : value.items)
            if (!add(item)) return false;
        return true;
    }

    // One of `name` and "Not" + `name`, or neither.
    const Json::Member* either(const Json& json, const std::string& name, bool& negated, bool& both) {
        const Json::Member* plain = json.find(name);
        const Json::Member* inverse = json.find("Not" + name);
        both = plain && inverse;
        negated = inverse;
        return plain ? plain : inverse;
    }

    bool statement(const Json& json) {
        if (!json.is(Json::Type::object))
            return refuse(Code::not_an_object, "Statement", "a statement is an object", json.position);
        if (!only(json, {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
                         "Condition"}))
            return false;
        Statement& out = out_.statements.emplace_back();
        out.index = static_cast<std::uint32_t>(out_.statements.size() - 1);
        out.position = json.position;
        if (const Json::Member* sid = json.find("Sid"); sid && !text(*sid, out.sid)) return false;
        return effect(json, out) && principals(json, out) && actions(json, out) && resources(json, out) &&
               conditions(json, out);
    }

    bool effect(const Json& json, Statement& out) {
        const Json::Member* effect = json.find("Effect");
        if (!effect) return refuse(Code::missing_field, "Effect", "a statement has an Effect", json.position);
        Text written;
        if (!text(*effect, written)) return false;
        if (written.text == "Allow")
            out.effect = Effect::allow;
        else if (written.text == "Deny")
            out.effect = Effect::deny;
        else
            return refuse(Code::bad_effect, written.text, "Allow or Deny", written.position);
        return true;
    }

    bool principals(const Json& json, Statement& out) {
        bool both = false;
        const Json::Member* element = either(json, "Principal", out.not_principal, both);
        if (both) return refuse(Code::both_fields, "Principal", "Principal and NotPrincipal", json.position);
        if (!element) return true;
        out.has_principal = true;
        const Json& value = element->value;
        if (value.is(Json::Type::string)) {
            PrincipalEntry entry = read_principal("AWS", value.text, value.position);
            if (entry.type != PrincipalEntry::Type::everyone) entry.type = PrincipalEntry::Type::invalid;
            out.principals.push_back(std::move(entry));
            return true;
        }
        if (!value.is(Json::Type::object)) return refuse(Code::wrong_type, element->name, "\"*\" or an object", value.position);
        for (const Json::Member& member : value.members) {
            std::vector<Text> names;
            if (!list(member.name, member.value, names)) return false;
            for (Text& name : names) out.principals.push_back(read_principal(member.name, name.text, name.position));
        }
        return true;
    }

    bool actions(const Json& json, Statement& out) {
        bool both = false;
        const Json::Member* element = either(json, "Action", out.not_action, both);
        if (both) return refuse(Code::both_fields, "Action", "Action and NotAction", json.position);
        if (!element) return refuse(Code::missing_field, "Action", "a statement has an Action", json.position);
        std::vector<Text> written;
        if (!list(element->name, element->value, written)) return false;
        if (written.empty()) return refuse(Code::empty_list, "Action", "no action", element->value.position);
        for (Text& action : written) {
            Pattern pattern = Pattern::compile(to_lower(action.text), Pattern::Wildcards::anywhere, false);
            out.actions.push_back({std::move(action), std::move(pattern)});
        }
        return true;
    }

    bool resources(const Json& json, Statement& out) {
        bool both = false;
        const Json::Member* element = either(json, "Resource", out.not_resource, both);
        if (both) return refuse(Code::both_fields, "Resource", "Resource and NotResource", json.position);
        if (!element) {
            if (out_.kind == Kind::trust) return true;
            return refuse(Code::missing_field, "Resource", "a statement has a Resource", json.position);
        }
        out.has_resource = true;
        std::vector<Text> written;
        if (!list(element->name, element->value, written)) return false;
        if (written.empty()) return refuse(Code::empty_list, "Resource", "no resource", element->value.position);
        for (Text& resource : written) {
            Pattern pattern = Pattern::compile(resource.text, Pattern::Wildcards::resource, out_.has_variables());
            out.resources.push_back({std::move(resource), std::move(pattern)});
        }
        return true;
    }

    bool conditions(const Json& json, Statement& out) {
        const Json::Member* element = json.find("Condition");
        if (!element) return true;
        if (!element->value.is(Json::Type::object))
            return refuse(Code::wrong_type, "Condition", "an object was expected", element->value.position);
        for (const Json::Member& block : element->value.members) {
            if (!block.value.is(Json::Type::object))
                return refuse(Code::wrong_type, block.name, "an object was expected", block.value.position);
            for (const Json::Member& key : block.value.members)
                if (!condition(block, key, out)) return false;
            if (block.value.members.empty() && !find(block.name))
                return refuse(Code::bad_operator, block.name, "no such operator", block.position);
        }
        return true;
    }

    struct Found {
        const match::Operator* op;
        Quantifier quantifier;
        bool if_exists;
    };
    static std::optional<Found> find(std::string_view name) {
        Found found{nullptr, Quantifier::none, false};
        constexpr std::string_view all = "ForAllValues:", any = "ForAnyValue:", exists = "IfExists";
        if (name.starts_with(all)) {
            found.quantifier = Quantifier::for_all_values;
            name.remove_prefix(all.size());
        } else if (name.starts_with(any)) {
            found.quantifier = Quantifier::for_any_value;
            name.remove_prefix(any.size());
        }
        if (name.ends_with(exists)) {
            found.if_exists = true;
            name.remove_suffix(exists.size());
        }
        found.op = match::find_operator(name);
        // Null knows neither IfExists nor a set of values.
        if (!found.op || (found.op->family == match::Family::null && (found.if_exists || found.quantifier != Quantifier::none)))
            return std::nullopt;
        return found;
    }

    bool condition(const Json::Member& block, const Json::Member& key, Statement& out) {
        std::optional<Found> found = find(block.name);
        if (!found) return refuse(Code::bad_operator, block.name, "no such operator", block.position);
        Condition& condition = out.conditions.emplace_back();
        condition.operator_written = {block.name, block.position};
        condition.key = {key.name, key.position};
        condition.key_lower = to_lower(key.name);
        condition.op = found->op;
        condition.quantifier = found->quantifier;
        condition.if_exists = found->if_exists;
        std::vector<Text> written;
        if (!list(key.name, key.value, written, true)) return false;
        if (written.empty()) return refuse(Code::empty_list, key.name, "no value", key.value.position);
        for (Text& value : written) {
            match::Value compiled = match::compile_value(*found->op, value.text, out_.has_variables());
            condition.wanted.push_back({std::move(value), std::move(compiled)});
        }
        return true;
    }

    Document& out_;
};

}  // namespace

std::expected<Document, Problem> build(std::string_view json, Kind kind) {
    std::expected<Json, JsonError> tree = parse_json(json);
    if (!tree) {
        Code code = tree.error().duplicate_name ? Code::duplicate_name : Code::json;
        return std::unexpected(Problem{code, "", tree.error().what, tree.error().position});
    }
    Document document;
    document.source = json;
    document.kind = kind;
    Builder builder(document);
    if (!builder.document(*tree)) return std::unexpected(std::move(builder.problem));
    document.allows_public = find_public(document, Holder::other);
    document.groups = group(document.statements);
    return document;
}

std::shared_ptr<const Document> compile(std::string_view json, Kind kind, Holder holder) {
    std::expected<Document, Problem> document = build(json, kind);
    if (!document) {
        const Problem& problem = document.error();
        throw Fault(fmt::format("not a policy document: {} at line {}, column {}", problem.what, problem.position.line,
                                problem.position.column));
    }
    if (holder != Holder::other) document->allows_public = find_public(*document, holder);
    return std::make_shared<const Document>(std::move(*document));
}

const std::string& source(const Document& document) { return document.source; }
bool is_public(const Document& document) { return document.allows_public; }

bool names_principal(const Document& document, std::string_view principal) {
    return std::ranges::any_of(document.statements, [principal](const Statement& statement) {
        return std::ranges::any_of(statement.principals,
                                   [principal](const PrincipalEntry& one) { return one.text == principal; });
    });
}

std::vector<std::string> principals(const Document& document) {
    std::vector<std::string> out;
    for (const Statement& statement : document.statements)
        for (const PrincipalEntry& entry : statement.principals)
            if (entry.text != "*") out.push_back(entry.text);
    return out;
}

}  // namespace sekisho::policy
