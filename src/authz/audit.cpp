#include "authz/audit.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/fd.h"
#include "base/log.h"

namespace sekisho::authz {
namespace {

namespace fs = std::filesystem;
using Steady = std::chrono::steady_clock;

constexpr auto sync_at_most_every = std::chrono::seconds(1);
// Events are written some at a time: waking the writer for each costs more than writing it.
constexpr auto gather_for = std::chrono::milliseconds(5);
constexpr std::size_t gather_max = 256;
constexpr std::size_t write_bytes = 64 * 1024;
constexpr auto warn_at_most_every = std::chrono::seconds(60);

// The files audit-TIME-NUMBER.jsonl of the folder, oldest first.
std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        std::string name = entry.path().filename();
        if (name.starts_with("audit-") && name.ends_with(".jsonl")) out.push_back(entry.path());
    }
    std::ranges::sort(out);
    return out;
}

// The file being written. Used by the writer's thread alone.
class File {
   public:
    explicit File(const AuditOptions& options) : options_(options), folder_(options.folder) {
        std::error_code error;
        fs::create_directories(folder_, error);
        ::chmod(folder_.c_str(), 0700);
        auto existing = files_of(folder_);
        if (!existing.empty()) resume(existing.back());
    }

    bool has_room_for(std::size_t bytes) const { return fd_ && size_ + bytes <= options_.file_bytes_max; }

    // Whole lines. False: they are lost (a full disk). What was written of them is taken back.
    bool append(std::string_view lines, Time time) {
        if (!has_room_for(lines.size()))
            if (!begin(time)) return false;
        std::string_view rest = lines;
        while (!rest.empty()) {
            ssize_t n = ::write(fd_.get(), rest.data(), rest.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) {
                error_ = errno;
                if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) fd_.reset();
                return false;
            }
            rest.remove_prefix(static_cast<std::size_t>(n));
        }
        size_ += lines.size();
        unsynced_ = true;
        return true;
    }

    void sync() {
        if (fd_ && unsynced_) ::fdatasync(fd_.get());
        unsynced_ = false;
    }
    bool unsynced() const { return unsynced_; }
    int error() const { return error_; }

   private:
    bool open(const fs::path& path, int flags) {
        fd_.reset(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
        if (!fd_) {
            error_ = errno;
            return false;
        }
        struct stat st {};
        size_ = ::fstat(fd_.get(), &st) == 0 ? static_cast<std::uint64_t>(st.st_size) : 0;
        return true;
    }

    // Goes on with the last file of an earlier run. A line that a crash cut off is ended, so that the next one stands alone.
    void resume(const fs::path& path) {
        std::error_code error;
        if (fs::file_size(path, error) >= options_.file_bytes_max || error || !open(path, 0)) return;
        Fd reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
        char last = '\n';
        if (size_ > 0 && reader && ::pread(reader.get(), &last, 1, static_cast<off_t>(size_ - 1)) == 1 && last != '\n')
            if (::write(fd_.get(), "\n", 1) == 1) ++size_;
    }

    bool begin(Time time) {
        sync();
        auto existing = files_of(folder_);
        for (int number = 0; number < 10'000; ++number) {
            std::string name = fmt::format("audit-{}-{:04}.jsonl", amz_basic(time), number);
            if (!existing.empty() && (folder_ / name) <= existing.back()) {
                // Names grow even when the clock went back.
                std::string last = existing.back().filename();
                int last_number = std::atoi(last.substr(last.rfind('-') + 1).c_str());
                name = fmt::format("{}-{:04}.jsonl", last.substr(0, last.rfind('-')), last_number + 1 + number);
            }
            if (!open(folder_ / name, O_CREAT | O_EXCL)) {
                if (error_ == EEXIST) continue;
                return false;
            }
            for (std::size_t i = 0; existing.size() - i >= options_.files_max && i < existing.size(); ++i) {
                std::error_code ignored;
                fs::remove(existing[i], ignored);
            }
            return true;
        }
        return false;
    }

    const AuditOptions& options_;
    fs::path folder_;
    Fd fd_;
    std::uint64_t size_ = 0;
    bool unsynced_ = false;
    int error_ = 0;
};

}  // namespace

