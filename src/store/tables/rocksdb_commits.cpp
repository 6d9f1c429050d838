#include "store/tables/rocksdb_commits.h"

#include <pthread.h>

#include "base/check.h"
#include "base/loop.h"
#include "base/result.h"
#include "store/tables/encoding.h"
#include "store/tables/limits.h"

namespace sekisho::store {

namespace {
// Bounds one batch in memory and the wait of its first commit; a larger single commit is a group of its own.
constexpr std::size_t group_bytes_max = 4u << 20;
}  // namespace

RocksdbCommits::RocksdbCommits(RocksdbDatabase& database) : database_(database), thread_([this] { run(); }) {
    pthread_setname_np(thread_.native_handle(), "tables-commit");
}

RocksdbCommits::~RocksdbCommits() {
    {
        std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_one();
    }
    thread_.join();
}

Task<CommitResult> RocksdbCommits::commit(Commit commit) {
    check_commit(commit);
    const std::string start = partition_start(commit.partition);
    Pending pending;
    auto stored = [&](std::string& key, std::optional<std::string>& value) {
        StoredRow row{start + key, std::move(value)};
        if (row.value) seal_value(row.key, *row.value);
        pending.bytes += row.key.size() + (row.value ? row.value->size() : 0);
        return row;
    };
    pending.conditions.reserve(commit.conditions.size());
    for (auto& condition : commit.conditions) pending.conditions.push_back(stored(condition.key, condition.value));
    pending.writes.reserve(commit.writes.size());
    for (auto& write : commit.writes) pending.writes.push_back(stored(write.key, write.value));

    ResumeLater served = resume_later([this, &pending](std::function<void()> resume) {
        pending.resume = std::move(resume);
        enqueue(pending);
    });
    co_await served;
    if (pending.error) std::rethrow_exception(pending.error);
    co_return pending.result;
}

void RocksdbCommits::enqueue(Pending& pending) {
    std::lock_guard lock(mutex_);
    queue_.push_back(&pending);
    // Under the lock: once it is released the commit may be served and this object be gone.
    changed_.notify_one();
}

void RocksdbCommits::run() {
    for (;;) {
        std::vector<Pending*> group = next_group();
        if (group.empty()) return;
        serve(group);
        for (Pending* pending : group) {
            // `pending` lies in the frame of the coroutine that is resumed, which may end at once.
            std::function<void()> resume = std::move(pending->resume);
            resume();
        }
    }
}

std::vector<RocksdbCommits::Pending*> RocksdbCommits::next_group() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty() || ending_; });
    std::size_t count = 0;
    for (std::size_t bytes = 0; count < queue_.size(); ++count) {
        bytes += queue_[count]->bytes;
        if (count > 0 && bytes > group_bytes_max) break;
    }
    if (count == queue_.size()) return std::exchange(queue_, {});
    std::vector<Pending*> group(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(count));
    return group;
}

void RocksdbCommits::serve(const std::vector<Pending*>& group) {
    std::exception_ptr fault;
    try {
        database_.ensure_writable();
        batch_.Clear();
        written_.clear();
        for (Pending* pending : group) prepare(*pending);
        if (batch_.Count() == 0) return;
        rocksdb::Status status = database_.write(batch_);
        if (status.ok()) return;
        throw Fault("tables: nothing was committed: " + status.ToString());
    } catch (...) {
        fault = std::current_exception();
    }
    // Also for those that met a conflict: it may have been with a commit of this group, which has not happened.
    for (Pending* pending : group)
        if (!pending->error) pending->error = fault;
}

void RocksdbCommits::prepare(Pending& pending) {
    try {
        for (const StoredRow& condition : pending.conditions)
            if (!holds(condition)) return;
    } catch (...) {
        pending.error = std::current_exception();
        return;
    }
    pending.result = CommitResult::committed;
    for (const StoredRow& row : pending.writes) {
        rocksdb::Status status = row.value ? batch_.Put(row.key, *row.value) : batch_.Delete(row.key);
        SEKISHO_CHECK(status.ok());
        written_[row.key] = &row;
    }
}

bool RocksdbCommits::holds(const StoredRow& condition) {
    if (auto it = written_.find(condition.key); it != written_.end()) return it->second->value == condition.value;
    RocksdbDatabase::Reading db = database_.read();
    current_.Reset();
    rocksdb::Status status = db->Get(rocksdb::ReadOptions(), db->DefaultColumnFamily(), condition.key, &current_);
    if (status.IsNotFound()) return !condition.value;
    if (!status.ok()) throw Fault("tables: a condition could not be checked: " + status.ToString());
    if (condition.value && current_ == rocksdb::Slice(*condition.value)) return true;  // checksum included
    open_value(condition.key, current_.ToStringView());
    return false;
}

}  // namespace sekisho::store
