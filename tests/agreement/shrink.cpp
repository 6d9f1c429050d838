#include "agreement/shrink.h"

namespace agreement {
namespace {

using Json = nlohmann::json;

// Every place of a value, the outermost first.
void places(const Json& value, const Json::json_pointer& here, std::vector<Json::json_pointer>& out) {
    if (value.is_object())
        for (auto& [name, member] : value.items()) {
            out.push_back(here / name);
            places(member, here / name, out);
        }
    if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i) {
            out.push_back(here / i);
            places(value[i], here / i, out);
        }
}

// Who asks for what stays as it is.
bool asked(const Json::json_pointer& place) {
    const std::string text = place.to_string();
    return text.starts_with("/caller") || text == "/action" || text == "/resource" || text == "/owner" || text == "/policies";
}

Json without(Json all, const Json::json_pointer& place) {
    Json& parent = all[place.parent_pointer()];
    if (parent.is_array())
        parent.erase(std::stoul(place.back()));
    else
        parent.erase(place.back());
    return all;
}

}  // namespace

Json shrink(Json question, const std::function<bool(const Json&)>& still_differs) {
    auto worth = [&](const Json& candidate) {
        try {
            return still_differs(candidate);
        } catch (const std::exception&) {
            return false;  // no question any more: an element that a policy needs is gone
        }
    };
    for (bool smaller = true; smaller;) {
        smaller = false;
        std::vector<Json::json_pointer> all;
        places(question, Json::json_pointer(), all);
        for (const Json::json_pointer& place : all) {
            if (!question.contains(place) || asked(place)) continue;
            std::vector<Json> candidates = {without(question, place)};
            // An Action or Resource that matches everything, and shorter texts.
            if (question[place].is_string()) {
                std::string text = question[place];
                if (text.size() > 1) {
                    candidates.push_back(question);
                    candidates.back()[place] = text.substr(1);
                    candidates.push_back(question);
                    candidates.back()[place] = text.substr(0, text.size() - 1);
                }
                bool pattern = place.back() == "Action" || place.back() == "Resource" || place.back() == "Principal";
                if (pattern && text != "*") {
                    candidates.insert(candidates.begin() + 1, question);
                    candidates[1][place] = "*";
                }
            }
            for (Json& candidate : candidates) {
                if (candidate.dump().size() >= question.dump().size() || !worth(candidate)) continue;
                question = std::move(candidate);
                smaller = true;
                break;
            }
        }
    }
    return question;
}

}  // namespace agreement
