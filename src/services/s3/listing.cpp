#include "services/s3/listing.h"

#include <algorithm>

#include "services/s3/acl.h"

namespace sekisho::s3 {

namespace {

constexpr std::string_view listing_rows = "l/";
constexpr std::size_t rows_ahead_min = 16;

// The first key that a listing after `after` may return; nullopt: none can follow.
std::optional<std::string> first_key(const ListingQuery& query) {
    if (query.after < query.prefix) return query.prefix;
    if (!is_after_common_prefix(query)) return query.after + '\0';
    std::string behind = store::after_prefix(query.after);
    if (behind.empty()) return std::nullopt;
    return behind;
}

}  // namespace

std::string_view rolled_up(std::string_view key, const ListingQuery& query) {
    if (query.delimiter.empty()) return {};
    std::size_t at = key.find(query.delimiter, query.prefix.size());
    return at == std::string_view::npos ? std::string_view() : key.substr(0, at + query.delimiter.size());
}

bool is_after_common_prefix(const ListingQuery& query) {
    return query.after.starts_with(query.prefix) && query.after.size() > query.prefix.size() &&
           rolled_up(query.after, query) == query.after;
}

MergedRows::MergedRows(store::Tables& tables, BucketPtr bucket, std::string row_prefix, std::string_view key_prefix,
                       std::string more_prefix)
    : tables_(tables), row_prefix_(std::move(row_prefix)), key_prefix_(key_prefix), more_prefix_(std::move(more_prefix)) {
    for (int shard = 0; shard < bucket->shards; ++shard) shards_.push_back({partition_of_shard(*bucket, shard), {}, 0, false});
}

Task<void> MergedRows::fill(Shard& shard, std::string from, std::size_t expected) {
    const std::size_t rows_max = std::clamp(expected, rows_ahead_min, store::rows_per_read_max);
    shard.position = 0;
    shard.exhausted = co_await scan(shard, row_prefix_, from, rows_max);
    if (!more_prefix_.empty()) co_await add_more(shard, std::move(from), rows_max);
}

// Into shard.rows; whether there are no more.
Task<bool> MergedRows::scan(Shard& shard, std::string row_prefix, std::string from, std::size_t rows_max) {
    store::Range range;
    range.from = row_prefix + from;
    range.until = store::after_prefix(row_prefix + key_prefix_);
    range.rows_max = rows_max;
    shard.rows.clear();
    if (range.from >= range.until) co_return true;
    shard.rows = co_await tables_.scan(shard.partition, std::move(range));
    for (store::Row& row : shard.rows) row.key.erase(0, row_prefix.size());
    co_return shard.rows.size() < rows_max;
}

// After the others: a key that was among them and has further rows by now is told by these alone, as it is at this moment.
Task<void> MergedRows::add_more(Shard& shard, std::string from, std::size_t rows_max) {
    std::vector<store::Row> alone = std::move(shard.rows);
    const bool alone_exhausted = shard.exhausted;
    shard.exhausted = co_await scan(shard, more_prefix_, std::move(from), rows_max);
    std::vector<store::Row> more = std::move(shard.rows);
    // How far both were read: behind the last of the ones with all its further rows, or behind the last of the others.
    std::optional<std::string> until;
    if (!alone_exhausted) until = alone.back().key + '\1';
    if (!shard.exhausted && (!until || more.back().key < *until)) until = more.back().key + '\0';
    shard.exhausted = shard.exhausted && alone_exhausted;
    auto within = [&](const store::Row& row) { return !until || row.key < *until; };

    shard.rows = std::vector<store::Row>();
    auto next = more.begin();
    auto take_more_before = [&](const std::string* key) {
        for (; next != more.end() && within(*next) && (!key || next->key < *key); ++next)
            shard.rows.push_back(std::move(*next));
    };
    for (store::Row& row : alone) {
        if (!within(row)) break;
        take_more_before(&row.key);
        const bool told = next != more.end() && next->key.size() > row.key.size() && next->key[row.key.size()] == '\0' &&
                          next->key.starts_with(row.key);
        if (!told) shard.rows.push_back(std::move(row));
    }
    take_more_before(nullptr);
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
            listing.entries.back().row.owner = owner_of(*bucket, listing.entries.back().row.owner);
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
