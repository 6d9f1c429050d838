// The RocksDB engine, for those who must choose its Env (fault tests). Everybody else: rocksdb_tables() in tables.h.
//
// One database, one commit thread. Every queued commit is taken as one group: conditions are checked in order, each
// against the state as the earlier commits of the group left it, all writes go out in one batch with one sync, then
// everybody is resumed. Reads run on the caller's thread.
#pragma once

#include "store/tables/tables.h"

namespace rocksdb {
class Env;
}

namespace sekisho::store {

// `env` must outlive the tables; nullptr: the operating system's.
std::unique_ptr<Tables> rocksdb_tables(const std::string& folder, std::size_t cache_bytes, rocksdb::Env* env);

}  // namespace sekisho::store
