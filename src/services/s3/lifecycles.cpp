#include "services/s3/lifecycles.h"

#include <algorithm>

#include "base/log.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/object_table.h"
#include "services/s3/rows.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"

namespace sekisho::s3 {

namespace {

constexpr std::int64_t between_passes_ms = 3600 * 1000;
constexpr std::size_t deletions_at_once = 250;

LifecycleSubject subject_of(std::string_view key, const ObjectRow& row) { return {key, row.size, &row.tags}; }

// What all rules' prefixes begin with: nothing outside it is read.
std::string common_prefix(const Lifecycle& lifecycle) {
    std::optional<std::string> common;
    for (const LifecycleRule& rule : lifecycle.rules) {
        if (!rule.enabled) continue;
        const std::string prefix = rule.filter.prefix.value_or("");
        if (!common) common = prefix;
        const auto differ = std::ranges::mismatch(*common, prefix);
        common->erase(differ.in1, common->end());
    }
    return common.value_or("");
}

// One pass over one shard of one bucket, as its rules were at the beginning.
class ShardPass {
   public:
    ShardPass(S3& s3, BucketPtr bucket, int shard, std::int64_t now_ms)
        : s3_(s3),
          bucket_(std::move(bucket)),
          partition_(partition_of_shard(*bucket_, shard)),
          prefix_(common_prefix(*bucket_->lifecycle)),
          now_ms_(now_ms) {}

    Task<void> run() {
        co_await expire_current();
        if (bucket_->versioned()) co_await expire_versions();
        co_await abort_uploads();
    }

   private:
    const Lifecycle& rules() const { return *bucket_->lifecycle; }
    // Rules may be taken back at any time: what is read after that is left alone.
    bool still() const {
        BucketPtr now = s3_.find_bucket(bucket_->name);
        return now && now->id == bucket_->id && now->lifecycle == bucket_->lifecycle;
    }
    Task<void> erase(std::size_t at_least);
    Task<void> expire_current();
    Task<void> expire_versions();
    Task<void> abort_uploads();

    // The versions of one key, newest first, as far as they were read.
    struct Key {
        std::string key;
        std::size_t versions = 0;
        ListingRow newest, before;
    };
    void judge_version(Key& at, ListingRow row);
    void judge_key(const Key& at);

