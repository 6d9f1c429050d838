#include "services/s3/multipart.h"

#include <algorithm>
#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/payload.h"
#include "services/s3/replies.h"
#include "services/s3/s3.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t upload_id_bytes_max = 128;

std::unexpected<ApiError> invalid_part(const CompletePart& part, std::string_view upload_id) {
    return fail(error::s3::InvalidPart, std::string(error::s3::InvalidPart.text),
                {{"UploadId", std::string(upload_id)}, {"PartNumber", std::to_string(part.number)}, {"ETag", part.etag}});
}

std::string lower_name(authn::ChecksumAlgorithm algorithm) { return to_lower(authn::name(algorithm)); }

// The object's checksum out of its parts', of the algorithm and type that the upload was created with.
Result<std::optional<StoredChecksum>> checksum_of_parts(const std::vector<CompletePart>& wanted,
                                                        const std::map<int, PartRow>& parts, const UploadRow& upload) {
    if (!upload.checksum) return std::nullopt;
    auto [algorithm, type] = *upload.checksum;
    std::vector<std::string> raws;
    std::vector<authn::PartCrc> crcs;
    for (const CompletePart& part : wanted) {
        const PartRow& row = parts.at(part.number);
        if (type == authn::ChecksumType::composite && !part.checksum)
            return fail(
                error::s3::InvalidRequest,
                fmt::format("The upload was created using a {} checksum. The complete request must include the checksum "
                            "for each part. It was missing for part {} in the request.",
                            lower_name(algorithm), part.number));
        if (!row.checksum || row.checksum->algorithm != algorithm) throw Fault("a part has no checksum of its upload's kind");
        raws.push_back(row.checksum->raw);
        crcs.push_back({row.checksum->raw, row.size});
    }
    std::string raw = type == authn::ChecksumType::composite ? authn::composite_checksum(algorithm, raws)
                                                             : authn::full_object_crc(algorithm, crcs);
    return StoredChecksum{algorithm, type, std::move(raw)};
}

}  // namespace

std::unexpected<ApiError> no_such_upload(std::string_view upload_id) {
    return fail(error::s3::NoSuchUpload, std::string(error::s3::NoSuchUpload.text), {{"UploadId", std::string(upload_id)}});
}

// Ids sort by the time they were made, as listings of uploads want them.
std::string new_upload_id(S3& s3) { return fmt::format("{:012x}{}", s3.now_ms(), s3.entropy.hex(40)); }

