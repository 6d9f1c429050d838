// Names: what may be a bucket's name, a key, a host name in virtual-host style. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sekisho::s3 {

inline constexpr std::size_t key_utf8_bytes_max = 1024;

// S3 guide, "General purpose bucket naming rules".
bool valid_bucket_name(std::string_view name);
// Whether a bucket might have that name: the oldest ones have up to 255 letters of either case, digits and "._-".
bool possible_bucket_name(std::string_view name);

// InvalidURI for what is no UTF-8 text (or holds NUL, which separates keys in rows), KeyTooLongError beyond 1,024 bytes.
Result<void> check_key(std::string_view key);

// What a Host header says. `bucket` is empty in path style. `region` is that of an AWS host name; "" for the global ones
// (s3.amazonaws.com); nullopt where the host is no AWS name, so says nothing of a region.
struct HostName {
    std::string bucket;
    std::optional<std::string> region;
    bool access_point = false;  // the label is one's, "name-account": name-account.s3-accesspoint.region.amazonaws.com
};
// `suffixes`: names of this server below which a label is a bucket ("localhost", "s3.example.com"), lower case.
HostName parse_host(std::string_view host, std::span<const std::string> suffixes);

}  // namespace sekisho::s3
