// authenticate(): a request → who is calling, as proved by Signature Version 4; or AWS's error for each way to be wrong.
//
// It reads headers and query, looks the access key up, and compares one signature. Bodies: query and JSON protocols give the
// whole body, S3's is proved while it is read: on success the request's body is replaced by a reader that ends only when hash,
// chunk signatures and trailers held (body.h). It decides nothing about permissions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "authn/caller.h"
#include "authn/signing_keys.h"
#include "base/clock.h"
#include "base/result.h"
#include "http/message.h"
#include "wire/dialect.h"

namespace sekisho::authn {

// What is known of an access key (and of the session token that came with it).
struct Credential {
    enum class Standing {
        valid,
        unknown,    // no such key, or an inactive one; or a session's key without its token
        bad_token,  // a token that is not ours, was altered, or belongs to another key
        expired_token,
    };
    Standing standing = Standing::unknown;
    std::string secret;
    Caller caller;  // without the facts of the proof
};

// Implemented over IAM's state; reads snapshots, never waits, any thread.
class CredentialSource {
   public:
    virtual ~CredentialSource() = default;
    // `session_token` is empty where none came.
    virtual Credential find(std::string_view access_key_id, std::string_view session_token, Time now) const = 0;
};

// What the gate knows of a request before it knows the caller.
struct Expected {
    wire::Dialect dialect = wire::Dialect::rest_xml;  // whose error codes and texts; rest_xml also means S3's rules and body
    std::string_view service;                         // the service that the credential scope must name
    std::string_view region;                          // the region that it must name; empty: any
    std::span<const std::string> regions = {};        // those that it may name; empty: any
    std::string_view default_region = {};             // which one the refusal expects then
    bool anonymous_allowed = false;
    bool signature_v2_allowed = true;      // by presigned URL. It signs no host, which may choose between services
    std::string_view payload = {};         // the whole body; not used for rest_xml
    std::string_view virtual_bucket = {};  // S3: the bucket that the Host names; empty in path style
};

Result<Caller> authenticate(http::Request& request, const Expected& expected, const CredentialSource& credentials,
                            SigningKeys& keys, Time now);

}  // namespace sekisho::authn