    S3& s3_;
    BucketPtr bucket_;
    std::string partition_, prefix_;
    std::int64_t now_ms_;
    std::vector<Deletion> due_;
};

Task<void> ShardPass::erase(std::size_t at_least) {
    while (due_.size() >= at_least && !due_.empty()) {
        const auto count = static_cast<std::ptrdiff_t>(std::min(due_.size(), deletions_at_once));
        std::vector<Deletion> some(std::make_move_iterator(due_.begin()), std::make_move_iterator(due_.begin() + count));
        due_.erase(due_.begin(), due_.begin() + count);
        // What is locked, or changed meanwhile, stays; the next pass looks again.
        co_await delete_objects(s3_, bucket_, std::move(some));
    }
}

Task<void> ShardPass::expire_current() {
    const std::string rows_prefix = listing_row_key("");
    store::Range range = store::Range::prefix(rows_prefix + prefix_);
    for (bool more = true; more && still();) {
        std::vector<store::Row> rows = co_await s3_.tables.scan(partition_, range);
        more = rows.size() == range.rows_max;
        for (const store::Row& row : rows) {
            const ListingRow listing = decode_listing(row.value);
            Deletion deletion;
            deletion.key = row.key.substr(rows_prefix.size());
            auto expiry = expiry_of(rules(), {deletion.key, listing.size, nullptr}, listing.modified_ms);
            if (!expiry || expiry->when_ms > now_ms_) continue;
            deletion.only_if = [bucket = bucket_, key = deletion.key, now = now_ms_](const ObjectRow& object, bool) {
                if (object.delete_marker) return false;
                auto then = expiry_of(*bucket->lifecycle, subject_of(key, object), object.modified_ms);
                return then && then->when_ms <= now;
            };
            due_.push_back(std::move(deletion));
        }
        co_await erase(1);
        if (more) range.from = rows.back().key + '\0';
    }
}

void ShardPass::judge_version(Key& at, ListingRow row) {
    if (at.versions++ == 0) {
        at.newest = at.before = std::move(row);
        return;
    }
    const Noncurrent noncurrent{at.before.modified_ms, at.versions - 2};
    if (noncurrent_expired(rules(), {at.key, row.size, nullptr}, noncurrent, now_ms_)) {
        Deletion deletion;
        deletion.key = at.key;
        deletion.version = row.version.empty() ? std::string(null_version) : row.version;
        deletion.only_if = [bucket = bucket_, key = at.key, now = now_ms_, noncurrent](const ObjectRow& object, bool newest) {
            return !newest && noncurrent_expired(*bucket->lifecycle, subject_of(key, object), noncurrent, now);
        };
        due_.push_back(std::move(deletion));
    }
    at.before = std::move(row);
}

// All versions of the key were read.
void ShardPass::judge_key(const Key& at) {
    if (at.versions != 1 || !at.newest.delete_marker) return;
    if (!marker_expired(rules(), at.key, at.newest.modified_ms, now_ms_)) return;
    Deletion deletion;
    deletion.key = at.key;
    deletion.version = at.newest.version.empty() ? std::string(null_version) : at.newest.version;
    deletion.only_if = [](const ObjectRow& object, bool newest) { return newest && object.delete_marker; };
    due_.push_back(std::move(deletion));
}

Task<void> ShardPass::expire_versions() {
    // "m/<key> NUL <place>": keys hold no NUL.
    const std::string rows_prefix = place_rows_prefix("").substr(0, place_rows_prefix("").size() - 1);
    store::Range range = store::Range::prefix(rows_prefix + prefix_);
    Key at;
    for (bool more = true; more && still();) {
        std::vector<store::Row> rows = co_await s3_.tables.scan(partition_, range);
        more = rows.size() == range.rows_max;
        for (const store::Row& row : rows) {
            std::string key = row.key.substr(rows_prefix.size(), row.key.find('\0') - rows_prefix.size());
            if (key != at.key) {
                judge_key(at);
                at = Key{std::move(key), 0, {}, {}};
            }
            judge_version(at, decode_listing(row.value));
        }
        if (!more) judge_key(at);
        co_await erase(1);
        if (more) range.from = rows.back().key + '\0';
    }
}

Task<void> ShardPass::abort_uploads() {
    store::Range range = store::Range::prefix(upload_row_key("", "").substr(0, 2) + prefix_);
    for (bool more = true; more && still();) {
        std::vector<store::Row> rows = co_await s3_.tables.scan(partition_, range);
        more = rows.size() == range.rows_max;
        for (const store::Row& row : rows) {
            auto name = parse_upload_row_key(row.key);
            if (!name) continue;
            auto abort = abort_of(rules(), name->first, decode_upload(row.value).initiated_ms);
            if (abort && abort->when_ms <= now_ms_) co_await abort_upload(s3_, bucket_, name->first, name->second);
        }
        if (more) range.from = rows.back().key + '\0';
    }
}

}  // namespace

bool Lifecycles::due() const {
    return last_ms_ < 0 || changes_.load(std::memory_order_relaxed) != changes_seen_ ||
           s3_.now_ms() - last_ms_ >= between_passes_ms;
}

Task<void> Lifecycles::pass() {
    changes_seen_ = changes_.load(std::memory_order_relaxed);
    last_ms_ = s3_.now_ms();
    std::shared_ptr<const BucketState> state = s3_.buckets.read();
    for (const auto& [name, bucket] : state->buckets) {
        if (!bucket->lifecycle) continue;
        for (int shard = 0; shard < bucket->shards; ++shard) {
            ShardPass pass(s3_, bucket, shard, last_ms_);
            try {
                co_await pass.run();
            } catch (const std::exception& fault) {
                // The other buckets' rules go on.
                log::error("lifecycle of bucket {}: {}", bucket->name, fault.what());
            }
        }
    }
}

}  // namespace sekisho::s3
