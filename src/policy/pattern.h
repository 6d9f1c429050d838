// Pattern: a string of a policy with wildcards (* and ?) and policy variables, compiled for matching.
//
// `?` matches one character (a UTF-8 sequence), `*` any number. A variable that the request does not resolve makes the whole
// pattern match nothing (IAM guide, "Policy variables with no value"). What a variable stands for is taken literally: a `*` in
// a user's tag is no wildcard.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/context.h"

namespace sekisho::policy {

class Pattern {
   public:
    enum class Wildcards : std::uint8_t {
        none,      // StringEquals: * and ? stand for themselves
        anywhere,  // StringLike, actions
        resource,  // as `anywhere`, but within the first five segments of an ARN only a * that ends a segment crosses colons
    };

    Pattern() = default;
    // `text` is UTF-8 (the JSON reader has checked it). `variables`: policy variables and the special ${*} ${?} ${$} are
    // understood (Version 2012-10-17).
    static Pattern compile(std::string_view text, Wildcards wildcards, bool variables);

    bool matches(std::string_view value, const KeySource& keys) const;
    bool matches_ignoring_case(std::string_view value, const KeySource& keys) const;  // only without wildcards

    enum class Shape : std::uint8_t { literal, everything, prefix, general };
    // How the pattern can be looked up without being tried; `general` when it has variables, too.
    Shape shape() const { return variables_.empty() ? shape_ : Shape::general; }
    // The text of a literal, or of a prefix without its `*`.
    std::string_view fixed_text() const {
        return std::string_view(program_).substr(0, program_.size() - (shape_ == Shape::prefix ? 1 : 0));
    }

    bool has_variables() const { return !variables_.empty(); }
    bool has_wildcards() const { return shape_ != Shape::literal; }
    bool matches_everything() const { return shape_ == Shape::everything; }
    // The pattern with its variables filled in, as text (for explanations); nullopt: a variable has no value.
    std::optional<std::string> resolved_text(const KeySource& keys) const;
    // The names of the variables' keys, lower case.
    std::vector<std::string> variable_keys() const;

   private:
    struct Variable {
        std::string key;  // lower case
        std::optional<std::string> otherwise;
    };
    bool resolve(const KeySource& keys, std::string& out) const;
    bool matches_program(std::string_view program, std::string_view value) const;
    void find_shape();

    // Text with marker bytes that UTF-8 never contains for wildcards and variables; see pattern.cpp.
    std::string program_;
    std::vector<Variable> variables_;
    Shape shape_ = Shape::literal;
    bool bounded_ = false;  // holds wildcards that stop at colons
};

}  // namespace sekisho::policy
