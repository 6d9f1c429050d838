// S3: the service. Buckets are a state of their own; objects are rows of their bucket's shards, and blobs.
//
// Owns nothing below it: tables, objects, clock and entropy outlive it. Any thread; an operation stays on its request's loop.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/ids.h"
#include "base/task.h"
#include "services/operation.h"
#include "services/s3/bucket.h"
#include "services/s3/emptying.h"
#include "services/s3/lifecycles.h"
#include "services/s3/moves.h"
#include "services/s3/readers.h"
#include "store/encryption/master_keys.h"
#include "store/objects/objects.h"
#include "store/tables/tables.h"

namespace sekisho::s3 {

// Whether a principal that a bucket policy names exists: an ARN of a user, role or account root, or an account id.
class Principals {
   public:
    virtual ~Principals() = default;
    virtual bool exists(std::string_view principal) const = 0;
    // Those of this server, which ACLs can grant to.
    virtual std::vector<AccountId> accounts() const = 0;
};

struct Settings {
    std::vector<std::string> regions;        // those a bucket may be in
    std::vector<std::string> host_suffixes;  // names of this server for virtual-host style: "localhost", "s3.example.com"
    std::size_t buckets_per_account_max = 10'000;
    int shards = 1;  // of new buckets
    // New bytes are encrypted under the newest of these keys; what is encrypted is read in any case.
    bool encrypt_at_rest = false;
    std::shared_ptr<const store::MasterKeys> master_keys = nullptr;
};

class S3 {
   public:
    S3(store::Tables& tables, store::Objects& objects, const Clock& clock, Entropy& entropy, const Principals& principals,
       Settings settings)
        : tables(tables),
          objects(objects),
          clock(clock),
          entropy(entropy),
          principals(principals),
          settings(std::move(settings)),
          buckets(tables, std::string(buckets_partition)),
          readers(objects),
          start_mark_(fmt::format("{:08x}", static_cast<std::uint32_t>(epoch_seconds(clock.now())))) {}
    S3(const S3&) = delete;
    S3& operator=(const S3&) = delete;

    // At start, before any request: reads the buckets and opens those whose deletion was interrupted.
    Task<void> load();
    // In the background after start: erases what deleted buckets left, and blobs older than this start that no row names.
    Task<void> sweep();

    BucketPtr find_bucket(std::string_view name) const { return buckets.read()->buckets.share(name); }
    // Changes the row of a bucket that was asked about; NoSuchBucket when it was deleted meanwhile, and ask_again when what
    // decides about its use is another now. `change` may run more than once.
    Task<Result<void>> change_bucket(BucketPtr bucket, std::function<Result<void>(Bucket&)> change);
    // Random, but for its end, which says when this process started: the sweep knows the blobs of earlier ones by it.
    store::BlobId new_blob_id() const { return store::BlobId(entropy.hex(24) + start_mark_); }
    std::int64_t now_ms() const { return epoch_millis(clock.now()); }

    store::Tables& tables;
    store::Objects& objects;
    const Clock& clock;
    Entropy& entropy;
    const Principals& principals;
    const Settings settings;
    BucketStore buckets;
    Readers readers;
    Deletions deletions;
    Moves moves;
    Lifecycles lifecycles{*this};

   private:
    const std::string start_mark_;
};

// The service as the gate sees it. `s3` outlives it.
std::unique_ptr<services::Service> service(S3& s3);

}  // namespace sekisho::s3
