// A disk for RocksDB that can be full, fail to sync, and lose power: then every file has what was synced, and no more.
#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

namespace sekisho::store {

class FaultDisk : public rocksdb::FileSystemWrapper {
   public:
    FaultDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
    const char* Name() const override { return "FaultDisk"; }

    std::atomic<bool> full = false;
    std::atomic<const char*> full_for = nullptr;  // full, but only for new files with this in their path
    std::atomic<bool> sync_fails = false;
    std::atomic<bool> power_cut = false;  // from now on nothing reaches the disk
    std::atomic<int> syncs = 0;

    // After a power cut, and after the database was closed: takes away what was not synced.
    void lose_unsynced() {
        std::lock_guard lock(mutex_);
        for (const auto& [path, state] : files_)
            if (std::filesystem::exists(path)) std::filesystem::resize_file(path, state->synced);
    }

    rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* result,
                                      rocksdb::IODebugContext* debug) override {
        if (auto refused = refuse(); !refused.ok()) return refused;
        if (const char* part = full_for; part && path.find(part) != std::string::npos)
            return rocksdb::IOStatus::NoSpace("No space left on device");
        auto status = FileSystemWrapper::NewWritableFile(path, options, result, debug);
        if (status.ok()) *result = std::make_unique<File>(*this, std::move(*result), track(path));
        return status;
    }
    rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
        if (auto refused = refuse(); !refused.ok()) return refused;
        std::lock_guard lock(mutex_);
        if (auto file = files_.extract(from)) {
            files_.erase(to);
            file.key() = to;
            files_.insert(std::move(file));
        }
        return FileSystemWrapper::RenameFile(from, to, options, debug);
    }
    rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
        if (power_cut) return rocksdb::IOStatus::IOError("power cut");
        std::lock_guard lock(mutex_);
        files_.erase(path);
        return FileSystemWrapper::DeleteFile(path, options, debug);
    }

   private:
    struct State {
        std::atomic<std::uint64_t> written = 0, synced = 0;
    };

    class File : public rocksdb::FSWritableFileOwnerWrapper {
       public:
        File(FaultDisk& disk, std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<State> state)
            : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), state_(std::move(state)) {}
        using FSWritableFileOwnerWrapper::Append;
        rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override {
            if (auto refused = disk_.refuse(); !refused.ok()) return refused;
            auto status = FSWritableFileOwnerWrapper::Append(data, options, debug);
            if (status.ok()) state_->written += data.size();
            return status;
        }
        rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                                 const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* debug) override {
            return Append(data, options, debug);
        }
        rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
            return synced([&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
        }
        rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
            return synced([&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
        }

       private:
        template <class S>
        rocksdb::IOStatus synced(S sync) {
            if (disk_.power_cut || disk_.sync_fails) return rocksdb::IOStatus::IOError("the disk failed to sync");
            const std::uint64_t written = state_->written;
            auto status = sync();
            if (status.ok()) state_->synced = written;
            ++disk_.syncs;
            return status;
        }
        FaultDisk& disk_;
        const std::shared_ptr<State> state_;
    };

    rocksdb::IOStatus refuse() const {
        if (power_cut) return rocksdb::IOStatus::IOError("power cut");
        if (full) return rocksdb::IOStatus::NoSpace("No space left on device");
        return rocksdb::IOStatus::OK();
    }
    std::shared_ptr<State> track(const std::string& path) {
        std::lock_guard lock(mutex_);
        return files_[path] = std::make_shared<State>();
    }

    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<State>> files_;
};

}  // namespace sekisho::store
