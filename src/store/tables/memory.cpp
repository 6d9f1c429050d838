// The memory twin: a map of maps under one lock, with the limits of the real engines.
#include <map>
#include <mutex>

#include "store/tables/limits.h"
#include "store/tables/tables.h"

namespace sekisho::store {

namespace {

class MemoryTables final : public Tables {
   public:
    Task<std::optional<std::string>> get(std::string partition, std::string key) override {
        check_place(partition, key);
        std::lock_guard lock(mutex_);
        auto rows = rows_.find(partition);
        if (rows == rows_.end()) co_return std::nullopt;
        co_return find(rows->second, key);
    }

    Task<std::vector<Row>> scan(std::string partition, Range range) override {
        check_partition(partition);
        std::vector<Row> found;
        std::lock_guard lock(mutex_);
        auto partition_rows = rows_.find(partition);
        if (partition_rows == rows_.end()) co_return found;
        const Partition& rows = partition_rows->second;
        const std::size_t max = std::min(range.rows_max, rows_per_read_max);
        for (auto it = rows.lower_bound(range.from); it != rows.end() && found.size() < max; ++it) {
            if (!range.until.empty() && it->first >= range.until) break;
            found.push_back({it->first, it->second});
        }
        co_return found;
    }

    Task<CommitResult> commit(Commit commit) override {
        check_commit(commit);
        std::lock_guard lock(mutex_);
        Partition& rows = rows_[commit.partition];
        for (const auto& condition : commit.conditions)
            if (find(rows, condition.key) != condition.value) co_return CommitResult::conflict;
        for (auto& write : commit.writes) {
            if (write.value)
                rows[write.key] = std::move(*write.value);
            else
                rows.erase(write.key);
        }
        co_return CommitResult::committed;
    }

   private:
    using Partition = std::map<std::string, std::string>;

    static std::optional<std::string> find(const Partition& rows, const std::string& key) {
        auto it = rows.find(key);
        if (it == rows.end()) return std::nullopt;
        return it->second;
    }

    std::mutex mutex_;
    std::map<std::string, Partition> rows_;
};

}  // namespace

std::unique_ptr<Tables> memory_tables() { return std::make_unique<MemoryTables>(); }

}  // namespace sekisho::store
