// Readers: which objects of several blobs are being streamed, so that a writer who replaces one leaves its blobs until the
// last reader is through. (A single blob stays readable by its open descriptor.) Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "services/s3/rows.h"

namespace sekisho::s3 {

class S3;

class Readers {
   public:
    // Holds the blobs until the result is dropped; those whose erasure came meanwhile are erased then.
    std::shared_ptr<void> hold(S3& s3, const std::vector<Segment>& segments);
    // Whether somebody reads them; then they will be erased by the last reader, and not by the caller.
    bool defer(std::vector<Segment>& segments);

   private:
    struct Held {
        int readers = 0;
        std::vector<Segment> erase;
    };
    void release(S3& s3, const store::BlobId& first);

    std::mutex mutex_;
    std::map<store::BlobId, Held> held_;  // by the object's first blob, which no other object has
};

}  // namespace sekisho::s3
