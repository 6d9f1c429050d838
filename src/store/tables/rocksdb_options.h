// How the database is opened: small, quick to start, nothing acknowledged that is not on disk.
#pragma once

#include <rocksdb/options.h>

namespace sekisho::store {

rocksdb::Options rocksdb_options(std::size_t cache_bytes, rocksdb::Env* env);

}  // namespace sekisho::store
