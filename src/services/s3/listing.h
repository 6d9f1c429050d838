// Listing: a bucket's keys in UTF-8 byte order, rolled up at a delimiter, from a position on. Shards are merged.
//
// A common prefix is passed by seeking behind it, so a page costs what it returns, not what it rolls up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "services/s3/bucket.h"
#include "services/s3/rows.h"
#include "store/tables/tables.h"

namespace sekisho::s3 {

struct ListingQuery {
    std::string prefix;
    std::string delimiter;  // empty: none
    std::string after;      // keys up to and including this one are left out; a common prefix: with all that it rolls up
    int entries_max = 1000;
};

struct Listing {
    struct Entry {
        std::string key;
        ListingRow row;
        bool latest = true;  // the newest version of its key
    };
    std::vector<Entry> entries;
    std::vector<std::string> common_prefixes;
    bool truncated = false;
    std::string last;  // where to go on: the last key or common prefix returned; meaningful when truncated
};

Task<Listing> list_objects(store::Tables& tables, BucketPtr bucket, ListingQuery query);

// Every version, and every delete marker, newest first within a key. `after_place`: the place (versions.h) in query.after's key
// behind which it begins; empty: behind the key.
Task<Listing> list_versions(store::Tables& tables, BucketPtr bucket, ListingQuery query, std::string after_place);

// The common prefix that `key` rolls up into; empty: it does not.
std::string_view rolled_up(std::string_view key, const ListingQuery& query);
// Whether query.after is a common prefix, and all that it rolls up is left out.
bool is_after_common_prefix(const ListingQuery& query);

// Rows of all shards under a common row prefix, merged in key order: what listings of objects and of uploads stand on.
class MergedRows {
   public:
    // Only rows whose key, behind `row_prefix`, begins with `key_prefix`. `more_prefix`: of other rows, which are keys with NUL
    // and something behind; those of a key take the place of the row that is the key alone. Empty: none.
    MergedRows(store::Tables& tables, BucketPtr bucket, std::string row_prefix, std::string_view key_prefix = {},
               std::string more_prefix = {});
    // The next row at or behind `from` (without the row prefix); reading ahead about `expected` rows. nullptr: the end.
    // The row's key comes without the row prefix; valid until the next call.
    Task<const store::Row*> next(std::string from, std::size_t expected);

   private:
    struct Shard {
        std::string partition;
        std::vector<store::Row> rows;
        std::size_t position = 0;
        bool exhausted = false;  // no rows behind `rows`
    };
    Task<void> fill(Shard& shard, std::string from, std::size_t expected);
    Task<bool> scan(Shard& shard, std::string row_prefix, std::string from, std::size_t rows_max);
    Task<void> add_more(Shard& shard, std::string from, std::size_t rows_max);

    store::Tables& tables_;
    std::string row_prefix_, key_prefix_, more_prefix_;
    std::vector<Shard> shards_;
    bool started_ = false;
};

}  // namespace sekisho::s3
