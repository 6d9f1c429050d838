// Params: the parameters of a query-protocol body or of a URL's query, decoded, in order.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sekisho::wire {

class Params {
   public:
    // "a=1&b=2"; `form`: '+' is a space. At most 5,000 parameters. nullopt: bad percent-encoding.
    static std::optional<Params> parse(std::string_view text, bool form);

    std::optional<std::string_view> find(std::string_view name) const;  // the first of that name
    bool has(std::string_view name) const { return find(name).has_value(); }
    std::string get(std::string_view name, std::string_view otherwise = {}) const;
    void add(std::string name, std::string value) { values_.emplace_back(std::move(name), std::move(value)); }

    // Query-protocol lists: list("SubnetId") reads SubnetId.1, SubnetId.2, …; list("Tags.member") reads Tags.member.1, ….
    // Ends at the first missing number.
    std::vector<std::string> list(std::string_view name) const;
    // Query-protocol structures: structures("Filter") gives one Params per Filter.N, with the prefix cut off.
    std::vector<Params> structures(std::string_view name) const;
    // Everything below "Name." with the prefix cut off; empty when there is nothing.
    Params below(std::string_view name) const;

    bool empty() const { return values_.empty(); }
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }

   private:
    std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace sekisho::wire
