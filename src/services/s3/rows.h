// Rows of one bucket shard: their keys in the table and their binary forms. docs/formats.md describes them.
//
// clang-format off
// A shard's partition holds
//     open                       the row that every write is conditional on: it counts the changes of the bucket's
//                                versioning, and has another value while the bucket is being deleted
//     l/<key>                    what a listing says of the current object: ListingRow
//     o/<key>                    the newest version itself, object or delete marker: ObjectRow, with its bytes where they are few
//     v/<key> NUL <version>      an older version: ObjectRow
//     m/<key> NUL <place>        what a listing of versions says of one, older or newest: ListingRow. Newest first
//     u/<key> NUL <upload>       a multipart upload in progress: UploadRow
//     p/<upload>/<number>        one part of it: PartRow. Earlier builds wrote …/<number>/<time and random digits>, a row each
//                                time that the part was sent; the last counts
// clang-format on
//
// All rows of one key change in one commit, so a listing reads short rows only and a GET reads one row. Objects that were
// written without versioning have no m/. What holds of versions' rows: history.h. Keys of objects hold no NUL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authn/checksums.h"
#include "base/ids.h"
#include "policy/acl.h"
#include "services/s3/bucket.h"
#include "store/objects/objects.h"
#include "store/tables/tables.h"

namespace sekisho::s3 {

inline constexpr std::string_view open_row = "open";
inline constexpr std::string_view open_value = "open";
// Larger objects are blobs of their own.
inline constexpr std::size_t inline_bytes_max = 16 * 1024;

// What the open row holds while the bucket's versioning is this; how many changes of it an open row has seen, nullopt: closed.
std::string open_value_of(const Bucket& bucket);
std::optional<std::uint64_t> versioning_changes_of(std::string_view value);

std::string partition_of_shard(const Bucket& bucket, int shard);
std::string_view bucket_id_of(std::string_view partition_of_shard);
int shard_of_key(const Bucket& bucket, std::string_view key);
std::string partition_of_key(const Bucket& bucket, std::string_view key);
std::string object_row_key(std::string_view key);
std::string listing_row_key(std::string_view key);
std::string version_row_key(std::string_view key, std::string_view version_id);
std::string place_row_key(std::string_view key, std::string_view place);
std::string place_rows_prefix(std::string_view key);
std::string upload_row_key(std::string_view key, std::string_view upload_id);
// The row of a part, which is also the prefix of what earlier builds wrote of it.
std::string part_row_key(std::string_view upload_id, int part_number);
std::optional<int> part_number_of(std::string_view part_row_key);
std::string part_rows_prefix(std::string_view upload_id);
// The object key and upload id of a row below u/; nullopt: not such a row.
std::optional<std::pair<std::string, std::string>> parse_upload_row_key(std::string_view row_key);

struct StoredChecksum {
    authn::ChecksumAlgorithm algorithm = authn::ChecksumAlgorithm::crc32;
    authn::ChecksumType type = authn::ChecksumType::full_object;
    std::string raw;
    bool operator==(const StoredChecksum&) const = default;
};

// How the bytes of a blob are those of the object. The bytes in a row are encrypted where it has a data key.
enum class Encoding : std::uint8_t { plain = 0, encrypted = 1 };  // store/encryption/chunks.h

// Bytes of an object in one blob, as stored.
struct Segment {
    store::BlobId blob;      // empty when size is 0
    std::uint64_t size = 0;  // of the object's bytes
    Encoding encoding = Encoding::plain;
    // Multipart objects only:
    int part_number = 0;   // 0: the object was put in one go
    std::string checksum;  // raw, of the object's checksum algorithm; empty: none
    bool operator==(const Segment&) const = default;
};

// Headers as they go out again: system metadata under their names, user metadata as x-amz-meta-….
using Metadata = std::vector<std::pair<std::string, std::string>>;

struct ObjectRow {
    std::string version;         // empty: the null version
    std::uint64_t sequence = 0;  // orders the versions of a key (versions.h); 0: written without versioning
    bool delete_marker = false;
    std::uint64_t size = 0;
    std::int64_t modified_ms = 0;
    std::string etag;           // without quotes: md5 in hex, or md5-N
    std::string storage_class;  // empty: STANDARD
    AccountId owner;
    Metadata metadata;
    Tags tags;
    std::optional<StoredChecksum> checksum;
    std::string data_key;           // of encrypted bytes, wrapped; empty: they are plain
    std::vector<Segment> segments;  // empty: the bytes are `inlined`
    std::string inlined;
    std::optional<std::vector<policy::Grant>> acl = {};  // nullopt: the default one, its owner's full control
    std::optional<Lock> lock = {};                       // nullopt: it never had one

    bool multipart() const { return !segments.empty() && segments.front().part_number != 0; }
    bool operator==(const ObjectRow&) const = default;
};

struct ListingRow {
    std::string version;  // empty: the null version
    bool delete_marker = false;
    std::uint64_t size = 0;
    std::int64_t modified_ms = 0;
    std::string etag;
    std::string storage_class;
    AccountId owner;
    std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>> checksum;
    bool operator==(const ListingRow&) const = default;
};
ListingRow listing_of(const ObjectRow& object);

struct UploadRow {
    std::int64_t initiated_ms = 0;
    std::string initiator_arn;
    AccountId initiator;
    AccountId owner;
    std::string storage_class;
    Metadata metadata;
    Tags tags;
    std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>> checksum;
    // Headers that are condition keys of the object to be, as the request that began the upload had them: parts and completion
    // are decided with them.
    std::vector<std::pair<std::string, std::string>> key_headers;
    // How many parts have replaced another. Every replacement changes this row, so that what was read of the parts holds for a
    // commit that is conditional on this row.
    std::uint64_t replacements = 0;
    std::optional<std::vector<policy::Grant>> acl = {};  // of the object to be
    std::optional<Lock> lock = {};                       // that the beginning asked for
    std::string data_key = {};                           // of its bytes, wrapped; empty: they are plain
    bool operator==(const UploadRow&) const = default;
};

struct PartRow {
    std::uint64_t size = 0;
    std::int64_t modified_ms = 0;
    std::string md5;  // raw
    std::optional<StoredChecksum> checksum;
    Segment segment;  // its part_number and checksum are not used
    bool operator==(const PartRow&) const = default;
};

std::string encode(const ObjectRow& row);
std::string encode(const ListingRow& row);
std::string encode(const UploadRow& row);
std::string encode(const PartRow& row);
// Throw Fault for a row that is damaged or of a later format.
ObjectRow decode_object(std::string_view bytes);
ListingRow decode_listing(std::string_view bytes);
UploadRow decode_upload(std::string_view bytes);
PartRow decode_part(std::string_view bytes);

}  // namespace sekisho::s3
