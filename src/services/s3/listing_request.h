// What ListObjects, ListObjectsV2 and ListObjectVersions have in common: their parameters and the entries of their replies.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "authz/ask.h"
#include "base/result.h"
#include "services/operation.h"
#include "services/s3/listing.h"
#include "services/s3/replies.h"

namespace sekisho::s3 {

class S3;

struct ListingRequest {
    BucketPtr bucket;
    ListingQuery query;  // without the position, which each operation has its own way to say
    KeyEncoding encoding;
};
Result<ListingRequest> parse_listing(const services::Call& call);

// s3:ListBucket and its like, with s3:prefix, s3:delimiter and s3:max-keys as the request gives them.
Result<std::vector<authz::Ask>> ask_to_list(ListingRequest& request, const services::Call& call, const S3& s3,
                                            std::string_view action);

// The elements that the replies share, in order: Name, Prefix, … are the operation's own.
void write_object(wire::XmlWriter& xml, const Listing::Entry& entry, const KeyEncoding& encoding, bool with_owner);
// A <Version> or <DeleteMarker>.
void write_version(wire::XmlWriter& xml, const Listing::Entry& entry, const KeyEncoding& encoding);
void write_common_prefixes(wire::XmlWriter& xml, const Listing& listing, const KeyEncoding& encoding);

}  // namespace sekisho::s3
