// Tables: ordered rows by (partition, key).
//
// A commit is atomic within one partition. Its conditions say of single rows only "has exactly this value" or "is
// absent"; there are no range conditions, and values are never empty (Ceph's omap cannot tell an empty value from an
// absent row, and this interface is meant to fit it: a partition is an omap object, a commit one compare-and-write).
// A commit that was acknowledged is on disk. Reads see every commit that was acknowledged before they began.
//
// Partitions, keys and values are any bytes, none of them empty, within the limits below. Breaking a limit is a mistake of
// the caller's: every engine throws the same Fault for it.
//
// Engines: memory.cpp (the twin for tests; the same limits), rocksdb.cpp. All functions may be called from any thread;
// an awaiting coroutine is resumed on its own loop. A Fault from commit() leaves open whether the commit will be there
// after a restart; it is never half there.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"

namespace sekisho::store {

inline constexpr std::size_t partition_bytes_max = 512;
inline constexpr std::size_t key_bytes_max = 2048;
inline constexpr std::size_t value_bytes_max = 1 << 20;
inline constexpr std::size_t rows_per_read_max = 1024;
inline constexpr std::size_t rows_per_commit_max = 8192;    // of writes, and of conditions
inline constexpr std::size_t commit_bytes_max = 64u << 20;  // keys and values of writes and conditions together

struct Row {
    std::string key;
    std::string value;
};

// Rows in byte order of their keys, from `from` (inclusive) up to `until` (exclusive; empty: to the partition's end).
struct Range {
    std::string from;
    std::string until;
    std::size_t rows_max = rows_per_read_max;

    static Range prefix(std::string_view prefix, std::size_t rows_max = rows_per_read_max);
};
// The smallest key greater than every key that starts with `prefix`; empty when there is none.
std::string after_prefix(std::string_view prefix);

struct Commit {
    struct Condition {
        std::string key;
        std::optional<std::string> value;  // nullopt: the row is absent
    };
    struct Write {
        std::string key;
        std::optional<std::string> value;  // nullopt: delete
    };
    std::string partition;
    std::vector<Condition> conditions;  // of the state before this commit
    std::vector<Write> writes;          // in this order: a later write of the same key wins

    void require(std::string key, std::string value) { conditions.push_back({std::move(key), std::move(value)}); }
    void require_absent(std::string key) { conditions.push_back({std::move(key), std::nullopt}); }
    void put(std::string key, std::string value) { writes.push_back({std::move(key), std::move(value)}); }
    void erase(std::string key) { writes.push_back({std::move(key), std::nullopt}); }
};

enum class CommitResult { committed, conflict };  // conflict: some condition did not hold; nothing was written

class Tables {
   public:
    virtual ~Tables() = default;
    virtual Task<std::optional<std::string>> get(std::string partition, std::string key) = 0;
    // At most min(range.rows_max, rows_per_read_max) rows; fewer only when the range is exhausted.
    virtual Task<std::vector<Row>> scan(std::string partition, Range range) = 0;
    virtual Task<CommitResult> commit(Commit commit) = 0;
};

std::unique_ptr<Tables> memory_tables();
// Opens or makes the database in `folder`. `cache_bytes` bounds the block cache. Throws Fault when it cannot be opened.
std::unique_ptr<Tables> rocksdb_tables(const std::string& folder, std::size_t cache_bytes);

}  // namespace sekisho::store
