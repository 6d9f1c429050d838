// Context: the keys of one request that conditions and policy variables see. Absent is different from empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::policy {

// A key has one value or several (tag keys and the like).
struct ContextEntry {
    std::string key;
    std::vector<std::string> values;
    bool multiple = false;  // documented as multivalued
};

// Where evaluation reads keys from. A source may make a value only when it is asked for; what it returned stays valid as long
// as the source lives. Names compare without case.
class KeySource {
   public:
    virtual ~KeySource() = default;
    virtual const ContextEntry* find(std::string_view key) const = 0;  // nullptr: absent
};

class Context final : public KeySource {
   public:
    using Entry = ContextEntry;
    void set(std::string key, std::string value) { entries_.push_back({std::move(key), {std::move(value)}, false}); }
    void set(std::string key, std::vector<std::string> values) {
        entries_.push_back({std::move(key), std::move(values), true});
    }
    const Entry* find(std::string_view key) const override;  // the first of that name
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }
    std::size_t size() const { return entries_.size(); }

   private:
    std::vector<Entry> entries_;
};

}  // namespace sekisho::policy
