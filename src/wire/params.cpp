#include "wire/params.h"

#include "base/bytes.h"

namespace sekisho::wire {

namespace {
constexpr std::size_t parameters_max = 5000;
}

std::optional<Params> Params::parse(std::string_view text, bool form) {
    Params params;
    if (text.empty()) return params;
    params.values_.reserve(8);
    for (;;) {
        std::size_t end = text.find('&');
        std::string_view pair = text.substr(0, end);
        if (!pair.empty()) {
            if (params.values_.size() == parameters_max) return std::nullopt;
            std::size_t equals = pair.find('=');
            auto name = percent_decode(pair.substr(0, equals), form);
            auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), form);
            if (!name || !value) return std::nullopt;
            params.values_.emplace_back(std::move(*name), std::move(*value));
        }
        if (end == std::string_view::npos) return params;
        text.remove_prefix(end + 1);
    }
}

std::optional<std::string_view> Params::find(std::string_view name) const {
    for (const auto& [key, value] : values_)
        if (key == name) return value;
    return std::nullopt;
}

std::string Params::get(std::string_view name, std::string_view otherwise) const {
    return std::string(find(name).value_or(otherwise));
}

std::vector<std::string> Params::list(std::string_view name) const {
    std::vector<std::string> values;
    for (;;) {
        auto value = find(std::string(name) + "." + std::to_string(values.size() + 1));
        if (!value) return values;
        values.emplace_back(*value);
    }
}

std::vector<Params> Params::structures(std::string_view name) const {
    std::vector<Params> found;
    for (;;) {
        Params one = below(std::string(name) + "." + std::to_string(found.size() + 1));
        if (one.empty()) return found;
        found.push_back(std::move(one));
    }
}

Params Params::below(std::string_view name) const {
    Params inner;
    for (const auto& [key, value] : values_)
        if (key.size() > name.size() + 1 && key.starts_with(name) && key[name.size()] == '.')
            inner.add(key.substr(name.size() + 1), value);
    return inner;
}

}  // namespace sekisho::wire
