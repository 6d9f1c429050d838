// Moves: which blobs change the row that names them (a version that is the newest no longer, or again), so that a sweep, which
// reads the rows one after the other, does not take one for an orphan that it met in neither row. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "services/s3/rows.h"

namespace sekisho::s3 {

class Moves {
   public:
    // Before the commit that moves them; the result is dropped after it.
    std::shared_ptr<void> begin(const std::vector<Segment>& segments);
    // From now on every blob that moves, or is just moving, is remembered until the result is dropped. One watch at a time.
    std::shared_ptr<void> watch();
    bool seen(const store::BlobId& blob) const;

   private:
    mutable std::mutex mutex_;
    std::multiset<store::BlobId> moving_;
    bool watched_ = false;
    std::set<store::BlobId> seen_;
};

}  // namespace sekisho::s3
