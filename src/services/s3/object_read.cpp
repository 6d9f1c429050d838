#include "services/s3/object_read.h"

#include <array>

#include "base/bytes.h"
#include "services/s3/acl.h"
#include "services/s3/conditions.h"
#include "services/s3/integrity.h"
#include "services/s3/metadata.h"
#include "services/s3/multipart.h"
#include "services/s3/names.h"
#include "services/s3/replies.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

struct Override {
    std::string_view parameter, header;
};
constexpr std::array<Override, 6> overrides{{{"response-content-type", "Content-Type"},
                                             {"response-content-language", "Content-Language"},
                                             {"response-expires", "Expires"},
                                             {"response-cache-control", "Cache-Control"},
                                             {"response-content-disposition", "Content-Disposition"},
                                             {"response-content-encoding", "Content-Encoding"}}};

}  // namespace

Result<void> check_version_id(const services::Call& call) {
    auto version = call.params.find("versionId");
    if (!version || valid_version_id(*version)) return {};
    if (version->empty()) return invalid_argument("versionId", "", "Version id cannot be the empty string");
    return invalid_argument("versionId", *version, "Invalid version id specified");
}

Task<Result<std::vector<authz::Ask>>> ask_about(Target& target, const services::Call& call, S3& s3, TargetAsks actions) {
    auto bucket = addressed_bucket(call, s3);
    if (!bucket) co_return fail(std::move(bucket.error()));
    target.bucket = std::move(*bucket);
    target.key = call.key;
    if (auto version = call.params.find("versionId")) target.version = *version;
    std::optional<Found> found = co_await find_object(s3, target.bucket, target.key, target.version);
    std::string_view action = target.version ? actions.version_action : actions.action;
    std::vector<authz::Ask> asks;
    asks.push_back(ask_object(action, *target.bucket, target.key, call));
    if (found) {
        add_existing_tags(asks.back(), found->row.tags);
        target.found = std::make_shared<Found>(std::move(*found));
    }
    if (target.found && !target.found->row.delete_marker)
        add_object_acl(asks.back(), *target.bucket, target.key, target.found->row);
    else
        add_missing_object_acl(asks.back(), *target.bucket);
    if (!target.found || (target.found->row.delete_marker && !target.version))
        asks.push_back(ask_bucket("s3:ListBucket", *target.bucket, call));
    co_return asks;
}

Result<void> require_object(const Target& target, const services::Call& call) {
    if (!target.found) {
        if (!target.version) return no_such_key(target.key);
        return no_such_version(target.key, *target.version);
    }
    const ObjectRow& row = target.found->row;
    if (!row.delete_marker) return {};
    const std::string& method = call.request.method;
    std::vector<std::pair<std::string, std::string>> details;
    if (target.version || method == "GET" || method == "HEAD")
        details = {{"header:x-amz-delete-marker", "true"}, {"header:x-amz-version-id", version_id_of(row)}};
    if (!target.version && (method == "GET" || method == "HEAD")) {
        details.emplace_back("Key", target.key);
        return fail(error::s3::NoSuchKey, std::string(error::s3::NoSuchKey.text), std::move(details));
    }
    if (target.version) details.emplace_back("header:Last-Modified", header_time(row.modified_ms));
    details.emplace_back("header:Allow", "DELETE");
    details.emplace_back("Method", method);
    details.emplace_back("ResourceType", "DeleteMarker");
    return fail(error::s3::MethodNotAllowed, std::string(error::s3::MethodNotAllowed.text), std::move(details));
}

void add_version_id(http::Reply& reply, const Target& target) {
    const ObjectRow& row = target.found->row;
    if (target.bucket->versioned() || row.sequence != 0) reply.headers.add("x-amz-version-id", version_id_of(row));
}

Task<void> add_delete_condition(std::vector<authz::Ask>& asks, std::string match, BucketPtr bucket, std::string key,
                                const services::Call& call, S3& s3) {
    if (match.empty()) co_return;
    asks.back().context.set("s3:if-match", match);
    if (match != "*") co_await ask_to_compare(asks, std::move(bucket), std::move(key), call, s3);
}

Task<void> ask_to_compare(std::vector<authz::Ask>& asks, BucketPtr bucket, std::string key, const services::Call& call,
                          S3& s3) {
    asks.push_back(ask_object("s3:GetObject", *bucket, key, call));
    std::optional<Found> found = co_await find_object(s3, bucket, key);
    if (!found || found->row.delete_marker) co_return;
    add_existing_tags(asks.back(), found->row.tags);
    add_object_acl(asks.back(), *bucket, key, found->row);
}

void ask_for_lock(std::vector<authz::Ask>& asks, Target& target, const services::Call& call) {
    if (!target.found || !target.found->row.lock || target.found->row.delete_marker) return;
    const Lock& lock = *target.found->row.lock;
    auto ask = [&](std::string_view action) {
        asks.push_back(ask_object(action, *target.bucket, target.key, call));
        add_existing_tags(asks.back(), target.found->row.tags);
        asks.back().optional = true;
        ++target.lock_asks;
    };
    if (lock.retention) ask("s3:GetObjectRetention");
    if (lock.legal_hold) ask("s3:GetObjectLegalHold");
    target.asks = asks.size();
}