Task<std::optional<Upload>> find_upload(S3& s3, BucketPtr bucket, std::string key, std::string upload_id) {
    bool possible = !upload_id.empty() && upload_id.size() <= upload_id_bytes_max &&
                    std::ranges::all_of(upload_id, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    std::optional<Upload> upload;
    if (!possible) co_return upload;
    std::optional<std::string> raw = co_await s3.tables.get(partition_of_key(*bucket, key), upload_row_key(key, upload_id));
    if (!raw) co_return upload;
    UploadRow row = decode_upload(*raw);
    upload = Upload{std::move(*raw), std::move(row)};
    co_return upload;
}

Result<int> parse_part_number(const services::Call& call) {
    auto text = call.params.find("partNumber");
    auto number = parse_u64(text.value_or(""));
    if (!number || *number < 1 || *number > part_number_max)
        return invalid_argument("partNumber", text.value_or(""),
                                "Part number must be an integer between 1 and 10000, inclusive");
    return static_cast<int>(*number);
}

Task<Parts> read_parts(S3& s3, BucketPtr bucket, std::string key, std::string upload_id) {
    Parts parts;
    store::Range range = store::Range::prefix(part_rows_prefix(upload_id));
    int settled = 0;  // the number whose own row was read: what earlier builds wrote of it comes after, and does not count
    for (;;) {
        std::vector<store::Row> rows = co_await s3.tables.scan(partition_of_key(*bucket, key), range);
        const bool more = rows.size() == range.rows_max;
        if (more) range.from = rows.back().key + '\0';
        for (store::Row& row : rows) {
            std::optional<int> number = part_number_of(row.key);
            if (!number) throw Fault("a part's row has no part number");
            PartRow part = decode_part(row.value);
            auto [at, first] = parts.by_number.try_emplace(*number);
            if (row.key == part_row_key(upload_id, *number)) settled = *number;
            if (first || *number != settled) std::swap(at->second, part);
            if (!first) parts.superseded.push_back(std::move(part.segment));
            parts.row_keys.push_back(std::move(row.key));
        }
        if (!more) co_return parts;
    }
}

Result<std::vector<CompletePart>> parse_complete_request(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "CompleteMultipartUpload") return fail(error::s3::MalformedXML);
    std::vector<CompletePart> parts;
    for (const pugi::xml_node& node : body->root().children()) {
        if (node.type() != pugi::node_element) continue;
        if (local_name(node) != "Part" || parts.size() == part_number_max) return fail(error::s3::MalformedXML);
        auto number = parse_u64(trim(child_text(node, "PartNumber").value_or("")));
        auto etag = child_text(node, "ETag");
        if (!number || !etag) return fail(error::s3::MalformedXML);
        if (*number < 1 || *number > part_number_max)
            return invalid_argument("PartNumber", std::to_string(*number),
                                    "Part number must be an integer between 1 and 10000, inclusive");
        CompletePart part;
        part.number = static_cast<int>(*number);
        std::string_view text = trim(*etag);
        if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
        part.etag = text;
        for (authn::ChecksumAlgorithm algorithm : authn::checksum_algorithms) {
            auto value = child_text(node, authn::element_name(algorithm));
            if (!value) continue;
            auto raw = authn::parse_checksum(algorithm, trim(*value));
            if (!raw)
                return fail(error::s3::InvalidRequest,
                            fmt::format("Value for {} in part {} is invalid.", authn::element_name(algorithm), part.number));
            part.checksum = StoredChecksum{algorithm, authn::ChecksumType::full_object, std::move(*raw)};
        }
        parts.push_back(std::move(part));
    }
    if (parts.empty()) return fail(error::s3::MalformedXML);
    return parts;
}

Result<void> assemble(ObjectRow& object, const std::vector<CompletePart>& wanted, const std::map<int, PartRow>& parts,
                      const UploadRow& upload, std::string_view upload_id) {
    for (std::size_t i = 1; i < wanted.size(); ++i)
        if (wanted[i].number <= wanted[i - 1].number)
            return fail(error::s3::InvalidPartOrder, std::string(error::s3::InvalidPartOrder.text),
                        {{"UploadId", std::string(upload_id)}});
    authn::Digest md5(authn::Digest::Kind::md5);
    object.size = 0;
    object.segments.clear();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const CompletePart& part = wanted[i];
        auto found = parts.find(part.number);
        if (found == parts.end() || to_hex(found->second.md5) != part.etag) return invalid_part(part, upload_id);
        const PartRow& row = found->second;
        if (part.checksum &&
            (!row.checksum || part.checksum->algorithm != row.checksum->algorithm || part.checksum->raw != row.checksum->raw))
            return invalid_part(part, upload_id);
        if (i + 1 < wanted.size() && row.size < part_bytes_min)
            return fail(error::s3::EntityTooSmall, std::string(error::s3::EntityTooSmall.text),
                        {{"ProposedSize", std::to_string(row.size)},
                         {"MinSizeAllowed", std::to_string(part_bytes_min)},
                         {"PartNumber", std::to_string(part.number)},
                         {"ETag", part.etag}});
        Segment segment = row.segment;
        segment.part_number = part.number;
        if (upload.checksum && row.checksum) segment.checksum = row.checksum->raw;
        object.size += row.size;
        object.segments.push_back(std::move(segment));
        md5.update(row.md5);
    }
    if (object.size > object_bytes_max)
        return fail(error::s3::EntityTooLarge, std::string(error::s3::EntityTooLarge.text),
                    {{"ProposedSize", std::to_string(object.size)}, {"MaxSizeAllowed", std::to_string(object_bytes_max)}});
    auto checksum = checksum_of_parts(wanted, parts, upload);
    if (!checksum) return fail(std::move(checksum.error()));
    object.checksum = std::move(*checksum);
    object.etag = fmt::format("{}-{}", to_hex(md5.finish()), wanted.size());
    return {};
}

