// Refusals: each way in which a signature can be wrong, and how each AWS dialect words it. Logic elsewhere names the flaw;
// codes and texts are here alone.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "wire/dialect.h"

namespace sekisho::authn {

enum class Flaw {
    no_signature,          // and the service is for known callers only
    two_signatures,        // header and query at once; a: the header
    signature_v2,          // where it is not taken
    unsupported_scheme,    // a: the header
    ecdsa,                 // SigV4A
    malformed_component,   // a: the component
    missing_components,    // a: which, separated by ';'; b: the header
    malformed_credential,  // a: the credential
    empty_access_key,
    malformed_scope_date,   // a: the date
    wrong_terminator,       // a: what was there
    wrong_service,          // a: what was there; b: expected
    wrong_region,           // a: what was there; b: expected
    scope_date_mismatch,    // a: the scope's; b: the request's timestamp
    missing_parameters,     // query: one of the required ones; a: which, separated by ';'
    unsupported_algorithm,  // query; a: what was there
    malformed_time,         // a: what was there; empty: none
    malformed_expires,
    negative_expires,
    expires_too_long,
    skewed,              // a: the request's time as sent
    expired,             // query; a: X-Amz-Expires; b: when it ended
    not_yet_valid,       // query
    unknown_key,         // a: the access key id
    bad_token,           // a: the token
    expired_token,       // a: the token
    headers_not_signed,  // a: their names
    mismatch,            // a: canonical request; b: string to sign
    missing_content_hash,
    malformed_content_hash,  // a: what was there
    decoded_length_missing,
    v2_missing_parameters,  // Signature Version 2 in a URL
    v2_malformed_expires,   // a: what was there
    v2_expired,             // a: when it ended
    v2_mismatch,            // a: string to sign
};

struct Refused {
    Flaw flaw;
    std::string a = {};
    std::string b = {};
};

// What else the texts name.
struct RefusalFacts {
    wire::Dialect dialect;
    bool in_query = false;
    std::string access_key_id;
    std::string signature;
    Time time;  // of the request, where it was read
    Time now;
};

ApiError refusal(const Refused& refused, const RefusalFacts& facts);

}  // namespace sekisho::authn
