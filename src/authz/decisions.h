// Decisions: the ring in which the last requests' decisions are kept, as few bytes each, until somebody asks why.
//
// A record holds what the decision was made from (packed) and the policies themselves (shared), not the answer: explaining
// evaluates once more, so it shows the policies as they were, and can not say anything else than was decided. What requests of
// one caller have in common is stored once. Thread-safe; put() takes no lock that a reader holds for long.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "authz/authorizer.h"
#include "base/ids.h"

namespace sekisho::authz {

// The policies that a caller's requests by one road share.
struct Participants {
    std::vector<NamedPolicy> identity, boundary, session, endpoint;
    SharedPlace caller_place, endpoint_place;  // in their accounts' organisations
    std::string caller;                        // packed
};

struct Record {
    RequestId id;
    std::shared_ptr<const Participants> participants;
    std::string request;                                                     // packed
    std::vector<std::shared_ptr<const policy::Document>> resource_policies;  // one per ask, null where there is none
    std::vector<SharedPlace> resource_places;                                // one per ask; empty: all are the caller's own
    std::vector<std::shared_ptr<const policy::Acl>> acls;                    // one per ask; empty: none took part
    bool asked = true;                      // false: the request failed before it was authorized
    std::string error_code, error_message;  // then: how
};

class Decisions {
   public:
    explicit Decisions(std::size_t records_max);

    // The same participants as one that is still remembered, or these.
    std::shared_ptr<const Participants> share(Participants participants);

    void put(std::shared_ptr<const Record> record);
    std::shared_ptr<const Record> find(const RequestId& id) const;
    // Looks only at the most recent records: whether a request that is just ending is among them.
    bool is_recent(const RequestId& id) const;

   private:
    struct Slot {
        std::atomic<std::uint64_t> hash{0};    // of the request's id, so that a search touches few records
        std::shared_ptr<const Record> record;  // guarded by the slot's lock
    };
    static constexpr std::size_t locks_count = 64;
    std::mutex& lock_of(std::size_t slot) const { return locks_[slot % locks_count]; }

    std::size_t slots_count_;
    std::unique_ptr<Slot[]> slots_;
    mutable std::array<std::mutex, locks_count> locks_;
    std::atomic<std::uint64_t> next_{0};

    std::mutex mutex_;
    std::unordered_multimap<std::size_t, std::weak_ptr<const Participants>> shared_;
};

}  // namespace sekisho::authz
