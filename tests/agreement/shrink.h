// From a question on which the evaluators differ to a smaller one on which they still do.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>

namespace agreement {

nlohmann::json shrink(nlohmann::json question, const std::function<bool(const nlohmann::json&)>& still_differs);

}  // namespace agreement
