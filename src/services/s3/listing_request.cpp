#include "services/s3/listing_request.h"

#include "base/bytes.h"
#include "services/s3/asks.h"
#include "services/s3/s3.h"
#include "services/s3/versions.h"

namespace sekisho::s3 {

Result<ListingRequest> parse_listing(const services::Call& call) {
    ListingRequest request;
    request.query.prefix = call.params.get("prefix");
    request.query.delimiter = call.params.get("delimiter");
    auto entries_max = parse_entries_max("max-keys", call.params.find("max-keys"));
    if (!entries_max) return fail(std::move(entries_max.error()));
    request.query.entries_max = *entries_max;
    auto encoding = KeyEncoding::parse(call.params.find("encoding-type"));
    if (!encoding) return fail(std::move(encoding.error()));
    request.encoding = *encoding;
    for (std::string_view name : {"prefix", "delimiter", "marker", "start-after", "key-marker"})
        if (auto value = call.params.find(name); value && !valid_utf8(*value))
            return invalid_argument(name, "", "Argument " + std::string(name) + " is not valid UTF-8");
    return request;
}

Result<std::vector<authz::Ask>> ask_to_list(ListingRequest& request, const services::Call& call, const S3& s3,
                                            std::string_view action) {
    auto bucket = addressed_bucket(call, s3);
    if (!bucket) return fail(std::move(bucket.error()));
    request.bucket = std::move(*bucket);
    authz::Ask ask = ask_bucket(action, *request.bucket, call);
    if (auto prefix = call.params.find("prefix")) ask.context.set("s3:prefix", std::string(*prefix));
    if (auto delimiter = call.params.find("delimiter")) ask.context.set("s3:delimiter", std::string(*delimiter));
    // "the s3:max-keys key is always present in the request when you perform the ListBucket operation" (IAM guide, numeric
    // operators); a request that gives none asks for 1,000.
    if (action == "s3:ListBucket" || action == "s3:ListBucketVersions")
        ask.context.set("s3:max-keys", std::string(call.params.find("max-keys").value_or("1000")));
    return only(std::move(ask));
}

namespace {
void write_row(wire::XmlWriter& xml, const ListingRow& row, bool with_owner) {
    xml.text("LastModified", xml_time(row.modified_ms)).text("ETag", quoted_etag(row.etag));
    if (row.checksum)
        xml.text("ChecksumAlgorithm", authn::name(row.checksum->first)).text("ChecksumType", authn::name(row.checksum->second));
    xml.number("Size", row.size);
    if (with_owner) write_owner(xml, "Owner", row.owner);
    xml.text("StorageClass", shown_storage_class(row.storage_class)).close();
}
}  // namespace

void write_object(wire::XmlWriter& xml, const Listing::Entry& entry, const KeyEncoding& encoding, bool with_owner) {
    xml.open("Contents").text("Key", encoding(entry.key));
    write_row(xml, entry.row, with_owner);
}

void write_version(wire::XmlWriter& xml, const Listing::Entry& entry, const KeyEncoding& encoding) {
    const ListingRow& row = entry.row;
    xml.open(row.delete_marker ? "DeleteMarker" : "Version").text("Key", encoding(entry.key));
    xml.text("VersionId", row.version.empty() ? null_version : row.version).boolean("IsLatest", entry.latest);
    if (!row.delete_marker) return write_row(xml, row, true);
    xml.text("LastModified", xml_time(row.modified_ms));
    write_owner(xml, "Owner", row.owner);
    xml.close();
}

void write_common_prefixes(wire::XmlWriter& xml, const Listing& listing, const KeyEncoding& encoding) {
    for (const std::string& prefix : listing.common_prefixes)
        xml.open("CommonPrefixes").text("Prefix", encoding(prefix)).close();
}

}  // namespace sekisho::s3
