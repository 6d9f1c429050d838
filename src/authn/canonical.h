// The canonical request and string to sign of Signature Version 4, as the server rebuilds them from what it received.
// Source: IAM guide, "Create a signed AWS API request"; S3 API reference, "Signature Calculations for the Authorization
// Header".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace sekisho::authn {

// S3 signs the path as it is, encoded once; every other service the normalised path, encoded twice.
std::string canonical_path(std::string_view path, bool s3);

// Sorted by encoded name, then encoded value; X-Amz-Signature is left out when `presigned`.
std::string canonical_query(std::string_view query, bool presigned);

// Values of one header: each trimmed, runs of spaces folded, joined by commas; empty where the header is absent.
std::string canonical_value(const http::Headers& headers, std::string_view name);

std::string canonical_request(const http::Request& request, const std::vector<std::string_view>& signed_headers,
                              std::string_view signed_headers_text, std::string_view payload_hash, bool s3, bool presigned);

// `scope`: date/region/service/aws4_request
std::string string_to_sign(std::string_view timestamp, std::string_view scope, std::string_view canonical_request);

}  // namespace sekisho::authn
