#include "services/s3/rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "services/s3/row_codec.h"

namespace sekisho::s3 {

namespace {

constexpr std::uint8_t format_1 = 1, format_2 = 2, format_3 = 3, format_4 = 4;
constexpr std::size_t blob_id_bytes = 16;
constexpr std::size_t pair_bytes_min = 2, segment_bytes_min = 5;
constexpr std::string_view object_prefix = "o/", listing_prefix = "l/", upload_prefix = "u/", part_prefix = "p/",
                           version_prefix = "v/", place_prefix = "m/";

std::string join(std::string_view a, std::string_view b) {
    std::string out;
    out.reserve(a.size() + b.size());
    out += a;
    out += b;
    return out;
}

// FNV-1a: which shard a key lives in must never change.
std::uint64_t shard_hash(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : key) hash = (hash ^ c) * 0x100000001b3;
    return hash;
}

// Algorithms and types are stored as numbers of the format's own: 0 says none.
using Kind = std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>>;
constexpr std::uint8_t composite_bit = 0x80;

void put_kind(RowWriter& out, const Kind& kind) {
    if (!kind) return out.byte(0);
    std::uint8_t number = 0;
    switch (kind->first) {
        case authn::ChecksumAlgorithm::crc32:
            number = 1;
            break;
        case authn::ChecksumAlgorithm::crc32c:
            number = 2;
            break;
        case authn::ChecksumAlgorithm::crc64nvme:
            number = 3;
            break;
        case authn::ChecksumAlgorithm::sha1:
            number = 4;
            break;
        case authn::ChecksumAlgorithm::sha256:
            number = 5;
            break;
    }
    out.byte(kind->second == authn::ChecksumType::composite ? number | composite_bit : number);
}

Kind get_kind(RowReader& in) {
    std::uint8_t number = in.byte();
    if (number == 0) return std::nullopt;
    auto type = number & composite_bit ? authn::ChecksumType::composite : authn::ChecksumType::full_object;
    switch (number & ~composite_bit) {
        case 1:
            return std::pair{authn::ChecksumAlgorithm::crc32, type};
        case 2:
            return std::pair{authn::ChecksumAlgorithm::crc32c, type};
        case 3:
            return std::pair{authn::ChecksumAlgorithm::crc64nvme, type};
        case 4:
            return std::pair{authn::ChecksumAlgorithm::sha1, type};
        case 5:
            return std::pair{authn::ChecksumAlgorithm::sha256, type};
        default:
            throw Fault("a row names an unknown checksum algorithm");
    }
}

void put_checksum(RowWriter& out, const std::optional<StoredChecksum>& checksum) {
    put_kind(out, checksum ? Kind({checksum->algorithm, checksum->type}) : Kind());
    if (checksum) out.text(checksum->raw);
}

std::optional<StoredChecksum> get_checksum(RowReader& in) {
    Kind kind = get_kind(in);
    if (!kind) return std::nullopt;
    return StoredChecksum{kind->first, kind->second, std::string(in.text())};
}

template <class Pairs>
void put_pairs(RowWriter& out, const Pairs& pairs) {
    out.number(pairs.size());
    for (const auto& [name, value] : pairs) {
        out.text(name);
        out.text(value);
    }
}

Metadata get_metadata(RowReader& in) {
    Metadata metadata;
    std::size_t count = in.count(pair_bytes_min);
    metadata.reserve(count);
    while (count-- > 0) {
        std::string name(in.text());
        metadata.emplace_back(std::move(name), std::string(in.text()));
    }
    return metadata;
}

Tags get_tags(RowReader& in) {
    Tags tags;
    for (std::size_t count = in.count(pair_bytes_min); count > 0; --count) {
        std::string name(in.text());
        tags.emplace(std::move(name), std::string(in.text()));
    }
    return tags;
}

// ACLs stand at the end of rows that have one: of format 3. Permissions and kinds of
// grantees are numbers of the format's own.
constexpr std::array<policy::Grant::Permission, 5> permissions{
    policy::Grant::Permission::full_control, policy::Grant::Permission::read, policy::Grant::Permission::write,
    policy::Grant::Permission::read_acp, policy::Grant::Permission::write_acp};
constexpr std::array<policy::Grant::To, 4> grantees{policy::Grant::To::account, policy::Grant::To::everyone,
                                                    policy::Grant::To::authenticated, policy::Grant::To::log_delivery};
constexpr std::size_t grant_bytes_min = 3;

void put_grants(RowWriter& out, const std::vector<policy::Grant>& grants) {
    out.number(grants.size());
    for (const policy::Grant& grant : grants) {
        out.byte(static_cast<std::uint8_t>(std::ranges::find(permissions, grant.permission) - permissions.begin()));
        out.byte(static_cast<std::uint8_t>(std::ranges::find(grantees, grant.to) - grantees.begin()));
        out.text(grant.account);
    }
}

std::vector<policy::Grant> get_grants(RowReader& in) {
    std::vector<policy::Grant> grants;
    for (std::size_t count = in.count(grant_bytes_min); count > 0; --count) {
        const std::size_t permission = in.byte(), to = in.byte();
        if (permission >= permissions.size() || to >= grantees.size()) throw Fault("a row's ACL has an unknown grant");
        grants.push_back({grantees[to], std::string(in.text()), permissions[permission]});
    }
    return grants;
}

// From format 4 on a row ends with what it has of these, and a number that says which.
constexpr std::uint64_t extra_acl = 1, extra_lock = 2, extra_data_key = 4;
constexpr std::array<std::string_view, 3> lock_modes{"", governance, compliance};

void put_lock(RowWriter& out, const Lock& lock) {
    const std::string_view mode = lock.retention ? std::string_view(lock.retention->mode) : std::string_view();
    out.byte(static_cast<std::uint8_t>(std::ranges::find(lock_modes, mode) - lock_modes.begin()));
    if (lock.retention) out.number(static_cast<std::uint64_t>(lock.retention->until_ms));
    out.byte(lock.legal_hold ? (*lock.legal_hold ? 2 : 1) : 0);
}

Lock get_lock(RowReader& in) {
    Lock lock;
    const std::size_t mode = in.byte();
    if (mode >= lock_modes.size()) throw Fault("a row has an unknown mode of retention");
    if (mode != 0) lock.retention = Retention{std::string(lock_modes[mode]), static_cast<std::int64_t>(in.number())};
    const std::uint8_t hold = in.byte();
    if (hold > 2) throw Fault("a row has an unknown legal hold");
    if (hold != 0) lock.legal_hold = hold == 2;
    return lock;
}

// Of the formats from 3 on.
template <class Row>
void put_extras(RowWriter& out, std::uint8_t format, const Row& row) {
    // Objects' rows have it at a place of its own.
    std::string_view data_key;
    if constexpr (std::is_same_v<Row, UploadRow>) data_key = row.data_key;
    if (format >= format_4)
        out.number((row.acl ? extra_acl : 0) | (row.lock ? extra_lock : 0) | (data_key.empty() ? 0 : extra_data_key));
    if (row.acl) put_grants(out, *row.acl);
    if (row.lock) put_lock(out, *row.lock);
    if (!data_key.empty()) out.text(data_key);
}

template <class Row>
void get_extras(RowReader& in, std::uint8_t format, Row& row) {
    if (format < format_3) return;
    const std::uint64_t extras = format >= format_4 ? in.number() : extra_acl;
    std::uint64_t known = extra_acl | extra_lock;
    if constexpr (std::is_same_v<Row, UploadRow>) known |= extra_data_key;
    if ((extras & ~known) != 0) throw Fault("a row has more than this version knows");
    if (extras & extra_acl) row.acl = get_grants(in);
    if (extras & extra_lock) row.lock = get_lock(in);
    if constexpr (std::is_same_v<Row, UploadRow>)
        if (extras & extra_data_key) row.data_key = in.text();
}

void put_segment(RowWriter& out, const Segment& segment) {
    out.text(from_hex(segment.blob.value).value_or(""));
    out.number(segment.size);
    out.byte(static_cast<std::uint8_t>(segment.encoding));
    out.number(static_cast<std::uint64_t>(segment.part_number));
    out.text(segment.checksum);
}

Segment get_segment(RowReader& in) {
    Segment segment;
    std::string_view blob = in.text();
    if (!blob.empty() && blob.size() != blob_id_bytes) throw Fault("a row is damaged: a blob's id has the wrong length");
    segment.blob = store::BlobId(to_hex(blob));
    segment.size = in.number();
    const std::uint8_t encoding = in.byte();
    if (encoding > static_cast<std::uint8_t>(Encoding::encrypted)) throw Fault("a row names an unknown encoding");
    segment.encoding = static_cast<Encoding>(encoding);
    segment.part_number = static_cast<int>(in.number());
    segment.checksum = in.text();
    return segment;
}

// The format is one of 1 to `newest`.
std::uint8_t read_format(RowReader& in, std::uint8_t newest) {
    std::uint8_t format = in.byte();
    if (format < format_1 || format > newest)
        throw Fault(fmt::format("a row has format {}, which this version does not know", format));
    return format;
}

std::string below_key(std::string_view prefix, std::string_view key, std::string_view behind) {
    std::string out;
    out.reserve(prefix.size() + key.size() + 1 + behind.size());
    out.append(prefix).append(key).append(1, '\0').append(behind);
    return out;
}

RowReader read_format_1(std::string_view bytes) {
    RowReader in(bytes);
    read_format(in, format_1);
    return in;
}

}  // namespace

