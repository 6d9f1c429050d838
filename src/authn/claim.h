// Claim: what a request says about its signature, read from the Authorization header or the query, before anything is believed.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "authn/caller.h"
#include "authn/refusal.h"
#include "http/message.h"

namespace sekisho::authn {

struct Claim {
    Caller::Proof place = Caller::Proof::none;  // header or query; none: the request carries no signature
    std::string access_key_id;
    std::string date, region, service;  // credential scope
    std::string scope;                  // date/region/service/aws4_request
    std::string signed_headers;         // as sent: names separated by ';'
    std::string signature;
    Time time;                              // X-Amz-Date, or Date
    std::optional<std::int64_t> expires_s;  // query only; Signature Version 2: seconds since the epoch
    std::string session_token;
};

// `s3`: SigV2's query parameters are recognised, and X-Amz-Expires is required.
std::expected<Claim, Refused> read_claim(const http::Request& request, bool s3);

// The value of one parameter of a raw query string, decoded; the first of that name.
std::optional<std::string> query_parameter(std::string_view query, std::string_view name);

}  // namespace sekisho::authn
