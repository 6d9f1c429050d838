#include "services/s3/listing.h"

#include <algorithm>

namespace sekisho::s3 {

namespace {

constexpr std::string_view listing_rows = "l/";
constexpr std::size_t rows_ahead_min = 16;

// The common prefix that `key` rolls up into; empty: it does not.
std::string_view rolled_up(std::string_view key, const ListingQuery& query) {
    if (query.delimiter.empty()) return {};
    std::size_t at = key.find(query.delimiter, query.prefix.size());
    return at == std::string_view::npos ? std::string_view() : key.substr(0, at + query.delimiter.size());
}

// The first key that a listing after `after` may return; nullopt: none can follow.
std::optional<std::string> first_key(const ListingQuery& query) {
    if (query.after < query.prefix) return query.prefix;
    bool is_common_prefix = query.after.starts_with(query.prefix) && rolled_up(query.after, query) == query.after &&
                            query.after.size() > query.prefix.size();
    if (!is_common_prefix) return query.after + '\0';
    std::string behind = store::after_prefix(query.after);
    if (behind.empty()) return std::nullopt;
    return behind;
}

}  // namespace

MergedRows::MergedRows(store::Tables& tables, BucketPtr bucket, std::string row_prefix, std::string_view key_prefix)
    : tables_(tables), row_prefix_(std::move(row_prefix)) {
    until_ = store::after_prefix(row_prefix_ + std::string(key_prefix));
    for (int shard = 0; shard < bucket->shards; ++shard) shards_.push_back({partition_of_shard(*bucket, shard), {}, 0, false});
}

Task<void> MergedRows::fill(Shard& shard, std::string from, std::size_t expected) {
    store::Range range;
    range.from = row_prefix_ + from;
    range.until = until_;
    if (range.from >= range.until) {
        shard.rows.clear();
        shard.position = 0;
        shard.exhausted = true;
        co_return;
    }
    range.rows_max = std::clamp(expected, rows_ahead_min, store::rows_per_read_max);
    std::size_t wanted = range.rows_max;
    shard.rows = co_await tables_.scan(shard.partition, std::move(range));
    for (store::Row& row : shard.rows) row.key.erase(0, row_prefix_.size());
    shard.position = 0;
    shard.exhausted = shard.rows.size() < wanted;
}

Task<const store::Row*> MergedRows::next(std::string from, std::size_t expected) {
    const store::Row* least = nullptr;
    for (Shard& shard : shards_) {
        if (started_) {
            auto begin = shard.rows.begin() + static_cast<std::ptrdiff_t>(shard.position);
            auto at =
                begin != shard.rows.end() && begin->key >= from
                    ? begin
                    : std::partition_point(begin, shard.rows.end(), [&](const store::Row& row) { return row.key < from; });
            shard.position = static_cast<std::size_t>(at - shard.rows.begin());
        }
        if (!started_ || (shard.position == shard.rows.size() && !shard.exhausted)) co_await fill(shard, from, expected);
        if (shard.position < shard.rows.size()) {
            const store::Row* row = &shard.rows[shard.position];
            if (!least || row->key < least->key) least = row;
        }
    }
    started_ = true;
    co_return least;
}

Task<Listing> list_objects(store::Tables& tables, BucketPtr bucket, ListingQuery query) {
    Listing listing;
    std::optional<std::string> from = first_key(query);
    if (query.entries_max <= 0 || !from) co_return listing;
    const auto entries_max = static_cast<std::size_t>(query.entries_max);
    MergedRows rows(tables, bucket, std::string(listing_rows), query.prefix);
    // Without a delimiter each row is an entry; with one, most rows may be skipped, so reading ahead starts small and grows.
    std::size_t ahead = query.delimiter.empty() ? entries_max + 1 : 2 * rows_ahead_min;
    for (;;) {
        const store::Row* row = co_await rows.next(*from, ahead);
        if (!row) co_return listing;
        if (listing.entries.size() + listing.common_prefixes.size() == entries_max) {
            listing.truncated = true;
            co_return listing;
        }
        std::string_view common = rolled_up(row->key, query);
        if (common.empty()) {
            listing.last = row->key;
            listing.entries.push_back({row->key, decode_listing(row->value)});
            *from = row->key;
            *from += '\0';
            if (!query.delimiter.empty()) ahead = std::min(ahead * 2, store::rows_per_read_max);
        } else {
            listing.last = common;
            listing.common_prefixes.emplace_back(common);
            std::string behind = store::after_prefix(common);
            if (behind.empty()) co_return listing;
            from = std::move(behind);
        }
    }
}

}  // namespace sekisho::s3
