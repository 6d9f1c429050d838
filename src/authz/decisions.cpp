#include "authz/decisions.h"

#include <algorithm>
#include <functional>

namespace sekisho::authz {
namespace {

constexpr std::size_t recent = 1024;
constexpr std::size_t shared_max = 8192;

template <class F>
void each_policy(const Participants& participants, F&& f) {
    for (const auto* list : {&participants.identity, &participants.boundary, &participants.session, &participants.endpoint}) {
        f(nullptr);
        for (const NamedPolicy& policy : *list) f(&policy);
    }
}

std::size_t hash_of(const Participants& participants) {
    std::size_t hash = std::hash<std::string>{}(participants.caller);
    each_policy(participants, [&](const NamedPolicy* policy) {
        std::size_t one = policy ? std::hash<const void*>{}(policy->document.get()) : 1;
        hash = hash * 1'000'003 ^ one;
    });
    return hash;
}

bool same(const std::vector<NamedPolicy>& a, const std::vector<NamedPolicy>& b) {
    return std::ranges::equal(
        a, b, [](const NamedPolicy& x, const NamedPolicy& y) { return x.document == y.document && x.name == y.name; });
}

bool same(const Participants& a, const Participants& b) {
    return a.caller == b.caller && a.caller_place == b.caller_place && a.endpoint_place == b.endpoint_place &&
           same(a.identity, b.identity) && same(a.boundary, b.boundary) && same(a.session, b.session) &&
           same(a.endpoint, b.endpoint);
}

}  // namespace

Decisions::Decisions(std::size_t records_max)
    : slots_count_(std::max<std::size_t>(records_max, 1)), slots_(new Slot[slots_count_]) {}

std::shared_ptr<const Participants> Decisions::share(Participants participants) {
    std::size_t hash = hash_of(participants);
    std::lock_guard lock(mutex_);
    auto [begin, end] = shared_.equal_range(hash);
    for (auto it = begin; it != end;) {
        std::shared_ptr<const Participants> known = it->second.lock();
        if (known && same(*known, participants)) return known;
        it = known ? std::next(it) : shared_.erase(it);
    }
    if (shared_.size() >= shared_max) {
        std::erase_if(shared_, [](const auto& item) { return item.second.expired(); });
        if (shared_.size() >= shared_max) shared_.clear();  // they stay with their records; only sharing begins anew
    }
    auto made = std::make_shared<const Participants>(std::move(participants));
    shared_.emplace(hash, made);
    return made;
}

void Decisions::put(std::shared_ptr<const Record> record) {
    std::uint64_t hash = std::hash<std::string>{}(record->id.value);
    std::size_t index = next_.fetch_add(1, std::memory_order_relaxed) % slots_count_;
    Slot& slot = slots_[index];
    {
        std::lock_guard lock(lock_of(index));
        slot.record.swap(record);
        slot.hash.store(hash, std::memory_order_relaxed);
    }
    // The record that was there goes here, outside the lock.
}

std::shared_ptr<const Record> Decisions::find(const RequestId& id) const {
    std::uint64_t hash = std::hash<std::string>{}(id.value);
    std::shared_ptr<const Record> found;
    for (std::size_t i = 0; i < slots_count_; ++i) {
        if (slots_[i].hash.load(std::memory_order_relaxed) != hash) continue;
        std::shared_ptr<const Record> record;
        {
            std::lock_guard lock(lock_of(i));
            record = slots_[i].record;
        }
        if (record && record->id == id && (!found || record->asked)) found = std::move(record);
    }
    return found;
}

bool Decisions::is_recent(const RequestId& id) const {
    std::uint64_t hash = std::hash<std::string>{}(id.value);
    std::uint64_t end = next_.load();
    for (std::uint64_t i = 0; i < recent && i < end && i < slots_count_; ++i)
        if (slots_[(end - 1 - i) % slots_count_].hash.load(std::memory_order_relaxed) == hash) return true;
    return false;
}

}  // namespace sekisho::authz
