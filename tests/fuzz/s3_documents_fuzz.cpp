// XML and header texts of S3 requests: <Delete>, <CompleteMultipartUpload>, <Tagging>, x-amz-tagging, x-amz-copy-source, Range,
// <AccessControlPolicy>, x-amz-grant-…, <CORSConfiguration>, <LifecycleConfiguration>,
// <ObjectLockConfiguration>, <Retention>, <LegalHold>.
#include <pugixml.hpp>

#include "services/s3/acl_request.h"
#include "services/s3/byte_range.h"
#include "services/s3/conditions.h"
#include "services/s3/copy_source.h"
#include "services/s3/cors.h"
#include "services/s3/delete_request.h"
#include "services/s3/lifecycle.h"
#include "services/s3/multipart.h"
#include "services/s3/names.h"
#include "services/s3/object_lock.h"
#include "services/s3/tags.h"
#include "services/s3/xml_body.h"

using namespace sekisho;
using namespace sekisho::s3;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto request = parse_delete_request(text); request && request->items.size() > delete_items_max) __builtin_trap();
    if (auto parts = parse_complete_request(text); parts && parts->empty()) __builtin_trap();
    if (auto body = XmlBody::parse(text)) (void)parse_tagging_document(body->root(), object_tags_max);
    if (auto tags = parse_tagging_header(text); tags && tags->size() > object_tags_max) __builtin_trap();
    if (auto source = parse_copy_source(text); source && !check_key(source->key)) __builtin_trap();
    for (std::uint64_t object : {0ull, 1ull, 1000ull, ~0ull}) {
        if (auto range = parse_range(text, object); range && *range)
            if ((*range)->length == 0 || (*range)->offset + (*range)->length > object) __builtin_trap();
        if (auto range = parse_copy_range(text, object))
            if (range->length == 0 || range->offset + range->length > object) __builtin_trap();
    }
    const AccountOf nobody_else = [](std::string_view id) -> std::optional<AccountId> {
        if (id.empty()) return std::nullopt;
        return AccountId("123456789012");
    };
    if (auto acl = parse_acl_document(text, AccountId("123456789012"), nobody_else); acl && acl->size() > grants_max)
        __builtin_trap();
    if (auto cors = parse_cors(text)) {
        // What is taken comes back as it is.
        if (cors->empty() || cors->size() > cors_rules_max || parse_cors(cors_document(*cors)) != cors) __builtin_trap();
    }
    SeededEntropy entropy(1);
    if (auto lifecycle = parse_lifecycle(text, "", entropy)) {
        auto again = parse_lifecycle(lifecycle_document(*lifecycle), "", entropy);
        if (!again || *again != *lifecycle) __builtin_trap();
    }
    if (auto lock = parse_object_lock(text); lock && parse_object_lock(object_lock_document(*lock)) != lock) __builtin_trap();
    if (auto retention = parse_retention(text, 0); retention && *retention)
        if (parse_retention(retention_document(**retention), 0) != retention) __builtin_trap();
    (void)parse_legal_hold(text);
    Grants grants;
    (void)read_grants_header(grants, "x-amz-grant-read", text, policy::Grant::Permission::read, nobody_else);
    if (grants.size() > grants_max + 1) __builtin_trap();
    const std::vector<std::string> suffixes{"localhost", "s3.example.com"};
    (void)parse_host(text, suffixes);
    (void)matches_etag(text, "e");
    return 0;
}
