// Parameters: what IAM and STS accept in each parameter of the query protocol, and AWS's ValidationError for what they do not.
// Source: the shapes of the service models; texts as IAM answers them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "services/iam/model.h"
#include "wire/params.h"

namespace sekisho::iam {

enum class Form {
    text,         // any
    name,         // [\w+=,.@-]+
    path,         // "/" or "/…/"
    path_prefix,  // begins with "/"
    policy_path,  // as path, of letters, digits and .,+@=_-
    document,     // tab, newline, return, U+0020–U+00FF
    word,         // [\w]+
    integer,
    boolean,
    external_id,  // [\w+=,.@:\/-]*
    status,       // Active, Inactive
};

struct Parameter {
    std::string_view name;
    Form form = Form::text;
    std::int64_t min = 0;  // length; of integers: value
    std::int64_t max = 1 << 20;
    bool required = false;
};

// Each of `parameters` that is there must have its form; all that are wrong are told at once.
Result<void> check_parameters(std::span<const Parameter> parameters, const wire::Params& params);

// Tags.member.N.Key and .Value: at most 50, forms as IAM's, no key twice (without regard to case).
Result<std::vector<Tag>> read_tags(const wire::Params& params);

ApiError validation_error(std::string text);  // "1 validation error detected: " + text

bool is_word_character(char c);  // letter, digit, _
bool is_name(std::string_view text);

}  // namespace sekisho::iam
