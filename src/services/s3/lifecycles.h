// Lifecycles: the background work of buckets' lifecycle rules: expires objects and versions, and aborts uploads, that are due.
//
// A pass reads listings page by page and deletes what is due in few commits, each conditional on rows that are judged again as
// they are then: whatever clients do meanwhile comes first, and no lock is passed over. Nothing is remembered between passes,
// so one that was cut short is made up for by the next.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/task.h"

namespace sekisho::s3 {

class S3;

class Lifecycles {
   public:
    explicit Lifecycles(S3& s3) : s3_(s3) {}

    // Whether a pass is: the first, since rules have changed, and every hour of the clock.
    bool due() const;
    void rules_changed() { changes_.fetch_add(1, std::memory_order_relaxed); }
    // One at a time.
    Task<void> pass();

   private:
    S3& s3_;
    std::atomic<std::uint64_t> changes_ = 0;
    std::uint64_t changes_seen_ = 0;
    std::int64_t last_ms_ = -1;  // -1: there was none
};

}  // namespace sekisho::s3
