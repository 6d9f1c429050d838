// sign(): the client's side of Signature Version 4, for the command line and the tests.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace sekisho::authn {

struct Signer {
    std::string access_key_id;
    std::string secret;
    std::string session_token;
    std::string region;
    std::string service;
};

// Adds x-amz-date, x-amz-content-sha256 (S3), x-amz-security-token and Authorization. Signs Host (which must be there), every
// x-amz-* field and Content-Type.
void sign(http::Request& request, std::string_view payload, const Signer& signer, Time now);

// Adds the query parameters of a presigned URL to request.query (and target).
void presign(http::Request& request, const Signer& signer, Time now, std::int64_t expires_s);

}  // namespace sekisho::authn
