// AddressPool: which public addresses of the lab's internet are given out, over all accounts and regions. In memory only: it is
// filled from the states at start. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/ip.h"

namespace sekisho::ec2 {

class AddressPool {
   public:
    explicit AddressPool(std::vector<IpAddress> addresses);
    void mark_used(const std::string& ip);
    // The next free one after the one given out last, so that a released address rests before it comes back.
    std::optional<std::string> take();
    void give_back(const std::string& ip);

   private:
    std::mutex mutex_;
    std::vector<IpAddress> addresses_;
    std::set<std::string> used_;
    std::size_t next_ = 0;
};

// What one change took from the pool or is done with: settled only once the change is durable.
class AddressLease {
   public:
    explicit AddressLease(AddressPool& pool) : pool_(pool) {}
    ~AddressLease() { cancel(); }
    AddressLease(const AddressLease&) = delete;
    AddressLease& operator=(const AddressLease&) = delete;

    std::optional<std::string> take();
    void release(std::string ip) { released_.push_back(std::move(ip)); }
    void settle();  // the change was committed
    void cancel();  // it was not

   private:
    AddressPool& pool_;
    std::vector<std::string> taken_;
    std::vector<std::string> released_;
};

}  // namespace sekisho::ec2
