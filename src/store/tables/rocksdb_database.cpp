#include "store/tables/rocksdb_database.h"

#include <fcntl.h>
#include <rocksdb/listener.h>
#include <unistd.h>

#include <filesystem>

#include "base/fd.h"
#include "base/log.h"
#include "base/result.h"
#include "store/tables/encoding.h"
#include "store/tables/rocksdb_options.h"

namespace sekisho::store {

namespace {

void check(const rocksdb::Status& status, const std::string& what) {
    if (!status.ok()) throw Fault("tables: " + what + ": " + status.ToString());
}

// A process that was killed leaves a log of which the end is in the page cache only. The new process takes it for committed,
// so it must be on disk before anything is built on it.
void sync_logs(const std::string& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".log") continue;
        Fd log(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
        if (!log || ::fdatasync(log.get()) != 0) throw_errno("tables: cannot sync " + entry.path().string());
    }
}

class FailureListener final : public rocksdb::EventListener {
   public:
    explicit FailureListener(std::shared_ptr<std::atomic<bool>> failed) : failed_(std::move(failed)) {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
        if (error->severity() >= rocksdb::Status::kHardError) failed_->store(true);
        log::error("tables: {}", error->ToString());
    }
    // RocksDB's own attempts would run beside ours.
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override { *automatic = false; }

   private:
    const std::shared_ptr<std::atomic<bool>> failed_;
};

rocksdb::Options options_with(std::size_t cache_bytes, rocksdb::Env* env, std::shared_ptr<std::atomic<bool>> failed) {
    rocksdb::Options options = rocksdb_options(cache_bytes, env);
    options.listeners.push_back(std::make_shared<FailureListener>(std::move(failed)));
    return options;
}

}  // namespace

RocksdbDatabase::RocksdbDatabase(std::string folder, std::size_t cache_bytes, rocksdb::Env* env)
    : folder_(std::move(folder)), options_(options_with(cache_bytes, env, failed_)) {
    open();
}

void RocksdbDatabase::open() {
    const std::string what = "cannot open " + folder_;
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) throw Fault("tables: " + what + ": " + error.message());
    sync_logs(folder_);
    rocksdb::DB* opened = nullptr;
    check(rocksdb::DB::Open(options_, folder_, &opened), what);
    std::unique_ptr<rocksdb::DB> db(opened);

    std::string version;
    rocksdb::Status status = db->Get(rocksdb::ReadOptions(), format_key, &version);
    if (status.IsNotFound()) {
        rocksdb::WriteOptions durable;
        durable.sync = true;
        status = db->Put(durable, format_key, format_version);
        version = format_version;
    }
    check(status, what);
    if (version != format_version)
        throw Fault("tables: " + what + ": it has format " + version + ", this version knows " + std::string(format_version));
    db_ = std::move(db);
}

RocksdbDatabase::Reading RocksdbDatabase::read() const {
    std::shared_lock lock(mutex_);
    if (!db_) throw Fault("tables: closed after a failure of the disk");
    return Reading(std::move(lock), *db_);
}

void RocksdbDatabase::ensure_writable() {
    if (db_ && !*failed_) return;
    check_disk();
    std::unique_lock lock(mutex_);
    db_.reset();
    *failed_ = false;
    try {
        open();
        // What the log held of failed writes counts from now on, and the disk has shown that it may not be on disk.
        check(db_->Flush(rocksdb::FlushOptions()), "not writable");
    } catch (...) {
        *failed_ = true;
        if (!db_) open_for_reading();
        throw;
    }
    log::info("tables: {} is writable again", folder_);
}

// Opening anew keeps readers waiting and may need space for all rows that are in the log, so it is not tried in vain.
void RocksdbDatabase::check_disk() const {
    const std::uint64_t needed = 4 * options_.write_buffer_size;
    std::uint64_t free = needed;
    check(options_.env->GetFreeSpace(folder_, &free), "not writable");
    if (free < needed)
        throw Fault("tables: not writable: No space left on device (less than " + std::to_string(needed) + " bytes)");
    const std::string probe = folder_ + "/probe";
    rocksdb::Status status = rocksdb::WriteStringToFile(options_.env, std::string(1 << 20, 'x'), probe, true);
    (void)options_.env->DeleteFile(probe);
    check(status, "not writable");
}

void RocksdbDatabase::open_for_reading() {
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options_, folder_, &opened);
    db_.reset(opened);
    if (!status.ok()) log::error("tables: cannot open {} even for reading: {}", folder_, status.ToString());
}

rocksdb::Status RocksdbDatabase::write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions durable;
    durable.sync = true;
    rocksdb::Status status = db_->Write(durable, &batch);
    if (!status.ok()) *failed_ = true;
    return status;
}

}  // namespace sekisho::store
