// Signature Version 2 in the query of an S3 URL: what boto3 and `aws s3 presign` still make for us-east-1 unless told
// otherwise, so S3's older regions take it. In an Authorization header it is refused: nobody sends that unasked.
//
// It covers less than Version 4: no host, and of the query only certain names (see signature_v2_covers).
// Source: S3 User Guide, "Signing and authenticating REST requests (AWS signature version 2)".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace sekisho::authn {

// The regions that were there before Version 4 was. Empty, where the region is not known yet, counts as one of them.
bool takes_signature_v2(std::string_view region);

// Whether every parameter is covered by the signature, or only pages and filters a listing: one that chooses another operation
// and is not covered could have been added by whoever holds the URL.
bool signature_v2_covers(std::string_view query);

// `virtual_bucket`: the bucket that the Host names; empty in path style.
std::string string_to_sign_v2(const http::Request& request, std::int64_t expires, std::string_view virtual_bucket);

// x-amz-… parameters that were signed as headers are headers from here on (S3 takes them from the query of such URLs).
void take_headers_from_query_v2(http::Request& request);

}  // namespace sekisho::authn
