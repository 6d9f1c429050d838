// Readers: which blobs are being streamed as parts of objects, so that a writer who replaces such an object leaves its blobs
// until the last reader is through. (A single blob stays readable by its open descriptor.) Thread-safe.
//
// Known in memory only: what a process that is killed had left to be erased is named by no row, and is swept after the start.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "services/s3/rows.h"

namespace sekisho::s3 {

class Readers {
   public:
    explicit Readers(store::Objects& objects);
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    // Holds the blobs until the result is dropped (also after this object's end); those whose erasure came meanwhile are
    // erased then.
    std::shared_ptr<void> hold(const std::vector<Segment>& segments);
    // Whether somebody reads the blob; then its last reader erases it, and not the caller.
    bool defer(const store::BlobId& blob);

   private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sekisho::s3
