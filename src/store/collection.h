// Collection<T>: a map from id to shared immutable rows, of which a copy is cheap: copies share everything that none of
// them has changed (rows lie in leaves of at most 64, and a change copies one leaf). A State is a struct of these.
//
// A copy is a value of its own. Copies may be used by different threads; one Collection by one thread at a time, or by
// many that only read. A pointer from find() is good until its row is replaced or erased here (and as long as any copy
// still has the row). put and erase end all iterators.
#pragma once

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/tables/tables.h"

namespace sekisho::store {

template <class T>
class Collection {
   public:
    using Entry = std::pair<const std::string, std::shared_ptr<const T>>;

   private:
    using EntryPointer = std::shared_ptr<const Entry>;
    using Leaf = std::vector<EntryPointer>;  // in order of id, never empty
    using Leaves = std::vector<std::shared_ptr<const Leaf>>;

   public:
    class Iterator {
       public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = const Entry;
        using difference_type = std::ptrdiff_t;
        using pointer = const Entry*;
        using reference = const Entry&;

        Iterator() = default;
        reference operator*() const { return *(**leaf_)[at_]; }
        pointer operator->() const { return &**this; }
        Iterator& operator++() {
            if (++at_ == (*leaf_)->size()) next_leaf();
            return *this;
        }
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

       private:
        friend class Collection;
        explicit Iterator(typename Leaves::const_iterator leaf, std::size_t at = 0) : leaf_(leaf), at_(at) {}
        const EntryPointer& shared() const { return (**leaf_)[at_]; }
        void next_leaf() {
            ++leaf_;
            at_ = 0;
        }
        typename Leaves::const_iterator leaf_{};
        std::size_t at_ = 0;
    };

    explicit Collection(std::string prefix) : prefix_(std::move(prefix)) {}

    const T* find(std::string_view id) const {
        const EntryPointer* entry = entry_of(id);
        return entry ? (*entry)->second.get() : nullptr;
    }
    std::shared_ptr<const T> share(std::string_view id) const {
        const EntryPointer* entry = entry_of(id);
        return entry ? (*entry)->second : nullptr;
    }
    bool contains(std::string_view id) const { return entry_of(id) != nullptr; }

    void put(std::string id, T row) {
        auto entry = std::make_shared<const Entry>(std::move(id), std::make_shared<const T>(std::move(row)));
        if (leaves_.empty()) leaves_.push_back(std::make_shared<const Leaf>());
        auto leaf = leaf_of(entry->first);
        Leaf changed = **leaf;
        auto at = place_in(changed, entry->first);
        if (at != changed.end() && (*at)->first == entry->first) {
            *at = std::move(entry);
        } else {
            changed.insert(at, std::move(entry));
            ++size_;
        }
        if (changed.size() > leaf_rows_max) {
            auto half = changed.begin() + leaf_rows_max / 2;
            leaf = leaves_.insert(leaf, std::make_shared<const Leaf>(changed.begin(), half)) + 1;
            changed.erase(changed.begin(), half);
        }
        *leaf = std::make_shared<const Leaf>(std::move(changed));
    }

    bool erase(std::string_view id) {
        if (!entry_of(id)) return false;
        auto leaf = leaf_of(id);
        Leaf changed = **leaf;
        changed.erase(place_in(changed, id));
        --size_;
        // So that erasing leaves no crowd of tiny leaves, a small one takes in the next.
        if (auto next = leaf + 1; next != leaves_.end() && changed.size() + (*next)->size() <= leaf_rows_max / 2) {
            changed.insert(changed.end(), (*next)->begin(), (*next)->end());
            leaves_.erase(next);
        }
        if (changed.empty())
            leaves_.erase(leaf);
        else
            *leaf = std::make_shared<const Leaf>(std::move(changed));
        return true;
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    Iterator begin() const { return Iterator(leaves_.begin()); }  // Entry: pair<const string, shared_ptr<const T>>, by id
    Iterator end() const { return Iterator(leaves_.end()); }

    const std::string& prefix() const { return prefix_; }

    // For StateStore: takes the rows whose keys start with the prefix, of rows sorted by key.
    void load(const std::vector<Row>& rows) {
        auto before = [](const Row& row, const std::string& key) { return row.key < key; };
        Leaf leaf;
        auto end_leaf = [&] {
            if (!leaf.empty()) leaves_.push_back(std::make_shared<const Leaf>(std::exchange(leaf, {})));
        };
        leaves_.clear();
        size_ = 0;
        for (auto row = std::lower_bound(rows.begin(), rows.end(), prefix_, before);
             row != rows.end() && row->key.starts_with(prefix_); ++row, ++size_) {
            leaf.push_back(std::make_shared<const Entry>(row->key.substr(prefix_.size()), decoded(*row)));
            if (leaf.size() == leaf_rows_max / 2) end_leaf();
        }
        end_leaf();
    }

    // For StateStore: adds to `commit` what turns the rows of `before` into those of this.
    void difference(const Collection& before, Commit& commit) const {
        Iterator old = before.begin(), now = begin();
        while (old != before.end() || now != end()) {
            const bool only_old = now == end() || (old != before.end() && old->first < now->first);
            const bool only_now = !only_old && (old == before.end() || now->first < old->first);
            if (only_old) {
                commit.erase(prefix_ + old->first);
                ++old;
            } else if (only_now) {
                commit.put(prefix_ + now->first, encoded(*now->second));
                ++now;
            } else if (old.at_ == 0 && now.at_ == 0 && *old.leaf_ == *now.leaf_) {
                old.next_leaf();
                now.next_leaf();
            } else {
                if (old.shared() != now.shared()) {
                    std::string value = encoded(*now->second);
                    if (value != encoded(*old->second)) commit.put(prefix_ + now->first, std::move(value));
                }
                ++old;
                ++now;
            }
        }
    }

   private:
    static constexpr std::ptrdiff_t leaf_rows_max = 64;
    static constexpr char format = '\x01';

    static std::string encoded(const T& row) { return format + nlohmann::json(row).dump(); }
    static std::shared_ptr<const T> decoded(const Row& row) {
        try {
            if (row.value.front() != format) throw Fault("unknown format byte");
            return std::make_shared<const T>(nlohmann::json::parse(std::string_view(row.value).substr(1)).template get<T>());
        } catch (const std::exception& error) {
            throw Fault("state: row " + row.key + " cannot be read: " + error.what());
        }
    }

    // The leaf that has the id if any has; there is at least one.
    auto leaf_of(std::string_view id) { return leaves_.begin() + leaf_index(id); }
    std::ptrdiff_t leaf_index(std::string_view id) const {
        auto starts_after = [](std::string_view id, const auto& leaf) { return !leaf->empty() && id < leaf->front()->first; };
        auto after = std::upper_bound(leaves_.begin(), leaves_.end(), id, starts_after);
        return std::max<std::ptrdiff_t>(after - leaves_.begin() - 1, 0);
    }
    template <class L>
    static auto place_in(L& leaf, std::string_view id) {
        return std::lower_bound(leaf.begin(), leaf.end(), id, [](const auto& entry, auto id) { return entry->first < id; });
    }
    const EntryPointer* entry_of(std::string_view id) const {
        if (leaves_.empty()) return nullptr;
        const Leaf& leaf = *leaves_[static_cast<std::size_t>(leaf_index(id))];
        auto at = place_in(leaf, id);
        return at != leaf.end() && (*at)->first == id ? &*at : nullptr;
    }

    std::string prefix_;
    Leaves leaves_;  // in order of id; none is empty (except within put)
    std::size_t size_ = 0;
};

}  // namespace sekisho::store
