#include <algorithm>
#include <vector>

#include "policy/document_data.h"

namespace sekisho::policy {

namespace {

// The end of the JSON string that begins at `start` (its opening quote): one past the closing quote.
std::size_t end_of_string(std::string_view json, std::size_t start) {
    std::size_t at = start + 1;
    while (at < json.size() && json[at] != '"') at += json[at] == '\\' ? 2 : 1;
    return std::min(at + 1, json.size());
}

}  // namespace

std::string replace_principal(const Document& document, std::string_view from, std::string_view to) {
    std::vector<std::size_t> places;
    for (const Statement& statement : document.statements)
        for (const PrincipalEntry& entry : statement.principals)
            if (entry.text == from) places.push_back(entry.position.offset);
    std::string json = document.source;
    std::ranges::sort(places, std::greater<>());  // from the end, so that earlier places stay where they are
    for (std::size_t place : places) {
        if (place >= json.size() || json[place] != '"') continue;
        json.replace(place, end_of_string(json, place) - place, '"' + std::string(to) + '"');
    }
    return json;
}

}  // namespace sekisho::policy
