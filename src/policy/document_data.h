// What a Document holds: the syntax tree with positions, and in it the compiled matchers. For evaluation, explanations,
// validation and proofs; everybody else uses document.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"
#include "policy/json.h"
#include "policy/match/operator.h"
#include "policy/pattern.h"
#include "policy/pattern_index.h"
#include "policy/principal.h"

namespace sekisho::policy {

struct Text {
    std::string text;
    Position position;
};

struct PatternText {
    Text written;
    Pattern pattern;
};

enum class Effect : std::uint8_t { allow, deny };

enum class Quantifier : std::uint8_t { none, for_all_values, for_any_value };

// One operator with one key: {"StringNotEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}.
struct Condition {
    struct Wanted {
        Text written;
        match::Value value;
    };
    Text operator_written;  // "ForAnyValue:StringLikeIfExists"
    Text key;               // as written
    std::string key_lower;
    const match::Operator* op = nullptr;  // into the table of operators; never null in a built document
    Quantifier quantifier = Quantifier::none;
    bool if_exists = false;
    std::vector<Wanted> wanted;
};

struct Statement {
    std::uint32_t index = 0;  // from 0, in the order written
    Position position;
    Text sid;
    Effect effect = Effect::deny;

    bool has_principal = false;
    bool not_principal = false;
    std::vector<PrincipalEntry> principals;

    bool not_action = false;
    std::vector<PatternText> actions;  // compiled in lower case

    bool has_resource = false;
    bool not_resource = false;
    std::vector<PatternText> resources;

    std::vector<Condition> conditions;
};

// Up to 64 statements as bits of a word, and which of them a request's action and resource select: what evaluation reads.
struct StatementGroup {
    std::size_t first = 0;  // index of the statement that bit 0 stands for
    std::uint64_t allow = 0, deny = 0;
    std::uint64_t not_action = 0, not_resource = 0;  // those that apply to what is not listed
    PatternIndex actions, resources;
};

class Document {
   public:
    std::string source;
    Kind kind = Kind::identity;
    Text version;  // empty: not given, which means 2008-10-17
    Text id;
    std::vector<Statement> statements;
    std::vector<StatementGroup> groups;  // of the statements, made from them once
    bool allows_public = false;          // is_public(), found once

    bool has_variables() const { return version.text == "2012-10-17"; }
};

// Why a text is no document; `what` says it in the words of a developer, validate.cpp in AWS's.
struct Problem {
    enum class Code : std::uint8_t {
        json,             // not JSON
        duplicate_name,   // `name` stands twice in one object
        not_an_object,    // the document, a statement, a condition
        unknown_field,    // `name`
        missing_field,    // `name`
        both_fields,      // Action and NotAction and the like; `name` is the plain one
        wrong_type,       // of `name`
        empty_list,       // of `name`
        empty_statement,  // no statement at all: refused at Put, but a document that allows nothing
        bad_version,      // `name` is what stands there
        bad_effect,       // `name` is what stands there
        bad_operator,     // `name` is what stands there
    };
    Code code;
    std::string name;
    std::string what;
    Position position;
};

std::expected<Document, Problem> build(std::string_view json, Kind kind);

bool find_public(const Document& document, Holder holder);                    // public.cpp
std::vector<StatementGroup> group(const std::vector<Statement>& statements);  // statement.cpp

}  // namespace sekisho::policy
