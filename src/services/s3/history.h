// History: the versions of keys, as one commit changes them. The rows (rows.h) and what holds of them at every moment:
//
// INVARIANT: o/ of a key is its newest version, an object or a delete marker. While there is a v/ of it, there is an o/.
// INVARIANT: l/ of a key is there where o/ is an object.
// INVARIANT: m/ has each version of a key that was written since its bucket first had versioning, and then also the null
// version from before. Places in m/ are those of the sequences, so o/ is the first in m/.
//
// Nothing becomes older than o/ but what was o/: of the versions behind it a change can only take some away. So a commit that
// is conditional on o/ and on the next version's v/ may put that one in o/'s place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "services/s3/bucket.h"
#include "services/s3/draft.h"
#include "services/s3/rows.h"

namespace sekisho::s3 {

class S3;

class History {
   public:
    // Of the keys of one shard.
    History(S3& s3, std::string partition);

    Task<std::optional<ObjectRow>> newest(std::string key);
    // One version; nullopt: there is none of that id.
    Task<std::optional<ObjectRow>> find(std::string key, std::string version_id);
    // Makes `row` the newest version: a further one, the null version, or (without versioning) all there is. The row as it is
    // then, without its bytes. The commit must be conditional on the bucket's versioning (open_value_of).
    Task<ObjectRow> add(std::string key, ObjectRow row, BucketPtr bucket);
    // Without versioning: takes the object away. What there was.
    Task<std::optional<ObjectRow>> remove_all(std::string key);
    // Takes one version away for good; what it was. The one before it is the newest then.
    Task<std::optional<ObjectRow>> remove(std::string key, std::string version_id);

    Draft draft;
    std::vector<Segment> unnamed;  // blobs that no row names once the draft is committed
    std::vector<Segment> moved;    // blobs that another row names then
    bool stale = false;            // what was read does not go together: somebody has changed it in between, try again

   private:
    void put_newest(const std::string& key, const ObjectRow& row, std::string raw);
    void forget(const std::string& key, ObjectRow& row);
    Task<std::optional<ObjectRow>> remove_older(std::string key, std::string version_id);
    Task<void> promote(std::string key);

    S3& s3_;
};

}  // namespace sekisho::s3
