#include "services/s3/byte_range.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {
constexpr std::string_view unit = "bytes=";

std::unexpected<ApiError> outside(std::string_view header, std::uint64_t size) {
    return fail(error::s3::InvalidRange, std::string(error::s3::InvalidRange.text),
                {{"RangeRequested", std::string(header)},
                 {"ActualObjectSize", std::to_string(size)},
                 {"header:Content-Range", fmt::format("bytes */{}", size)}});
}
}  // namespace

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return fmt::format("bytes {}-{}/{}", range.offset, range.offset + range.length - 1, size);
}

Result<std::optional<ByteRange>> parse_range(std::string_view header, std::uint64_t size) {
    std::string_view text = trim(header);
    if (!text.starts_with(unit) || text.find(',') != std::string_view::npos) return std::nullopt;
    text = trim(text.substr(unit.size()));
    std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    std::string_view first_text = trim(text.substr(0, dash)), last_text = trim(text.substr(dash + 1));
    if (first_text.empty()) {
        auto suffix = parse_u64(last_text);
        if (!suffix) return std::nullopt;
        if (*suffix == 0 || size == 0) return outside(header, size);
        std::uint64_t length = std::min(*suffix, size);
        return ByteRange{size - length, length};
    }
    auto first = parse_u64(first_text);
    if (!first) return std::nullopt;
    std::uint64_t last = UINT64_MAX;
    if (!last_text.empty()) {
        auto parsed = parse_u64(last_text);
        if (!parsed || *parsed < *first) return std::nullopt;
        last = *parsed;
    }
    if (*first >= size) return outside(header, size);
    return ByteRange{*first, std::min(last, size - 1) - *first + 1};
}

Result<ByteRange> parse_copy_range(std::string_view header, std::uint64_t size) {
    std::string_view text = header;
    std::optional<std::uint64_t> first, last;
    if (text.starts_with(unit)) {
        text.remove_prefix(unit.size());
        if (std::size_t dash = text.find('-'); dash != std::string_view::npos) {
            first = parse_u64(text.substr(0, dash));
            last = parse_u64(text.substr(dash + 1));
        }
    }
    if (!first || !last || *first > *last)
        return fail(error::s3::InvalidArgument,
                    "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
                    "zero-based offsets of the first and last bytes to copy",
                    {{"ArgumentName", "x-amz-copy-source-range"}, {"ArgumentValue", std::string(header)}});
    if (*last >= size)
        return fail(error::s3::InvalidArgument, fmt::format("Range specified is not valid for source object of size: {}", size),
                    {{"ArgumentName", "x-amz-copy-source-range"}, {"ArgumentValue", std::string(header)}});
    return ByteRange{*first, *last - *first + 1};
}

}  // namespace sekisho::s3
