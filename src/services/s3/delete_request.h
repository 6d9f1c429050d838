// The <Delete> document of DeleteObjects. Pure: a stranger's bytes in, keys out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sekisho::s3 {

struct DeleteRequest {
    struct Item {
        std::string key;
        std::string version;   // as given; empty: none
        std::string etag;      // empty: none
        bool unbuilt = false;  // conditions of directory buckets
    };
    std::vector<Item> items;
    bool quiet = false;
};

inline constexpr std::size_t delete_items_max = 1000;

// MalformedXML for what is no such document, or has none or more than 1,000 objects.
Result<DeleteRequest> parse_delete_request(std::string_view document);

}  // namespace sekisho::s3
