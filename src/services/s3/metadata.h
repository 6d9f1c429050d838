// Metadata: what an object's headers are when it is written, and what a GET returns. Also its storage class.
#pragma once

#include <string>

#include "base/result.h"
#include "http/message.h"
#include "services/s3/rows.h"

namespace sekisho::s3 {

inline constexpr std::size_t user_metadata_bytes_max = 2048;

// Content-Type (binary/octet-stream when none is given), Cache-Control, …, x-amz-meta-…. MetadataTooLarge beyond 2 KB.
Result<Metadata> parse_metadata(const http::Headers& headers);

// "" for STANDARD. InvalidStorageClass for what is none; NotImplemented for those whose objects would have to be restored.
Result<std::string> parse_storage_class(const http::Headers& headers);

// NotImplemented when a header asks for what is not built: object lock, website redirects, ACL
// grants. Such a request must not succeed without it.
Result<void> refuse_unbuilt_headers(const http::Headers& headers);

void add_metadata(http::Reply& reply, Metadata metadata);

}  // namespace sekisho::s3