struct AuditLog::State {
    explicit State(AuditOptions o) : options(std::move(o)) {}

    const AuditOptions options;
    std::mutex mutex;
    std::condition_variable work, idle;
    std::deque<AuditEvent> queue;  // guarded by mutex
    // Events ever queued, written, on disk, and wanted on disk by flush(); guarded by mutex.
    std::uint64_t queued = 0, done = 0, synced = 0, wanted = 0;
    bool stopping = false;  // guarded by mutex
    std::atomic<std::uint64_t> dropped{0}, written{0};
    Steady::time_point warned{};  // the writer's
    std::uint64_t warned_dropped = 0;
    std::thread thread;

    void run() {
        File file(options);
        Steady::time_point last_sync = Steady::now();
        std::unique_lock lock(mutex);
        for (;;) {
            auto woken = [&] { return stopping || wanted > synced || !queue.empty(); };
            if (file.unsynced())
                work.wait_for(lock, sync_at_most_every, woken);
            else
                work.wait(lock, woken);
            auto enough = [&] { return stopping || wanted > synced || queue.size() >= gather_max; };
            if (!queue.empty()) work.wait_for(lock, gather_for, enough);
            std::deque<AuditEvent> batch = std::exchange(queue, {});
            bool last = stopping, sync = stopping || wanted > synced || Steady::now() - last_sync >= sync_at_most_every;
            lock.unlock();
            write(file, batch);
            if (sync) {
                file.sync();
                last_sync = Steady::now();
            }
            warn(file.error());
            lock.lock();
            done += batch.size();
            if (sync) synced = done;
            idle.notify_all();
            if (last && queue.empty()) return;
        }
    }

    void write(File& file, const std::deque<AuditEvent>& batch) {
        std::string lines;
        for (const AuditEvent& event : batch) {
            const std::string line = render(event) + '\n';
            if (lines.size() >= write_bytes || !file.has_room_for(lines.size() + line.size()))
                append(file, std::exchange(lines, {}), event.time);
            lines += line;
        }
        append(file, lines, batch.empty() ? Time() : batch.back().time);
    }

    // When they cannot be written all, those that can are.
    void append(File& file, std::string_view lines, Time time) {
        const auto count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
        if (count == 0) return;
        if (file.append(lines, time)) {
            written.fetch_add(count);
        } else if (count == 1) {
            dropped.fetch_add(1);
        } else {
            for (std::size_t end; !lines.empty(); lines.remove_prefix(end)) {
                end = lines.find('\n') + 1;
                append(file, lines.substr(0, end), time);
            }
        }
    }

    void warn(int error) {
        std::uint64_t now_dropped = dropped.load();
        if (now_dropped == warned_dropped || (warned_dropped != 0 && Steady::now() - warned < warn_at_most_every)) return;
        log::warning("audit log: {} lines dropped ({})", now_dropped, error ? std::strerror(error) : "too many at once");
        warned_dropped = now_dropped;
        warned = Steady::now();
    }
};

AuditLog::AuditLog(AuditOptions options) : state_(std::make_unique<State>(std::move(options))) {
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

AuditLog::~AuditLog() {
    {
        std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->work.notify_all();
    state_->thread.join();
}

bool AuditLog::wants(std::string_view service, std::string_view operation, bool failed) const {
    return failed || state_->options.data_events || !is_data_event(service, operation);
}

void AuditLog::write(AuditEvent event) {
    {
        std::lock_guard lock(state_->mutex);
        if (state_->queue.size() >= state_->options.queue_max) {
            state_->dropped.fetch_add(1);
            return;
        }
        state_->queue.push_back(std::move(event));
        ++state_->queued;
        if (state_->queue.size() != 1 && state_->queue.size() != gather_max) return;  // the writer is awake, or gathering
    }
    state_->work.notify_one();
}

void AuditLog::flush() {
    std::unique_lock lock(state_->mutex);
    std::uint64_t until = state_->queued;
    state_->wanted = std::max(state_->wanted, until);
    state_->work.notify_one();
    state_->idle.wait(lock, [&] { return state_->synced >= until; });
}

std::uint64_t AuditLog::dropped() const { return state_->dropped.load(); }
std::uint64_t AuditLog::written() const { return state_->written.load(); }

}  // namespace sekisho::authz