void add_lock_headers(http::Reply& reply, const Target& target, const authz::Approval& approval) {
    if (target.lock_asks == 0) return;
    const Lock& lock = *target.found->row.lock;
    // Through an access point each question is several.
    const std::size_t each = approval.asks() / target.asks;
    std::size_t next = target.asks - target.lock_asks;
    auto next_allowed = [&] {
        bool all = true;
        for (std::size_t ask = next * each; ask < (next + 1) * each; ++ask) all = all && approval.allowed(ask);
        ++next;
        return all;
    };
    if (lock.retention && next_allowed()) {
        reply.headers.add("x-amz-object-lock-mode", lock.retention->mode);
        reply.headers.add("x-amz-object-lock-retain-until-date", iso8601_millis(from_epoch_millis(lock.retention->until_ms)));
    }
    if (lock.legal_hold && next_allowed()) reply.headers.add("x-amz-object-lock-legal-hold", *lock.legal_hold ? "ON" : "OFF");
}

Result<Selection> select_bytes(const services::Call& call, const ObjectRow& row) {
    Selection selection{{0, row.size}, false, 0, 0};
    auto range_header = call.request.headers.find("Range");
    if (auto part = call.params.find("partNumber")) {
        auto number = parse_u64(*part);
        if (!number || *number < 1 || *number > part_number_max)
            return invalid_argument("partNumber", *part, "Part number must be an integer between 1 and 10000, inclusive");
        if (range_header)
            return fail(error::s3::InvalidRequest, "Cannot specify both Range header and partNumber query parameter");
        selection.parts = row.multipart() ? static_cast<int>(row.segments.size()) : 0;
        selection.part_number = static_cast<int>(*number);
        std::size_t parts = row.multipart() ? row.segments.size() : 1;
        if (*number > parts)
            return fail(error::s3::InvalidPartNumber, std::string(error::s3::InvalidPartNumber.text),
                        {{"PartNumberRequested", std::to_string(*number)}, {"ActualPartCount", std::to_string(parts)}});
        selection.partial = row.size > 0;
        if (!row.multipart()) return selection;
        // Parts are counted in their order, whatever numbers they were uploaded under.
        for (std::size_t i = 0; i + 1 < *number; ++i) selection.range.offset += row.segments[i].size;
        selection.range.length = row.segments[*number - 1].size;
        return selection;
    }
    if (!range_header) return selection;
    if (auto condition = call.request.headers.find("If-Range"); condition && !matches_etag(*condition, row.etag)) {
        auto date = parse_http_date(*condition);
        if (!date || row.modified_ms / 1000 != epoch_seconds(*date)) return selection;
    }
    auto range = parse_range(*range_header, row.size);
    if (!range) return fail(std::move(range.error()));
    if (!*range) return selection;
    selection.range = **range;
    selection.partial = true;
    return selection;
}

void add_object_headers(http::Reply& reply, const services::Call& call, ObjectRow& row, const Selection& selection) {
    reply.status = selection.partial ? 206 : 200;
    reply.headers.add("Last-Modified", header_time(row.modified_ms));
    reply.headers.add("ETag", quoted_etag(row.etag));
    reply.headers.add("Accept-Ranges", "bytes");
    if (selection.partial) reply.headers.add("Content-Range", content_range(selection.range, row.size));
    if (!row.storage_class.empty()) reply.headers.add("x-amz-storage-class", row.storage_class);
    if (!row.tags.empty()) reply.headers.add("x-amz-tagging-count", std::to_string(row.tags.size()));
    if (selection.parts > 0) reply.headers.add("x-amz-mp-parts-count", std::to_string(selection.parts));
    auto mode = call.request.headers.find("x-amz-checksum-mode");
    if (mode && equal_ignoring_case(*mode, "ENABLED") && row.checksum) {
        if (selection.parts > 0) {
            const Segment& segment = row.segments[static_cast<std::size_t>(selection.part_number) - 1];
            if (!segment.checksum.empty())
                add_checksum_headers(reply, {row.checksum->algorithm, row.checksum->type, segment.checksum}, 0);
        } else if (!selection.partial || selection.range.length == row.size) {
            add_checksum_headers(reply, *row.checksum, row.segments.size());
        }
    }
    add_metadata(reply, std::move(row.metadata));
}

std::optional<Result<http::Reply>> judge_conditions(const services::Call& call, const ObjectRow& row) {
    Conditions conditions = parse_conditions(call.request.headers);
    if (!conditions.any()) return std::nullopt;
    Judged judged = judge(conditions, row.etag, row.modified_ms);
    if (judged.verdict == Verdict::proceed) return std::nullopt;
    if (judged.verdict == Verdict::failed) return precondition_failed(judged.condition);
    http::Reply reply;
    reply.status = 304;
    reply.headers.add("ETag", quoted_etag(row.etag));
    reply.headers.add("Last-Modified", header_time(row.modified_ms));
    return reply;
}

Result<void> apply_overrides(const services::Call& call, http::Reply& reply) {
    if (call.params.empty()) return {};
    for (const auto& [parameter, name] : overrides) {
        auto value = call.params.find(parameter);
        if (!value) continue;
        if (call.caller.kind == authn::Caller::Kind::anonymous)
            return fail(error::s3::InvalidRequest,
                        "Request specific response headers cannot be used for anonymous GET requests.");
        // What would split the reply's head is no header value.
        if (value->find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
            return fail(error::s3::InvalidArgument, "Header value cannot be represented using ISO-8859-1.",
                        {{"ArgumentName", std::string(parameter)}, {"ArgumentValue", std::string(*value)}});
        reply.headers.set(std::string(name), std::string(*value));
    }
    return {};
}

}  // namespace sekisho::s3
