// src/policy's answer to a question, in the model's words.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace agreement {

std::string engine_answer(const nlohmann::json& question);

}  // namespace agreement
