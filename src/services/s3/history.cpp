#include "services/s3/history.h"

#include <algorithm>
#include <iterator>

#include "services/s3/encryption.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"

namespace sekisho::s3 {

History::History(S3& s3, std::string partition) : draft(s3.tables, std::move(partition)), s3_(s3) {}

Task<std::optional<ObjectRow>> History::newest(std::string key) {
    std::optional<std::string> raw = co_await draft.get(object_row_key(key));
    std::optional<ObjectRow> row;
    if (raw) row = decode_object(*raw);
    co_return row;
}

Task<std::optional<ObjectRow>> History::find(std::string key, std::string version_id) {
    std::optional<ObjectRow> row = co_await newest(key);
    if (!row || version_id_of(*row) == version_id) co_return row;
    std::optional<std::string> raw = co_await draft.get(version_row_key(key, version_id));
    row.reset();
    if (raw) row = decode_object(*raw);
    co_return row;
}

void History::put_newest(const std::string& key, const ObjectRow& row, std::string raw) {
    draft.put(object_row_key(key), std::move(raw));
    if (row.delete_marker)
        draft.erase(listing_row_key(key));
    else
        draft.put(listing_row_key(key), encode(listing_of(row)));
}

// What is not in o/ or v/ any more.
void History::forget(const std::string& key, ObjectRow& row) {
    if (row.sequence != 0) draft.erase(place_row_key(key, place_of(row)));
    std::ranges::move(row.segments, std::back_inserter(unnamed));
    row.segments.clear();
}

Task<ObjectRow> History::add(std::string key, ObjectRow row, BucketPtr bucket) {
    std::optional<ObjectRow> old = co_await newest(key);
    if (bucket->versioned()) {
        row.sequence = next_sequence(old ? &*old : nullptr, s3_.now_ms());
        row.version = bucket->versioning == versioning_enabled ? new_version_id(row.sequence, s3_.entropy) : "";
        const bool null = row.version.empty();
        if (old && null && old->version.empty()) {
            forget(key, *old);
        } else if (old) {
            if (old->sequence == 0) {
                old->sequence = sequence_of(*old);
                draft.put(place_row_key(key, place_of(*old)), encode(listing_of(*old)));
            }
            // What moves goes under the newest master key, so that whoever looks for the others need look nowhere twice.
            old->data_key = renewed(s3_, bucket->id, key, std::move(old->data_key));
            draft.put(version_row_key(key, version_id_of(*old)), encode(*old));
            std::ranges::move(old->segments, std::back_inserter(moved));
            if (null) co_await remove_older(key, std::string(null_version));
        }
        draft.put(place_row_key(key, place_of(row)), encode(listing_of(row)));
    } else if (old) {
        forget(key, *old);
    }
    put_newest(key, row, encode(row));
    row.inlined.clear();
    co_return row;
}

Task<std::optional<ObjectRow>> History::remove_all(std::string key) {
    std::optional<ObjectRow> old = co_await newest(key);
    if (old) {
        forget(key, *old);
        draft.erase(object_row_key(key));
        draft.erase(listing_row_key(key));
    }
    co_return old;
}

Task<std::optional<ObjectRow>> History::remove_older(std::string key, std::string version_id) {
    std::string row_key = version_row_key(key, version_id);
    std::optional<std::string> raw = co_await draft.get(row_key);
    std::optional<ObjectRow> removed;
    if (!raw) co_return removed;
    removed = decode_object(*raw);
    forget(key, *removed);
    draft.erase(std::move(row_key));
    co_return removed;
}

Task<std::optional<ObjectRow>> History::remove(std::string key, std::string version_id) {
    std::optional<ObjectRow> old = co_await newest(key);
    if (!old) co_return old;
    if (version_id_of(*old) != version_id) co_return co_await remove_older(std::move(key), std::move(version_id));
    forget(key, *old);
    co_await promote(std::move(key));
    co_return old;
}

// The newest version is forgotten: the next one takes its place.
Task<void> History::promote(std::string key) {
    std::optional<store::Row> next = co_await draft.first(place_rows_prefix(key));
    if (!next) {
        draft.erase(object_row_key(key));
        draft.erase(listing_row_key(key));
        co_return;
    }
    ListingRow listing = decode_listing(next->value);
    std::string row_key = version_row_key(key, listing.version.empty() ? null_version : listing.version);
    std::optional<std::string> raw = co_await draft.get(row_key);
    if (!raw) {
        stale = true;
        co_return;
    }
    ObjectRow row = decode_object(*raw);
    if (std::string data_key = renewed(s3_, bucket_id_of(draft.partition()), key, row.data_key); data_key != row.data_key) {
        row.data_key = std::move(data_key);
        raw = encode(row);
    }
    put_newest(key, row, std::move(*raw));
    draft.erase(std::move(row_key));
    std::ranges::move(row.segments, std::back_inserter(moved));
}

}  // namespace sekisho::s3
