// Lookup: the audit log read from its end. Waits for the disk, so it runs on a worker; knows nothing of requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"

namespace sekisho::cloudtrail {

enum class Attribute {
    none,
    event_id,
    event_name,
    read_only,
    username,
    resource_type,
    resource_name,
    event_source,
    access_key_id
};

struct Question {
    AccountId account;  // whose events
    Region region;
    std::optional<Time> start, end;  // both inclusive
    Attribute attribute = Attribute::none;
    std::string value;
    std::size_t max = 50;
    std::string token;  // from an earlier answer
};

struct Resource {
    std::string type, name;
};

struct Event {
    std::string id, name, source, username, access_key_id;
    bool read_only = false;
    Time time;
    std::vector<Resource> resources;
    std::string line;  // the event as it stands in the log
};

struct Found {
    std::vector<Event> events;  // the newest first
    std::string token;          // empty: that is all
};

// At most this much of the log is read for one answer: a page may hold fewer events than there are, but then has a token.
inline constexpr std::uint64_t bytes_per_answer_max = 8u << 20;

// `folder`: the audit log's. nullopt: the token is none.
std::optional<Found> look_up(const std::string& folder, const Question& question);

}  // namespace sekisho::cloudtrail
