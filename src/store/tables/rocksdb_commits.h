// The commit thread of the RocksDB engine: groups, conditions, one synced write per group.
#pragma once

#include <rocksdb/write_batch.h>

#include <condition_variable>
#include <mutex>
#include <string_view>
#include <thread>
#include <unordered_map>

#include "store/tables/rocksdb_database.h"
#include "store/tables/tables.h"

namespace sekisho::store {

class RocksdbCommits {
   public:
    explicit RocksdbCommits(RocksdbDatabase& database);  // the database outlives this
    ~RocksdbCommits();                                   // finishes what is queued

    Task<CommitResult> commit(Commit commit);

   private:
    // A row as the database holds it.
    struct StoredRow {
        std::string key;
        std::optional<std::string> value;  // sealed; nullopt: absent
    };
    struct Pending {
        std::vector<StoredRow> conditions;
        std::vector<StoredRow> writes;
        std::size_t bytes = 0;
        CommitResult result = CommitResult::conflict;
        std::exception_ptr error;
        std::function<void()> resume;
    };

    void enqueue(Pending& pending);
    void run();
    std::vector<Pending*> next_group();  // empty: the end
    void serve(const std::vector<Pending*>& group);
    void prepare(Pending& pending);
    bool holds(const StoredRow& condition);

    RocksdbDatabase& database_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Pending*> queue_;
    bool ending_ = false;

    // Of the commit thread only.
    rocksdb::WriteBatch batch_;
    std::unordered_map<std::string_view, const StoredRow*> written_;  // by the group so far
    rocksdb::PinnableSlice current_;

    std::thread thread_;
};

}  // namespace sekisho::store
