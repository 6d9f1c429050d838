// Random questions for the two evaluators (form: model.h). The world is small and policies are made from pieces of the request,
// so that statements apply often and edges (one character off, the next address, another case) come up all the time.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

namespace agreement {

nlohmann::json random_question(std::uint64_t seed);  // the same for the same seed, everywhere

}  // namespace agreement
