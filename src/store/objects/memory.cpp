// The memory twin: a map of shared strings under one lock.
#include <map>
#include <mutex>

#include "base/result.h"
#include "store/objects/ids.h"
#include "store/objects/objects.h"

namespace sekisho::store {

namespace {

using Bytes = std::shared_ptr<const std::string>;

struct Blobs {
    std::mutex mutex;
    std::map<std::string, Bytes> by_id;
};

class MemoryWriter final : public BlobWriter {
   public:
    MemoryWriter(Blobs& blobs, BlobId id) : blobs_(blobs), id_(std::move(id)) {}
    const BlobId& id() const override { return id_; }

    Task<void> append(std::string bytes) override {
        check_open();
        bytes_ += bytes;
        co_return;
    }
    Task<void> seal() override {
        check_open();
        sealed_ = true;
        std::lock_guard lock(blobs_.mutex);
        if (!blobs_.by_id.emplace(id_.value, std::make_shared<const std::string>(std::move(bytes_))).second)
            throw Fault("objects: there is a blob " + id_.value + " already");
        co_return;
    }

   private:
    void check_open() const {
        if (sealed_) throw Fault("objects: the writer of blob " + id_.value + " has ended");
    }

    Blobs& blobs_;
    const BlobId id_;
    std::string bytes_;
    bool sealed_ = false;
};

class MemoryReader final : public BlobReader {
   public:
    explicit MemoryReader(Bytes bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size() const override { return bytes_->size(); }
    Task<std::string> read(std::uint64_t offset, std::size_t length) override {
        check_read_length(length);
        if (offset >= bytes_->size()) co_return std::string();
        co_return bytes_->substr(offset, length);
    }
    int file() const override { return -1; }

   private:
    const Bytes bytes_;
};

class MemoryObjects final : public Objects {
   public:
    std::unique_ptr<BlobWriter> create(BlobId id) override {
        check_blob_id(id);
        return std::make_unique<MemoryWriter>(blobs_, std::move(id));
    }
    Task<std::unique_ptr<BlobReader>> open(BlobId id) override {
        check_blob_id(id);
        std::lock_guard lock(blobs_.mutex);
        auto it = blobs_.by_id.find(id.value);
        std::unique_ptr<BlobReader> reader;
        if (it != blobs_.by_id.end()) reader = std::make_unique<MemoryReader>(it->second);
        co_return reader;
    }
    Task<void> erase(BlobId id) override {
        check_blob_id(id);
        std::lock_guard lock(blobs_.mutex);
        blobs_.by_id.erase(id.value);
        co_return;
    }
    Task<void> for_each(std::function<void(const BlobId&)> visit) override {
        std::vector<BlobId> ids;
        {
            std::lock_guard lock(blobs_.mutex);
            for (const auto& [id, bytes] : blobs_.by_id) ids.emplace_back(id);
        }
        for (const BlobId& id : ids) visit(id);
        co_return;
    }

   private:
    Blobs blobs_;
};

}  // namespace

std::unique_ptr<Objects> memory_objects() { return std::make_unique<MemoryObjects>(); }

}  // namespace sekisho::store
