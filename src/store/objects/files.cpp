// Blobs as files. No event loop waits for the disk:
// - appended bytes are gathered, and each piece_bytes of them are written by a worker while the next are gathered; a blob
//   smaller than that is created, written and sealed in one go by one worker;
// - seals run on workers of their own, many at once, because concurrent syncs share the file system's journal commits;
// - opens and reads are tried inline and only from memory (RESOLVE_CACHED, RWF_NOWAIT), and left to a worker otherwise.
#include "store/objects/files.h"

#include <sys/stat.h>
#include <sys/uio.h>

#include "base/loop.h"
#include "base/result.h"
#include "store/objects/folder.h"
#include "store/objects/ids.h"
#include "store/objects/workers.h"

namespace sekisho::store {

namespace {

constexpr std::size_t piece_bytes = 256u << 10;
constexpr std::size_t io_threads_max = 4;
constexpr std::size_t seal_threads_max = 16;

// The workers end first: what they still hold (files being dropped) refers to the folder.
struct Disk {
    BlobFolder folder;
    Workers io{"objects-io", io_threads_max};
    Workers seals{"objects-seal", seal_threads_max};
};

// One piece on its way to the page cache, and whoever waits for it.
class PieceWrite {
   public:
    void finish(std::exception_ptr error) {
        std::function<void()> resume;
        {
            std::lock_guard lock(mutex_);
            error_ = error;
            finished_ = true;
            resume = std::move(resume_);
        }
        if (resume) resume();
    }
    void when_finished(std::function<void()> resume) {
        {
            std::lock_guard lock(mutex_);
            if (!finished_) {
                resume_ = std::move(resume);
                return;
            }
        }
        resume();
    }
    const std::exception_ptr& error() const { return error_; }  // once finished

   private:
    std::mutex mutex_;
    bool finished_ = false;
    std::exception_ptr error_;
    std::function<void()> resume_;
};

class FileWriter final : public BlobWriter {
   public:
    FileWriter(Disk& disk, BlobId id)
        : disk_(disk), id_(std::move(id)), file_(std::make_shared<UnsealedFile>(disk_.folder, id_)) {}
    ~FileWriter() override {
        if (!started_) return;
        // Dropping a large file takes time; where a piece is still being written, its worker drops it.
        try {
            disk_.io.post([file = std::move(file_)] {});
        } catch (...) {  // no thread can be had: then it is dropped here
        }
    }
    const BlobId& id() const override { return id_; }

    Task<void> append(std::string bytes) override {
        check_usable();
        gathered_bytes_ += bytes.size();
        gathered_.push_back(std::move(bytes));
        if (gathered_bytes_ < piece_bytes) co_return;
        co_await written();
        start_write();
    }

    Task<void> seal() override {
        check_usable();
        co_await written();
        ended_ = true;
        std::function<void()> work = [this] {
            file_->append(gathered_);
            file_->seal();
        };
        co_await disk_.seals.run(std::move(work));
        started_ = false;
    }

   private:
    void check_usable() const {
        if (ended_) throw Fault("objects: the writer of blob " + id_.value + " has ended");
    }

    void start_write() {
        started_ = true;
        auto write = std::make_shared<PieceWrite>();
        disk_.io.post([write, file = file_, pieces = std::exchange(gathered_, {})] {
            std::exception_ptr error;
            try {
                file->append(pieces);
            } catch (...) {
                error = std::current_exception();
            }
            write->finish(error);
        });
        gathered_bytes_ = 0;
        write_ = std::move(write);
    }

    Task<void> written() {
        if (!write_) co_return;
        std::shared_ptr<PieceWrite> write = std::exchange(write_, nullptr);
        ResumeLater finished =
            resume_later([&write](std::function<void()> resume) { write->when_finished(std::move(resume)); });
        co_await finished;
        if (!write->error()) co_return;
        ended_ = true;
        std::rethrow_exception(write->error());
    }

