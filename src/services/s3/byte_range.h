// ByteRange: the Range header of GET and HEAD, and x-amz-copy-source-range. RFC 9110 14; S3 serves one range only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::s3 {

struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool operator==(const ByteRange&) const = default;
};

std::string content_range(const ByteRange& range, std::uint64_t size);  // "bytes 0-9/100"

// nullopt: the whole object (no range, not understood, or several). InvalidRange when it lies outside of the object.
Result<std::optional<ByteRange>> parse_range(std::string_view header, std::uint64_t size);

// "bytes=first-last", both given. InvalidArgument otherwise, InvalidRange beyond the source's end.
Result<ByteRange> parse_copy_range(std::string_view header, std::uint64_t size);

}  // namespace sekisho::s3
