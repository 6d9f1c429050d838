#include "services/s3/master_key_use.h"

#include <algorithm>

#include "base/log.h"
#include "services/s3/encryption.h"
#include "services/s3/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::string_view partition_of_keys = "s3/master-keys";

// The key of the object (to be) that a row of a shard is about.
std::string_view object_key_of(std::string_view row_key) {
    row_key.remove_prefix(2);
    return row_key.substr(0, row_key.find('\0'));
}

// The row with its data key under the newest master key; nullopt: it is so already.
std::optional<std::string> renewed_row(const S3& s3, const Bucket& bucket, const store::Row& row) {
    const std::string_view key = object_key_of(row.key);
    auto renew = [&](auto decoded) -> std::optional<std::string> {
        std::string data_key = renewed(s3, bucket.id, key, decoded.data_key);
        if (data_key == decoded.data_key) return std::nullopt;
        decoded.data_key = std::move(data_key);
        return encode(decoded);
    };
    return row.key.starts_with("u/") ? renew(decode_upload(row.value)) : renew(decode_object(row.value));
}

Task<bool> renew_row(S3& s3, BucketPtr bucket, std::string partition, store::Row row) {
    for (bool changed = false;;) {
        std::optional<std::string> value = renewed_row(s3, *bucket, row);
        if (!value) co_return changed;
        store::Commit commit;
        commit.partition = partition;
        commit.require(row.key, row.value);
        commit.put(row.key, std::move(*value));
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) co_return true;
        // Somebody else has changed it. (Where it is gone, what replaced it is under the newest key: History, Complete….)
        std::optional<std::string> now = co_await s3.tables.get(partition, row.key);
        if (!now) co_return changed;
        row.value = std::move(*now);
    }
}

Task<std::size_t> renew_bucket(S3& s3, BucketPtr bucket) {
    std::size_t count = 0;
    for (int shard = 0; shard < bucket->shards; ++shard)
        for (std::string_view prefix : {"o/", "u/", "v/"}) {
            store::Range range = store::Range::prefix(prefix);
            for (;;) {
                std::string partition = partition_of_shard(*bucket, shard);
                std::vector<store::Row> rows = co_await s3.tables.scan(partition, range);
                const bool more = rows.size() == range.rows_max;
                if (more) range.from = rows.back().key + '\0';
                for (store::Row& row : rows) {
                    bool changed = co_await renew_row(s3, bucket, partition, std::move(row));
                    if (changed) ++count;
                }
                if (!more) break;
            }
        }
    co_return count;
}

}  // namespace

Task<std::vector<store::MasterKeyId>> master_keys_in_use(store::Tables& tables) {
    store::Range all;
    std::vector<store::Row> rows = co_await tables.scan(std::string(partition_of_keys), std::move(all));
    std::vector<store::MasterKeyId> ids;
    for (store::Row& row : rows) ids.emplace_back(std::move(row.key));
    co_return ids;
}

Task<void> check_master_keys(S3& s3) {
    const store::MasterKeys* keys = s3.settings.master_keys.get();
    if (s3.settings.encrypt_at_rest && !keys) throw Fault("encryption at rest needs a master key");
    std::vector<store::MasterKeyId> used = co_await master_keys_in_use(s3.tables);
    for (const store::MasterKeyId& id : used)
        if (!keys || !keys->has(id))
            throw Fault("objects in this data folder are encrypted under master key " + id.value +
                        ", which is not among those that the server was given");
    if (!s3.settings.encrypt_at_rest || std::ranges::find(used, keys->newest()) != used.end()) co_return;
    store::Commit commit;
    commit.partition = partition_of_keys;
    commit.put(keys->newest().value, std::to_string(s3.now_ms()));  // since when
    co_await s3.tables.commit(std::move(commit));
}

Task<void> renew_data_keys(S3& s3) {
    if (!s3.settings.encrypt_at_rest) co_return;
    const store::MasterKeyId newest = s3.settings.master_keys->newest();
    std::vector<store::MasterKeyId> older = co_await master_keys_in_use(s3.tables);
    std::erase(older, newest);
    if (older.empty()) co_return;
    std::size_t count = 0;
    std::shared_ptr<const BucketState> state = s3.buckets.read();
    for (const auto& [name, bucket] : state->buckets) count += co_await renew_bucket(s3, bucket);
    store::Commit commit;
    commit.partition = partition_of_keys;
    for (const store::MasterKeyId& id : older) commit.erase(id.value);
    co_await s3.tables.commit(std::move(commit));
    log::info("s3: wrapped {} data keys under master key {}; none of the older master keys is needed any more", count,
              newest.value);
}

}  // namespace sekisho::s3
