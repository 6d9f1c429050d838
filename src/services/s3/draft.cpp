#include "services/s3/draft.h"

#include <algorithm>

namespace sekisho::s3 {

Task<std::optional<std::string>> Draft::get(std::string key) {
    auto written = writes_.find(key);
    if (written != writes_.end()) co_return written->second;
    auto read = conditions_.find(key);
    if (read != conditions_.end()) co_return read->second;
    std::optional<std::string> value = co_await tables_.get(partition_, key);
    bytes_ += key.size() + (value ? value->size() : 0);
    conditions_.emplace(std::move(key), value);
    co_return value;
}

Task<std::optional<store::Row>> Draft::first(std::string prefix) {
    // Of the written rows under the prefix, those that are erased stand in the way of as many in the table.
    std::size_t erased = 0;
    std::optional<store::Row> found;
    for (auto at = writes_.lower_bound(prefix); at != writes_.end() && at->first.starts_with(prefix); ++at) {
        if (!at->second)
            ++erased;
        else if (!found)
            found = store::Row{at->first, *at->second};
    }
    store::Range range = store::Range::prefix(prefix);
    for (;;) {
        range.rows_max = std::min(erased + 1, store::rows_per_read_max);
        std::vector<store::Row> rows = co_await tables_.scan(partition_, range);
        for (store::Row& row : rows) {
            if (writes_.contains(row.key)) continue;
            if (!found || row.key < found->key) found = std::move(row);
            co_return found;
        }
        if (rows.size() < range.rows_max) co_return found;
        range.from = rows.back().key + '\0';
    }
}

void Draft::put(std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    writes_[std::move(key)] = std::move(value);
}

void Draft::erase(std::string key) {
    bytes_ += key.size();
    writes_[std::move(key)] = std::nullopt;
}

store::Commit Draft::commit() {
    store::Commit commit;
    commit.partition = std::move(partition_);
    commit.conditions.reserve(conditions_.size());
    for (auto& [key, value] : conditions_) commit.conditions.push_back({key, std::move(value)});
    commit.writes.reserve(writes_.size());
    for (auto& [key, value] : writes_) commit.writes.push_back({key, std::move(value)});
    return commit;
}

}  // namespace sekisho::s3
