// Objects: immutable blobs, written once, streamed, named by a unique id that the writer chooses.
//
// A blob is readable by others only through the row that names it, and that row is committed after Writer::seal has
// returned (bytes and directory entry are on disk). A blob that no row names is an orphan, swept later.
// Engines: memory.h (twin), files.h (one file per blob holding payload only, so that it can go out by sendfile).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/ids.h"
#include "base/task.h"

namespace sekisho::store {

using BlobId = Id<struct BlobTag>;  // 32 hex digits

class BlobWriter {
   public:
    virtual ~BlobWriter() = default;  // unsealed: the bytes are discarded
    virtual const BlobId& id() const = 0;
    virtual Task<void> append(std::string bytes) = 0;  // Fault "no space" and the like when the disk refuses
    virtual Task<void> seal() = 0;                     // durable when it returns
};

class BlobReader {
   public:
    virtual ~BlobReader() = default;
    virtual std::uint64_t size() const = 0;
    // Bytes [offset, offset + length), at most 1 MiB per call.
    virtual Task<std::string> read(std::uint64_t offset, std::size_t length) = 0;
    // The file, where bytes on disk are the payload itself: for sendfile. -1 where there is none. Stays valid as long
    // as this reader lives, also when the blob is erased meanwhile.
    virtual int file() const = 0;
};

class Objects {
   public:
    virtual ~Objects() = default;
    virtual std::unique_ptr<BlobWriter> create(BlobId id) = 0;
    virtual Task<std::unique_ptr<BlobReader>> open(BlobId id) = 0;  // nullptr: there is no such blob
    virtual Task<void> erase(BlobId id) = 0;                        // idempotent
    // Every blob, in no order; for the sweep of orphans and for tests.
    virtual Task<void> for_each(std::function<void(const BlobId&)> visit) = 0;
};

std::unique_ptr<Objects> memory_objects();
std::unique_ptr<Objects> file_objects(const std::string& folder);

}  // namespace sekisho::store
