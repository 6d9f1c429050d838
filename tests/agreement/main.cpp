// agreement_test: random questions to the engine and to the model; they must give the same answer.
//   agreement_test [CASES [FIRST_SEED]]      also AGREEMENT_CASES, AGREEMENT_SEED; a run for a release is 1000000 cases
//   agreement_test --question FILE           both answers to one question (as a failure prints it)
// Exit status 1 at the first difference, which is shrunk and printed.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "agreement/engine.h"
#include "agreement/generate.h"
#include "agreement/model.h"
#include "agreement/shrink.h"

namespace {

using namespace agreement;
using Json = nlohmann::json;

std::uint64_t number(int argc, char** argv, int place, const char* variable, std::uint64_t otherwise) {
    if (argc > place) return std::strtoull(argv[place], nullptr, 10);
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

int show(const Json& question) {
    std::string engine = engine_answer(question), model = model_answer(question);
    fmt::print("{}\nengine: {}\nmodel:  {}\n", question.dump(2), engine, model);
    return engine == model ? 0 : 1;
}

// A run in which an answer never came up has tested nothing about it.
bool all_answers(const std::map<std::string, std::uint64_t>& seen) {
    bool all = true;
    Json wanted = {"allowed by root", "allowed by resource", "allowed by identity"};
    for (const char* type : {"identity", "resource", "endpoint", "boundary", "session", "scp", "rcp"})
        for (const char* how : {"not allowed by ", "explicitly denied by "}) wanted.push_back(std::string(how) + type);
    for (const std::string answer : wanted)
        if (!seen.contains(answer)) {
            fmt::print("no question was {}\n", answer);
            all = false;
        }
    return all;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string(argv[1]) == "--question") {
        std::ifstream file(argv[2]);
        return show(Json::parse(file));
    }
    const std::uint64_t cases = number(argc, argv, 1, "AGREEMENT_CASES", 10'000),
                        first = number(argc, argv, 2, "AGREEMENT_SEED", 1);
    std::map<std::string, std::uint64_t> seen;
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        Json question = random_question(seed);
        std::string engine = engine_answer(question), model = model_answer(question);
        if (engine != model) {
            fmt::print("seed {}: engine says \"{}\", model says \"{}\"; smallest:\n", seed, engine, model);
            show(shrink(question, [](const Json& q) { return engine_answer(q) != model_answer(q); }));
            return 1;
        }
        ++seen[model];
    }
    fmt::print("{} cases agree (seeds {} to {})\n", cases, first, first + cases - 1);
    for (const auto& [answer, count] : seen) fmt::print("{:9} {}\n", count, answer);
    return cases < 1000 || all_answers(seen) ? 0 : 1;
}
