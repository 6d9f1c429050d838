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

// The values of a key as evaluation sees them, without an entry made for them: none (absent), one, or an entry's.
class KeyValues {
   public:
    KeyValues() = default;
    explicit KeyValues(std::string_view one) : one_(one), size_(1), present_(true) {}
    explicit KeyValues(const ContextEntry& entry)
        : entry_(&entry), size_(entry.values.size()), present_(true), multiple_(entry.multiple) {}

    bool present() const { return present_; }
    bool multiple() const { return multiple_; }
    std::size_t size() const { return size_; }
    std::string_view operator[](std::size_t i) const { return entry_ ? std::string_view(entry_->values[i]) : one_; }

   private:
    const ContextEntry* entry_ = nullptr;
    std::string_view one_;
    std::size_t size_ = 0;
    bool present_ = false;
    bool multiple_ = false;
};

// Where evaluation reads keys from. A source may make a value only when it is asked for; what find() returned stays valid as
// long as the source lives. Names compare without case.
class KeySource {
   public:
    virtual ~KeySource() = default;
    virtual const ContextEntry* find(std::string_view key) const = 0;  // nullptr: absent
    // The same for evaluation, which asks with the name in lower case and lends a string that the value may stand in: valid as
    // long as both live.
    virtual KeyValues look(std::string_view lower_case_key, std::string& room) const {
        (void)room;
        const ContextEntry* entry = find(lower_case_key);
        return entry ? KeyValues(*entry) : KeyValues();
    }
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