    Disk& disk_;
    const BlobId id_;
    std::shared_ptr<UnsealedFile> file_;  // touched by at most one worker at a time
    std::shared_ptr<PieceWrite> write_;   // the latest, not yet waited for
    std::vector<std::string> gathered_;
    std::size_t gathered_bytes_ = 0;
    bool started_ = false;  // there is a file on disk that was not sealed
    bool ended_ = false;
};

class FileReader final : public BlobReader {
   public:
    FileReader(Disk& disk, Fd file, std::uint64_t size) : disk_(disk), file_(std::move(file)), size_(size) {}
    std::uint64_t size() const override { return size_; }
    int file() const override { return file_.get(); }

    Task<std::string> read(std::uint64_t offset, std::size_t length) override {
        check_read_length(length);
        if (offset >= size_) co_return std::string();
        length = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset));
        std::size_t have = 0;
        std::string bytes;
        bytes.resize_and_overwrite(length, [&](char* at, std::size_t) {
            iovec part{at, length};
            ssize_t n = ::preadv2(file_.get(), &part, 1, static_cast<off_t>(offset), RWF_NOWAIT);
            if (n > 0) have = static_cast<std::size_t>(n);
            return length;  // what is not read yet is read below, before anybody sees it
        });
        if (have == length) co_return bytes;
        std::function<void()> rest = [&] { read_fully(bytes, have, offset); };
        co_await disk_.io.run(std::move(rest));
        co_return bytes;
    }

   private:
    void read_fully(std::string& bytes, std::size_t have, std::uint64_t offset) const {
        while (have < bytes.size()) {
            ssize_t n = ::pread(file_.get(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(offset + have));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) throw_errno("objects: cannot read a blob");
            if (n == 0) throw Fault("objects: a blob has become shorter than it was");
            have += static_cast<std::size_t>(n);
        }
    }

    Disk& disk_;
    const Fd file_;
    const std::uint64_t size_;
};

class FileObjects final : public Objects {
   public:
    FileObjects(const std::string& folder, FileObjectsOptions options) : disk_{{folder, options.nameless_files}} {}

    std::unique_ptr<BlobWriter> create(BlobId id) override {
        check_blob_id(id);
        return std::make_unique<FileWriter>(disk_, std::move(id));
    }

    Task<std::unique_ptr<BlobReader>> open(BlobId id) override {
        check_blob_id(id);
        Fd file = disk_.folder.open_cached(id);
        if (!file) {
            std::function<void()> open = [&] { file = disk_.folder.open(id); };
            co_await disk_.io.run(std::move(open));
        }
        std::unique_ptr<BlobReader> reader;
        if (!file) co_return reader;
        struct stat status;
        if (::fstat(file.get(), &status) != 0) throw_errno("objects: cannot stat blob " + id.value);
        reader = std::make_unique<FileReader>(disk_, std::move(file), static_cast<std::uint64_t>(status.st_size));
        co_return reader;
    }

    Task<void> erase(BlobId id) override {
        check_blob_id(id);
        std::function<void()> erase = [&] { disk_.folder.erase(id); };
        co_await disk_.io.run(std::move(erase));
    }

    Task<void> for_each(std::function<void(const BlobId&)> visit) override {
        for (unsigned part = 0; part < BlobFolder::parts; ++part) {
            std::vector<BlobId> ids;
            std::function<void()> list = [&] { ids = disk_.folder.list(part); };
            co_await disk_.io.run(std::move(list));
            for (const BlobId& id : ids) visit(id);
        }
    }

   private:
    Disk disk_;
};

}  // namespace

std::unique_ptr<Objects> file_objects(const std::string& folder, FileObjectsOptions options) {
    return std::make_unique<FileObjects>(folder, options);
}
std::unique_ptr<Objects> file_objects(const std::string& folder) { return file_objects(folder, FileObjectsOptions()); }

}  // namespace sekisho::store
