#include "services/s3/listing_request.h"
#include "services/s3/op.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListObjectsV2 {
    static constexpr std::string_view name = "ListObjectsV2";

    struct Input {
        ListingRequest listing;
        bool fetch_owner = false;
    };

    // A continuation token is the last key or common prefix in hex: opaque to clients, and nothing to forge.
    static Result<Input> parse(const Call& call) {
        auto listing = parse_listing(call);
        if (!listing) return fail(std::move(listing.error()));
        Input in{std::move(*listing), call.params.get("fetch-owner") == "true"};
        in.listing.query.after = call.params.get("start-after");
        if (auto token = call.params.find("continuation-token")) {
            auto after = from_hex(*token);
            if (!after || after->empty())
                return invalid_argument("continuation-token", *token, "The continuation token provided is incorrect");
            in.listing.query.after = std::move(*after);
        }
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) { return ask_to_list(in.listing, call, s3, "s3:ListBucket"); }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        const ListingRequest& request = in->listing;
        Listing listing = co_await list_objects(s3.tables, request.bucket, request.query);
        wire::XmlWriter xml;
        xml.open("ListBucketResult", s3_namespace).text("Name", call.bucket);
        xml.text("Prefix", request.encoding(request.query.prefix));
        if (auto start = call.params.find("start-after")) xml.text("StartAfter", request.encoding(*start));
        if (auto token = call.params.find("continuation-token")) xml.text("ContinuationToken", *token);
        if (listing.truncated) xml.text("NextContinuationToken", to_hex(listing.last));
        xml.number("KeyCount", listing.entries.size() + listing.common_prefixes.size());
        xml.number("MaxKeys", request.query.entries_max);
        if (!request.query.delimiter.empty()) xml.text("Delimiter", request.encoding(request.query.delimiter));
        if (request.encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", listing.truncated);
        for (const Listing::Entry& entry : listing.entries) write_object(xml, entry, request.encoding, in->fetch_owner);
        write_common_prefixes(xml, listing, request.encoding);
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListObjectsV2>(S3&);

}  // namespace sekisho::s3
