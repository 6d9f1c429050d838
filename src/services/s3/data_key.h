// DataKey: what an object's bytes are encrypted with.
#pragma once

#include <optional>
#include <string>

#include "store/encryption/master_keys.h"

namespace sekisho::s3 {

struct DataKey {
    std::optional<store::SecretKey> secret = {};  // nullopt: not known yet, or there is none
    std::string wrapped = {};                     // as the row keeps it; empty: the bytes are plain
    std::string customer_md5 = {};                // SSE-C: the MD5 of the customer's key, in base64
};

}  // namespace sekisho::s3