Task<bool> abort_upload(S3& s3, BucketPtr bucket, std::string key, std::string upload_id) {
    for (;;) {
        std::optional<Upload> upload = co_await find_upload(s3, bucket, key, upload_id);
        if (!upload) co_return false;
        store::Commit commit;
        commit.partition = partition_of_key(*bucket, key);
        commit.require(upload_row_key(key, upload_id), std::move(upload->raw));
        commit.erase(upload_row_key(key, upload_id));
        store::CommitResult result = co_await s3.tables.commit(std::move(commit));
        if (result == store::CommitResult::committed) break;
        // A part was replaced meanwhile, or the upload is gone.
    }
    co_await forget_parts(s3, bucket, key, upload_id, {});
    co_return true;
}

Task<void> forget_parts(S3& s3, BucketPtr bucket, std::string key, std::string upload_id, std::vector<Segment> used) {
    const std::string partition = partition_of_key(*bucket, key);
    std::ranges::sort(used, {}, &Segment::blob);
    store::Range range = store::Range::prefix(part_rows_prefix(upload_id));
    for (;;) {
        std::vector<store::Row> rows = co_await s3.tables.scan(partition, range);
        if (rows.empty()) co_return;
        std::vector<Segment> unused;
        store::Commit commit;
        commit.partition = partition;
        for (store::Row& row : rows) {
            Segment segment = decode_part(row.value).segment;
            if (!std::ranges::binary_search(used, segment.blob, {}, &Segment::blob)) unused.push_back(std::move(segment));
            commit.erase(std::move(row.key));
        }
        co_await s3.tables.commit(std::move(commit));
        co_await erase_blobs(s3, std::move(unused));
    }
}

Result<std::optional<std::pair<authn::ChecksumAlgorithm, authn::ChecksumType>>> parse_upload_checksum(
    const http::Headers& headers) {
    auto name = headers.find("x-amz-checksum-algorithm");
    auto type_name = headers.find("x-amz-checksum-type");
    if (!name) {
        if (type_name)
            return fail(error::s3::InvalidRequest,
                        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.");
        return std::nullopt;
    }
    auto algorithm = authn::parse_checksum_algorithm(*name);
    if (!algorithm)
        return fail(error::s3::InvalidRequest,
                    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, "
                    "CRC64NVME, SHA1, SHA256]");
    const bool nvme = *algorithm == authn::ChecksumAlgorithm::crc64nvme;
    authn::ChecksumType type = nvme ? authn::ChecksumType::full_object : authn::ChecksumType::composite;
    if (type_name) {
        if (*type_name == authn::name(authn::ChecksumType::full_object))
            type = authn::ChecksumType::full_object;
        else if (*type_name == authn::name(authn::ChecksumType::composite))
            type = authn::ChecksumType::composite;
        else
            return fail(error::s3::InvalidRequest, "Value for x-amz-checksum-type header is invalid.");
        bool possible = type == authn::ChecksumType::full_object ? authn::is_crc(*algorithm) : !nvme;
        if (!possible)
            return fail(error::s3::InvalidRequest,
                        fmt::format("The {} checksum type cannot be used with the {} checksum algorithm.", authn::name(type),
                                    lower_name(*algorithm)));
    }
    return std::pair{*algorithm, type};
}

}  // namespace sekisho::s3
