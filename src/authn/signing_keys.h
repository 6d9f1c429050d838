// SigningKeys: the derived keys of Signature Version 4, remembered: deriving one costs four HMACs, and every request of one
// client, day, region and service has the same. Bounded; the least recently used goes first. Thread-safe.
#pragma once

#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "authn/digest.h"

namespace sekisho::authn {

// HMAC(HMAC(HMAC(HMAC("AWS4" + secret, date), region), service), "aws4_request")
Sha256 derive_signing_key(std::string_view secret, std::string_view date, std::string_view region, std::string_view service);

class SigningKeys {
   public:
    explicit SigningKeys(std::size_t keys_max = 4096) : keys_max_(keys_max) {}
    Sha256 get(std::string_view secret, std::string_view date, std::string_view region, std::string_view service);
    std::size_t size() const;

   private:
    struct Entry {
        std::string name;
        Sha256 key;
    };
    const std::size_t keys_max_;
    mutable std::mutex mutex_;
    std::list<Entry> recent_;                                                   // most recent first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_name_;  // views into recent_
};

}  // namespace sekisho::authn