std::string open_value_of(const Bucket& bucket) {
    std::string value(open_value);
    if (bucket.versioning_changes > 0) value += " " + std::to_string(bucket.versioning_changes);
    return value;
}

std::optional<std::uint64_t> versioning_changes_of(std::string_view value) {
    if (!value.starts_with(open_value)) return std::nullopt;
    value.remove_prefix(open_value.size());
    if (value.empty()) return 0;
    return value.front() == ' ' ? parse_u64(value.substr(1)) : std::nullopt;
}

std::string partition_of_shard(const Bucket& bucket, int shard) {
    std::string out;
    out.reserve(bucket.owner.value.size() + bucket.region.value.size() + bucket.id.size() + 16);
    out.append(bucket.owner.value).append(1, '/').append(bucket.region.value).append("/s3/").append(bucket.id).append(1, '/');
    out.append(std::to_string(shard));
    return out;
}

std::string_view bucket_id_of(std::string_view partition_of_shard) { return split(partition_of_shard, '/').at(3); }

int shard_of_key(const Bucket& bucket, std::string_view key) {
    return bucket.shards == 1 ? 0 : static_cast<int>(shard_hash(key) % static_cast<std::uint64_t>(bucket.shards));
}

std::string partition_of_key(const Bucket& bucket, std::string_view key) {
    return partition_of_shard(bucket, shard_of_key(bucket, key));
}

