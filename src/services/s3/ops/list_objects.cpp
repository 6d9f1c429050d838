#include "services/s3/listing_request.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListObjects {
    static constexpr std::string_view name = "ListObjects";
    using Input = ListingRequest;

    static Result<Input> parse(const Call& call) {
        auto listing = parse_listing(call);
        if (listing) listing->query.after = call.params.get("marker");
        return listing;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_to_list(in, call, s3, "s3:ListBucket"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        Listing listing = co_await list_objects(s3.tables, in->bucket, in->query);
        const KeyEncoding& encoding = in->encoding;
        wire::XmlWriter xml;
        xml.open("ListBucketResult", s3_namespace).text("Name", call.bucket).text("Prefix", encoding(in->query.prefix));
        xml.text("Marker", encoding(in->query.after));
        // Without a delimiter the last key tells where to go on.
        if (listing.truncated && !in->query.delimiter.empty()) xml.text("NextMarker", encoding(listing.last));
        xml.number("MaxKeys", in->query.entries_max);
        if (!in->query.delimiter.empty()) xml.text("Delimiter", encoding(in->query.delimiter));
        if (encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", listing.truncated);
        for (const Listing::Entry& entry : listing.entries) write_object(xml, entry, encoding, true);
        write_common_prefixes(xml, listing, encoding);
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListObjects>(S3&);

}  // namespace sekisho::s3
