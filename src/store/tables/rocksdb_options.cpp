#include "store/tables/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

namespace sekisho::store {

rocksdb::Options rocksdb_options(std::size_t cache_bytes, rocksdb::Env* env) {
    rocksdb::Options options;
    if (env) options.env = env;
    options.create_if_missing = true;

    // Durability. A torn record at the end of the log was never acknowledged and is dropped; a damaged one before it may
    // have been, and the database does not open (the default mode would silently stop there).
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.paranoid_checks = true;
    options.max_bgerror_resume_count = 0;

    // Memory: 8 MiB being written, 8 MiB being flushed, the cache with index and filter blocks in it.
    options.write_buffer_size = 8u << 20;
    options.max_write_buffer_number = 2;
    options.target_file_size_base = 16u << 20;
    options.max_bytes_for_level_base = 64u << 20;
    options.level_compaction_dynamic_level_bytes = true;
    options.max_open_files = 256;
    options.table_cache_numshardbits = 2;
    options.max_background_jobs = 2;
    options.compaction_readahead_size = 512u << 10;
    options.bytes_per_sync = 1u << 20;

    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(cache_bytes, 2, false, 0.5);
    table.cache_index_and_filter_blocks = true;
    table.cache_index_and_filter_blocks_with_high_priority = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));  // most puts ask for a row that is absent
    table.block_size = 8u << 10;
    table.format_version = 5;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression = rocksdb::kLZ4Compression;
    // An emptied bucket leaves a run of deletions that a listing would step over one by one.
    options.table_properties_collector_factories.push_back(rocksdb::NewCompactOnDeletionCollectorFactory(1024, 512));

    // Start-up.
    options.avoid_flush_during_recovery = true;
    options.skip_stats_update_on_db_open = true;
    options.skip_checking_sst_file_sizes_on_db_open = true;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.max_file_opening_threads = 1;

    // RocksDB's own log: kept for diagnosis, at most about 2 MiB.
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.max_log_file_size = 1u << 20;
    options.keep_log_file_num = 2;
    return options;
}

}  // namespace sekisho::store
