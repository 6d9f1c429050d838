#include "authn/signing_keys.h"

namespace sekisho::authn {

Sha256 derive_signing_key(std::string_view secret, std::string_view date, std::string_view region, std::string_view service) {
    Sha256 key = hmac_sha256("AWS4" + std::string(secret), date);
    key = hmac_sha256(view(key), region);
    key = hmac_sha256(view(key), service);
    return hmac_sha256(view(key), "aws4_request");
}

Sha256 SigningKeys::get(std::string_view secret, std::string_view date, std::string_view region, std::string_view service) {
    std::string name;
    name.reserve(secret.size() + date.size() + region.size() + service.size() + 3);
    // NUL cannot occur in a date, region or service that passed the scope's checks, so names are unambiguous.
    name.append(date).append(1, '\0').append(region).append(1, '\0').append(service).append(1, '\0').append(secret);
    {
        std::lock_guard lock(mutex_);
        if (auto it = by_name_.find(name); it != by_name_.end()) {
            recent_.splice(recent_.begin(), recent_, it->second);
            return it->second->key;
        }
    }
    Sha256 key = derive_signing_key(secret, date, region, service);
    std::lock_guard lock(mutex_);
    if (by_name_.contains(name)) return key;
    recent_.push_front({std::move(name), key});
    by_name_.emplace(recent_.front().name, recent_.begin());
    if (recent_.size() > keys_max_) {
        by_name_.erase(recent_.back().name);
        recent_.pop_back();
    }
    return key;
}

std::size_t SigningKeys::size() const {
    std::lock_guard lock(mutex_);
    return recent_.size();
}

}  // namespace sekisho::authn
