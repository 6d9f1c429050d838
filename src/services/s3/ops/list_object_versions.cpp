#include "services/s3/listing_request.h"
#include "services/s3/object_table.h"
#include "services/s3/op.h"
#include "services/s3/versions.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListObjectVersions {
    static constexpr std::string_view name = "ListObjectVersions";

    struct Input : ListingRequest {
        std::string version_marker;  // empty: none
    };

    static Result<Input> parse(const Call& call) {
        auto listing = parse_listing(call);
        if (!listing) return fail(std::move(listing.error()));
        Input in{std::move(*listing), {}};
        in.query.after = call.params.get("key-marker");
        auto version = call.params.find("version-id-marker");
        if (!version) return in;
        if (version->empty()) return invalid_argument("version-id-marker", *version, "A version-id marker cannot be empty.");
        if (in.query.after.empty())
            return invalid_argument("version-id-marker", *version,
                                    "A version-id marker cannot be specified without a key marker.");
        if (!valid_version_id(*version)) return invalid_argument("version-id-marker", *version, "Invalid version id specified");
        in.version_marker = *version;
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_to_list(in, call, s3, "s3:ListBucketVersions"); }

    // Where a version stands among those of its key. A null version that is gone left no trace of its place: its key is listed
    // from its newest version on again.
    static Task<std::string> place_of_marker(BucketPtr bucket, std::string key, std::string version, S3& s3) {
        if (version != null_version) co_return version;
        std::optional<Found> found = co_await find_object(s3, bucket, key, version);
        if (!found) co_return std::string(1, '\0');
        if (found->row.sequence == 0) co_return std::string();
        co_return place_of(found->row);
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::string after_place;
        if (!in->version_marker.empty())
            after_place = co_await place_of_marker(in->bucket, in->query.after, in->version_marker, s3);
        Listing listing = co_await list_versions(s3.tables, in->bucket, in->query, std::move(after_place));
        const KeyEncoding& encoding = in->encoding;
        wire::XmlWriter xml;
        xml.open("ListVersionsResult", s3_namespace).text("Name", call.bucket).text("Prefix", encoding(in->query.prefix));
        xml.text("KeyMarker", encoding(in->query.after)).text("VersionIdMarker", in->version_marker);
        if (listing.truncated) {
            xml.text("NextKeyMarker", encoding(listing.last));
            if (!listing.entries.empty() && listing.entries.back().key == listing.last) {
                const std::string& version = listing.entries.back().row.version;
                xml.text("NextVersionIdMarker", version.empty() ? null_version : version);
            }
        }
        xml.number("MaxKeys", in->query.entries_max);
        if (!in->query.delimiter.empty()) xml.text("Delimiter", encoding(in->query.delimiter));
        if (encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", listing.truncated);
        for (const Listing::Entry& entry : listing.entries) write_version(xml, entry, encoding);
        write_common_prefixes(xml, listing, encoding);
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListObjectVersions>(S3&);

}  // namespace sekisho::s3
