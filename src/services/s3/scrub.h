// Scrub: reads everything that buckets hold and says what is not as it was written: rows that are damaged or that do not go
// together (rows.h, history.h), bytes that are lost or other ones. It changes nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/task.h"
#include "services/s3/bucket.h"

namespace sekisho::s3 {

class S3;

// Where a scrub goes on.
struct ScrubPosition {
    std::string bucket;  // empty: at the beginning
    int shard = 0;
    std::string row_key;  // the last one that was looked at; empty: at the shard's beginning
};

struct ScrubFinding {
    std::string bucket, key, version;  // the version's id or "null"; empty where it is not known
    std::string what;
};

// What one step found. Bytes are those that were read and proved.
struct ScrubStep {
    std::uint64_t rows = 0, objects = 0, bytes = 0;
    std::uint64_t not_known = 0;  // objects that only their customer's key proves
    std::vector<ScrubFinding> findings;
    std::optional<ScrubPosition> next;  // nullopt: that was all
};

// Looks at about `scrub_step_rows` rows or `scrub_step_bytes` bytes, whichever ends first, of the buckets that `wanted` is for.
inline constexpr std::uint64_t scrub_step_rows = 4096, scrub_step_bytes = 256ull << 20;
Task<ScrubStep> scrub(S3& s3, ScrubPosition from, std::function<bool(const Bucket&)> wanted);

}  // namespace sekisho::s3
