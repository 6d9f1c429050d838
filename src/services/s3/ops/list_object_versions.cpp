#include "services/s3/listing_request.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

// In a bucket that never had versioning every object is the one version "null" of its key.
struct ListObjectVersions {
    static constexpr std::string_view name = "ListObjectVersions";
    using Input = ListingRequest;

    static Result<Input> parse(const Call& call) {
        auto listing = parse_listing(call);
        if (!listing) return listing;
        listing->query.after = call.params.get("key-marker");
        auto version = call.params.find("version-id-marker");
        if (version && listing->query.after.empty())
            return invalid_argument("version-id-marker", *version,
                                    "A version-id marker cannot be specified without a key marker.");
        if (version && *version != "null" && !version->empty())
            return invalid_argument("version-id-marker", *version, "Invalid version id specified");
        return listing;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_to_list(in, call, s3, "s3:ListBucketVersions"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Listing listing = co_await list_objects(s3.tables, in->bucket, in->query);
        const KeyEncoding& encoding = in->encoding;
        wire::XmlWriter xml;
        xml.open("ListVersionsResult", s3_namespace).text("Name", call.bucket).text("Prefix", encoding(in->query.prefix));
        xml.text("KeyMarker", encoding(in->query.after));
        xml.text("VersionIdMarker", call.params.get("version-id-marker"));
        if (listing.truncated) {
            xml.text("NextKeyMarker", encoding(listing.last));
            bool last_is_key = !listing.entries.empty() && listing.entries.back().key == listing.last;
            if (last_is_key) xml.text("NextVersionIdMarker", "null");
        }
        xml.number("MaxKeys", in->query.entries_max);
        if (!in->query.delimiter.empty()) xml.text("Delimiter", encoding(in->query.delimiter));
        if (encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", listing.truncated);
        for (const Listing::Entry& entry : listing.entries) write_object(xml, "Version", entry, encoding, true, true);
        write_common_prefixes(xml, listing, encoding);
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListObjectVersions>(S3&);

}  // namespace sekisho::s3
