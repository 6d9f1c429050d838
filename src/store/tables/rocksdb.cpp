#include "store/tables/rocksdb.h"

#include <rocksdb/db.h>

#include "base/result.h"
#include "store/tables/encoding.h"
#include "store/tables/limits.h"
#include "store/tables/rocksdb_commits.h"

namespace sekisho::store {

namespace {

void check(const rocksdb::Status& status, std::string_view what) {
    if (!status.ok()) throw Fault("tables: " + std::string(what) + ": " + status.ToString());
}

class RocksdbTables final : public Tables {
   public:
    RocksdbTables(const std::string& folder, std::size_t cache_bytes, rocksdb::Env* env)
        : database_(folder, cache_bytes, env), commits_(database_) {}

    Task<std::optional<std::string>> get(std::string partition, std::string key) override {
        check_place(partition, key);
        co_return read(partition_start(partition) + key);
    }

    Task<std::vector<Row>> scan(std::string partition, Range range) override {
        check_partition(partition);
        co_return read(partition, range);
    }

    Task<CommitResult> commit(Commit commit) override { return commits_.commit(std::move(commit)); }

   private:
    std::optional<std::string> read(const std::string& key) const {
        RocksdbDatabase::Reading db = database_.read();
        std::string found;
        rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db->DefaultColumnFamily(), key, &found);
        if (status.IsNotFound()) return std::nullopt;
        check(status, "read");
        found.resize(open_value(key, found).size());  // the checksum comes last
        return found;
    }

    std::vector<Row> read(const std::string& partition, const Range& range) const {
        std::vector<Row> rows;
        const std::size_t max = std::min(range.rows_max, rows_per_read_max);
        if (max == 0 || (!range.until.empty() && range.until <= range.from)) return rows;
        const std::string start = partition_start(partition);
        const std::string from = start + range.from;
        const std::string until = range.until.empty() ? partition_end(partition) : start + range.until;
        const rocksdb::Slice upper(until);
        rocksdb::ReadOptions options;
        options.iterate_upper_bound = &upper;
        RocksdbDatabase::Reading db = database_.read();
        std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(options));
        for (it->Seek(from); it->Valid() && rows.size() < max; it->Next()) {
            const std::string_view key = it->key().ToStringView();
            rows.push_back({std::string(key.substr(start.size())), std::string(open_value(key, it->value().ToStringView()))});
        }
        check(it->status(), "scan");
        return rows;
    }

    RocksdbDatabase database_;
    RocksdbCommits commits_;
};

}  // namespace

std::unique_ptr<Tables> rocksdb_tables(const std::string& folder, std::size_t cache_bytes, rocksdb::Env* env) {
    return std::make_unique<RocksdbTables>(folder, cache_bytes, env);
}
std::unique_ptr<Tables> rocksdb_tables(const std::string& folder, std::size_t cache_bytes) {
    return rocksdb_tables(folder, cache_bytes, nullptr);
}

}  // namespace sekisho::store
