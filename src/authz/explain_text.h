// The text of `sekisho why`, from the JSON that Authorizer::explain() makes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sekisho::authz {

// nullopt: not an explanation. `colour`: with terminal escapes.
std::optional<std::string> explain_text(std::string_view json, bool colour = false);

}  // namespace sekisho::authz
