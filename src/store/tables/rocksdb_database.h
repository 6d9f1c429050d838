// The open database, and the way back after the disk has failed it.
//
// After a failed write RocksDB refuses all others; what it can resume from by itself depends on where the error struck (a
// full disk while it changes to a new log is final). So there is one way back for all of them: when the folder can be
// written again, the database is closed and opened anew. Until then reads go on.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <memory>
#include <shared_mutex>
#include <string>

namespace sekisho::store {

class RocksdbDatabase {
   public:
    // Throws Fault.
    RocksdbDatabase(std::string folder, std::size_t cache_bytes, rocksdb::Env* env);

    // The database, held open as long as this lives. Any thread. Throws Fault when it is not open.
    class Reading {
       public:
        rocksdb::DB* operator->() const { return &db_; }

       private:
        friend class RocksdbDatabase;
        Reading(std::shared_lock<std::shared_mutex> lock, rocksdb::DB& db) : lock_(std::move(lock)), db_(db) {}
        std::shared_lock<std::shared_mutex> lock_;
        rocksdb::DB& db_;
    };
    Reading read() const;

    // For the commit thread.
    // Makes sure that the database takes writes, by opening it anew where it does not. Throws Fault when it cannot.
    void ensure_writable();
    // Durable when it returns well. After an error nothing of the batch is visible, but it may be after a new start.
    rocksdb::Status write(rocksdb::WriteBatch& batch);

   private:
    void open();
    void open_for_reading();
    void check_disk() const;

    const std::string folder_;
    // Set by RocksDB's own threads too. Shared with the listener, which may outlive this for a moment.
    const std::shared_ptr<std::atomic<bool>> failed_ = std::make_shared<std::atomic<bool>>(false);
    const rocksdb::Options options_;
    mutable std::shared_mutex mutex_;
    std::unique_ptr<rocksdb::DB> db_;  // changed under mutex_, by the commit thread only
};

}  // namespace sekisho::store
