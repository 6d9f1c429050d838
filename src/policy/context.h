// Context: the keys of one request that conditions and policy variables see. Absent is different from empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::policy {

// Keys compare without case; a key has one value or several (tag keys and the like).
class Context {
   public:
    struct Entry {
        std::string key;
        std::vector<std::string> values;
        bool multiple = false;  // documented as multivalued
    };
    void set(std::string key, std::string value) { entries_.push_back({std::move(key), {std::move(value)}, false}); }
    void set(std::string key, std::vector<std::string> values) {
        entries_.push_back({std::move(key), std::move(values), true});
    }
    const Entry* find(std::string_view key) const;
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

   private:
    std::vector<Entry> entries_;
};

}  // namespace sekisho::policy
