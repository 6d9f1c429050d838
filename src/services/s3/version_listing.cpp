// Listings of versions: one loop over l/ and m/, where m/ has a key's versions and l/ those objects that never had any.
#include <algorithm>

#include "services/s3/acl.h"
#include "services/s3/listing.h"
#include "services/s3/versions.h"

namespace sekisho::s3 {

namespace {

std::string_view key_of(std::string_view row_key) { return row_key.substr(0, row_key.find('\0')); }

// Behind the row, and behind all of the key where the row is the key's only one.
std::string behind(const std::string& row_key) { return row_key + (key_of(row_key).size() == row_key.size() ? '\1' : '\0'); }

// The first row that the listing may show; nullopt: none can follow.
std::optional<std::string> first_row(const ListingQuery& query, const std::string& after_place) {
    if (query.after < query.prefix) return query.prefix;
    if (!after_place.empty()) return behind(query.after + '\0' + after_place);
    if (!is_after_common_prefix(query)) return query.after.empty() ? std::string() : query.after + '\1';
    std::string behind_all = store::after_prefix(query.after);
    if (behind_all.empty()) return std::nullopt;
    return behind_all;
}

}  // namespace

Task<Listing> list_versions(store::Tables& tables, BucketPtr bucket, ListingQuery query, std::string after_place) {
    Listing listing;
    std::optional<std::string> from = first_row(query, after_place);
    if (query.entries_max <= 0 || !from) co_return listing;
    const auto entries_max = static_cast<std::size_t>(query.entries_max);
    MergedRows rows(tables, bucket, "l/", query.prefix, "m/");
    std::string key, newest;  // the key that is being listed, and its first row
    if (from->find('\0') != std::string::npos) {
        key = query.after;
        store::Range range = store::Range::prefix(place_rows_prefix(key), 1);
        std::vector<store::Row> first = co_await tables.scan(partition_of_key(*bucket, key), std::move(range));
        if (!first.empty()) newest = first.front().key.substr(2);
    }
    // With a delimiter most rows may be skipped, so reading ahead starts small and grows.
    std::size_t ahead = query.delimiter.empty() ? entries_max + 1 : 32;
    for (;;) {
        const store::Row* row = co_await rows.next(*from, ahead);
        if (!row) co_return listing;
        if (listing.entries.size() + listing.common_prefixes.size() == entries_max) {
            listing.truncated = true;
            co_return listing;
        }
        std::string_view row_of = key_of(row->key);
        std::string_view common = rolled_up(row_of, query);
        if (common.empty()) {
            if (row_of != key) {
                key = row_of;
                newest = row->key;
            }
            listing.last = key;
            listing.entries.push_back({key, decode_listing(row->value), row->key == newest});
            listing.entries.back().row.owner = owner_of(*bucket, listing.entries.back().row.owner);
            from = behind(row->key);
            if (!query.delimiter.empty()) ahead = std::min(ahead * 2, store::rows_per_read_max);
        } else {
            listing.last = common;
            listing.common_prefixes.emplace_back(common);
            from = store::after_prefix(common);
            if (from->empty()) co_return listing;
        }
    }
}

}  // namespace sekisho::s3
