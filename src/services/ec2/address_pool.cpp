#include "services/ec2/address_pool.h"

namespace sekisho::ec2 {

AddressPool::AddressPool(std::vector<IpAddress> addresses) : addresses_(std::move(addresses)) {}

void AddressPool::mark_used(const std::string& ip) {
    std::lock_guard lock(mutex_);
    used_.insert(ip);
}

std::optional<std::string> AddressPool::take() {
    std::lock_guard lock(mutex_);
    for (std::size_t tried = 0; tried < addresses_.size(); ++tried) {
        std::string ip = addresses_[next_].text();
        next_ = (next_ + 1) % addresses_.size();
        if (used_.insert(ip).second) return ip;
    }
    return std::nullopt;
}

void AddressPool::give_back(const std::string& ip) {
    std::lock_guard lock(mutex_);
    used_.erase(ip);
}

std::optional<std::string> AddressLease::take() {
    auto ip = pool_.take();
    if (ip) taken_.push_back(*ip);
    return ip;
}

void AddressLease::settle() {
    for (const std::string& ip : released_) pool_.give_back(ip);
    taken_.clear();
    released_.clear();
}

void AddressLease::cancel() {
    for (const std::string& ip : taken_) pool_.give_back(ip);
    taken_.clear();
    released_.clear();
}

}  // namespace sekisho::ec2
