#include "services/s3/copy_source.h"

#include "base/bytes.h"
#include "services/s3/acl.h"
#include "services/s3/conditions.h"
#include "services/s3/encryption.h"
#include "services/s3/names.h"
#include "services/s3/replies.h"
#include "services/s3/s3.h"
#include "services/s3/through.h"
#include "services/s3/versions.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {
constexpr std::string_view version_parameter = "?versionId=";

std::unexpected<ApiError> not_a_source(std::string_view header) {
    return invalid_argument("x-amz-copy-source", header,
                            "Copy Source must mention the source bucket and key: /sourcebucket/sourcekey");
}
}  // namespace

Result<CopySource> parse_copy_source(std::string_view header) {
    std::string_view text = header;
    CopySource source;
    // A '?' of the key's own is encoded.
    if (std::size_t at = text.rfind(version_parameter); at != std::string_view::npos) {
        source.version = text.substr(at + version_parameter.size());
        text = text.substr(0, at);
        if (source.version->empty()) return invalid_argument("versionId", "", "Version id cannot be the empty string");
        if (!valid_version_id(*source.version))
            return invalid_argument("versionId", *source.version, std::string(invalid_version_text));
    }
    auto decoded = percent_decode(text);
    if (!decoded) return not_a_source(header);
    std::string_view path = *decoded;
    if (path.starts_with("arn:")) {
        std::string_view rest;
        constexpr std::string_view object = "/object/";
        if (!access_point_of_arn(path, &rest) || !rest.starts_with(object) || rest == object) return not_a_source(header);
        source.bucket = path.substr(0, path.size() - rest.size());
        source.key = rest.substr(object.size());
        if (auto checked = check_key(source.key); !checked) return fail(std::move(checked.error()));
        return source;
    }
    if (path.starts_with('/')) path.remove_prefix(1);
    std::size_t slash = path.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == path.size()) return not_a_source(header);
    source.bucket = path.substr(0, slash);
    source.key = path.substr(slash + 1);
    if (!valid_utf8(source.bucket)) return not_a_source(header);
    if (auto key = check_key(source.key); !key) return fail(std::move(key.error()));
    return source;
}

Task<Result<std::vector<authz::Ask>>> ask_to_copy_from(Target& target, CopySource source, const services::Call& call, S3& s3,
                                                       bool with_tags) {
    std::shared_ptr<const BucketState> state = s3.buckets.read();
    auto point = find_access_point(*state, source.bucket);
    if (!point) co_return fail(std::move(point.error()));
    if (*point)
        if (auto there = check_bucket_of(*state, **point); !there) co_return fail(std::move(there.error()));
    const std::string through = *point ? (*point)->arn() : "";
    if (*point) source.bucket = (*point)->bucket;
    // In whichever region the source is, but for requests through an endpoint.
    target.bucket = s3.find_bucket(source.bucket);
    if (!target.bucket)
        co_return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", source.bucket}});
    if (by_endpoint(call) && target.bucket->region != call.region)
        co_return fail(error::AccessDenied, "VPC endpoints do not support cross-region requests");
    auto owner = check_expected_owner(call, "x-amz-source-expected-bucket-owner", *target.bucket);
    if (!owner) co_return fail(std::move(owner.error()));
    target.key = std::move(source.key);
    target.version = std::move(source.version);
    std::optional<Found> found = co_await find_object(s3, target.bucket, target.key, target.version);
    const bool version = target.version.has_value();
    std::vector<authz::Ask> asks;
    asks.push_back(ask_object(version ? "s3:GetObjectVersion" : "s3:GetObject", *target.bucket, target.key, call, through));
    if (version) asks.back().context.set("s3:VersionId", *target.version);
    if (!found || found->row.delete_marker) add_missing_object_acl(asks.back(), *target.bucket);
    if (!found || (found->row.delete_marker && !version)) {
        asks.push_back(ask_bucket("s3:ListBucket", *target.bucket, call, through));
        if (found) target.found = std::make_shared<Found>(std::move(*found));
        co_return asks;
    }
    add_existing_tags(asks.back(), found->row.tags);
    if (!found->row.delete_marker) add_object_acl(asks.back(), *target.bucket, target.key, found->row);
    if (with_tags && !found->row.tags.empty()) {
        asks.push_back(ask_object(version ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging", *target.bucket, target.key,
                                  call, through));
        if (version) asks.back().context.set("s3:VersionId", *target.version);
        add_existing_tags(asks.back(), found->row.tags);
        add_object_acl(asks.back(), *target.bucket, target.key, found->row);
    }
    target.found = std::make_shared<Found>(std::move(*found));
    co_return asks;
}

Result<void> check_copy_source(const Target& target, const services::Call& call) {
    if (!target.found) return target.version ? no_such_version(target.key, *target.version) : no_such_key(target.key);
    const ObjectRow& row = target.found->row;
    if (row.delete_marker && target.version)
        return fail(error::s3::InvalidRequest,
                    "The source of a copy request may not specifically refer to a delete marker by version id.");
    if (row.delete_marker)
        return fail(
            error::s3::NoSuchKey, std::string(error::s3::NoSuchKey.text),
            {{"Key", target.key}, {"header:x-amz-delete-marker", "true"}, {"header:x-amz-version-id", version_id_of(row)}});
    Judged judged = judge(parse_conditions(call.request.headers, "x-amz-copy-source-"), row.etag, row.modified_ms);
    if (judged.verdict != Verdict::proceed) return precondition_failed("x-amz-copy-source-" + std::string(judged.condition));
    return {};
}

void add_copied_version_id(http::Reply& reply, const Target& source) {
    const ObjectRow& row = source.found->row;
    if (source.bucket->versioned() || row.sequence != 0) reply.headers.add("x-amz-copy-source-version-id", version_id_of(row));
}

Task<Result<Stored>> copy_bytes(S3& s3, Target target, ByteRange range, Integrity integrity, std::size_t inline_max,
                                DataKey key) {
    const ObjectRow& row = target.found->row;
    Intake intake(s3, inline_max, std::move(key));
    if (row.segments.empty()) {
        std::string bytes = inlined_bytes(target, s3).substr(range.offset, range.length);
        integrity.update(bytes);
        co_await intake.append(std::move(bytes));
    } else {
        ObjectReader reader(s3, target, range);
        bool there = co_await reader.open();
        if (!there) co_return fail(services::ask_again);
        for (;;) {
            std::string piece = co_await reader.read();
            if (piece.empty()) break;
            integrity.update(piece);
            co_await intake.append(std::move(piece));
        }
    }
    http::Headers no_trailers;
    Result<Integrity::Proved> proved = integrity.finish(no_trailers);
    if (!proved) co_return fail(std::move(proved.error()));
    // Encrypted bytes have proved themselves; of plain ones the entity tag is the MD5, where they were put in one go.
    if (row.data_key.empty() && !row.multipart() && range.length == row.size && to_hex(proved->md5) != row.etag)
        throw Fault("the bytes of object " + target.key + " are not what was written");
    co_return co_await intake.finish(std::move(*proved));
}

}  // namespace sekisho::s3
