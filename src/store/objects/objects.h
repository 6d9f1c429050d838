// Objects: immutable blobs, written once, streamed, named by a unique id that the writer chooses.
//
// A blob is readable by others only through the row that names it, and that row is committed after Writer::seal has
// returned (bytes and directory entry are on disk). A blob that no row names is an orphan, swept later; a sweep also meets
// blobs whose row is only being committed, so it takes a blob only when it was an orphan some time ago already.
//
// Engines: memory.cpp (twin), files.cpp (one file per blob holding payload only, so that it can go out by sendfile).
// Objects may be used from any thread, a writer or reader by one caller at a time; all of them end before their Objects.
// An awaiting coroutine is resumed on its own loop. Ids that are not 32 lower-case hex digits are refused with a Fault.
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

using BlobId = Id<struct BlobTag>;  // 32 lower-case hex digits

inline constexpr std::size_t read_bytes_max = 1 << 20;

class BlobWriter {
   public:
    virtual ~BlobWriter() = default;  // unsealed: the bytes are discarded
    virtual const BlobId& id() const = 0;
    // Faults ("No space left on device" and the like) may come late, from a further append or from seal. After a Fault
    // the writer is of no more use, and its blob will not exist.
    virtual Task<void> append(std::string bytes) = 0;
    // Durable when it returns. Once only; a Fault when there is a blob of this id already.
    virtual Task<void> seal() = 0;
};

class BlobReader {
   public:
    virtual ~BlobReader() = default;
    virtual std::uint64_t size() const = 0;
    // Bytes [offset, offset + length), fewer only where the blob ends. A Fault when length is over read_bytes_max.
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