std::string object_row_key(std::string_view key) { return join(object_prefix, key); }
std::string listing_row_key(std::string_view key) { return join(listing_prefix, key); }

std::string version_row_key(std::string_view key, std::string_view version_id) {
    return below_key(version_prefix, key, version_id);
}
std::string place_row_key(std::string_view key, std::string_view place) { return below_key(place_prefix, key, place); }
std::string place_rows_prefix(std::string_view key) { return below_key(place_prefix, key, {}); }
std::string upload_row_key(std::string_view key, std::string_view upload_id) {
    return below_key(upload_prefix, key, upload_id);
}

std::string part_rows_prefix(std::string_view upload_id) { return join(join(part_prefix, upload_id), "/"); }

std::string part_row_key(std::string_view upload_id, int part_number) {
    return part_rows_prefix(upload_id) + fmt::format("{:05}", part_number);
}

std::optional<int> part_number_of(std::string_view part_row_key) {
    auto pieces = split(part_row_key, '/');
    if (pieces.size() != 3 && pieces.size() != 4) return std::nullopt;
    auto number = parse_u64(pieces[2]);
    if (!number || *number > 10'000) return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<std::pair<std::string, std::string>> parse_upload_row_key(std::string_view row_key) {
    if (!row_key.starts_with(upload_prefix)) return std::nullopt;
    row_key.remove_prefix(upload_prefix.size());
    std::size_t separator = row_key.find('\0');
    if (separator == std::string_view::npos) return std::nullopt;
    return std::pair{std::string(row_key.substr(0, separator)), std::string(row_key.substr(separator + 1))};
}

ListingRow listing_of(const ObjectRow& object) {
    ListingRow row{object.version, object.delete_marker, object.size,  object.modified_ms,
                   object.etag,    object.storage_class, object.owner, std::nullopt};
    if (object.checksum) row.checksum = {object.checksum->algorithm, object.checksum->type};
    return row;
}

std::string encode(const ObjectRow& row) {
    // As without versioning and ACLs, wherever that says all.
    const std::uint8_t format = row.lock ? format_4 : row.acl ? format_3 : row.sequence != 0 ? format_2 : format_1;
    RowWriter out(format, row.inlined.size() + 256 + 64 * row.segments.size());
    if (format >= format_2) out.number(row.sequence);
    out.text(row.version);
    out.byte(row.delete_marker ? 1 : 0);
    out.number(row.size);
    out.number(static_cast<std::uint64_t>(row.modified_ms));
    out.text(row.etag);
    out.text(row.storage_class);
    out.text(row.owner.value);
    put_pairs(out, row.metadata);
    put_pairs(out, row.tags);
    put_checksum(out, row.checksum);
    out.text(row.data_key);
    out.number(row.segments.size());
    for (const Segment& segment : row.segments) put_segment(out, segment);
    out.text(row.inlined);
    put_extras(out, format, row);
    return out.finish();
}

ObjectRow decode_object(std::string_view bytes) {
    RowReader in(bytes);
    const std::uint8_t format = read_format(in, format_4);
    ObjectRow row;
    if (format >= format_2) row.sequence = in.number();
    row.version = in.text();
    row.delete_marker = in.byte() != 0;
    row.size = in.number();
    row.modified_ms = static_cast<std::int64_t>(in.number());
    row.etag = in.text();
    row.storage_class = in.text();
    row.owner = AccountId(in.text());
    row.metadata = get_metadata(in);
    row.tags = get_tags(in);
    row.checksum = get_checksum(in);
    row.data_key = in.text();
    std::size_t segments = in.count(segment_bytes_min);
    row.segments.reserve(segments);
    while (segments-- > 0) row.segments.push_back(get_segment(in));
    row.inlined = in.text();
    get_extras(in, format, row);
    in.expect_end();
    return row;
}

std::string encode(const ListingRow& row) {
    const bool versioned = !row.version.empty() || row.delete_marker;
    RowWriter out(versioned ? format_2 : format_1, 128);
    if (versioned) {
        out.text(row.version);
        out.byte(row.delete_marker ? 1 : 0);
    }
    out.number(row.size);
    out.number(static_cast<std::uint64_t>(row.modified_ms));
    out.text(row.etag);
    out.text(row.storage_class);
    out.text(row.owner.value);
    put_kind(out, row.checksum);
    return out.finish();
}

ListingRow decode_listing(std::string_view bytes) {
    RowReader in(bytes);
    const std::uint8_t format = read_format(in, format_2);
    ListingRow row;
    if (format >= format_2) {
        row.version = in.text();
        row.delete_marker = in.byte() != 0;
    }
    row.size = in.number();
    row.modified_ms = static_cast<std::int64_t>(in.number());
    row.etag = in.text();
    row.storage_class = in.text();
    row.owner = AccountId(in.text());
    row.checksum = get_kind(in);
    in.expect_end();
    return row;
}

std::string encode(const UploadRow& row) {
    const bool extras = row.lock || !row.data_key.empty();
    const std::uint8_t format = extras ? format_4 : row.acl ? format_3 : format_2;
    RowWriter out(format, 256);
    out.number(static_cast<std::uint64_t>(row.initiated_ms));
    out.text(row.initiator_arn);
    out.text(row.initiator.value);
    out.text(row.owner.value);
    out.text(row.storage_class);
    put_pairs(out, row.metadata);
    put_pairs(out, row.tags);
    put_kind(out, row.checksum);
    put_pairs(out, row.key_headers);
    out.number(row.replacements);
    put_extras(out, format, row);
    return out.finish();
}

UploadRow decode_upload(std::string_view bytes) {
    RowReader in(bytes);
    const std::uint8_t format = read_format(in, format_4);
    UploadRow row;
    row.initiated_ms = static_cast<std::int64_t>(in.number());
    row.initiator_arn = in.text();
    row.initiator = AccountId(in.text());
    row.owner = AccountId(in.text());
    row.storage_class = in.text();
    row.metadata = get_metadata(in);
    row.tags = get_tags(in);
    row.checksum = get_kind(in);
    if (format >= format_2) {
        row.key_headers = get_metadata(in);
        row.replacements = in.number();
    } else if (!row.storage_class.empty()) {
        row.key_headers.emplace_back("x-amz-storage-class", row.storage_class);
    }
    get_extras(in, format, row);
    in.expect_end();
    return row;
}

std::string encode(const PartRow& row) {
    RowWriter out(format_1, 128);
    out.number(row.size);
    out.number(static_cast<std::uint64_t>(row.modified_ms));
    out.text(row.md5);
    put_checksum(out, row.checksum);
    put_segment(out, row.segment);
    return out.finish();
}

PartRow decode_part(std::string_view bytes) {
    RowReader in = read_format_1(bytes);
    PartRow row;
    row.size = in.number();
    row.modified_ms = static_cast<std::int64_t>(in.number());
    row.md5 = in.text();
    row.checksum = get_checksum(in);
    row.segment = get_segment(in);
    in.expect_end();
    return row;
}

}  // namespace sekisho::s3
