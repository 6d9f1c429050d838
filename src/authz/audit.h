// AuditLog: DATA/audit/*.jsonl, one JSON object per line with CloudTrail's field names. Denials, failures and management events
// always; successes of object-level operations only when configured (CloudTrail's data events).
//
// write() only queues: a thread of its own renders and writes, rotates by size and syncs. A full queue or a full disk drops
// lines, counts them and says so in the operational log; a request never waits for its line.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authn/caller.h"
#include "base/clock.h"
#include "base/ids.h"
#include "origin/origin.h"

namespace sekisho::authz {

struct AuditEvent {
    RequestId id;
    Time time;
    std::string service;    // "s3"
    std::string operation;  // "ListObjectsV2"
    Region region;
    std::string user_agent;
    bool read_only = false;
    authn::Caller caller;
    origin::Origin origin;
    std::string error_code;
    std::string error_message;
    std::vector<std::pair<std::string, std::string>> parameters;
    AccountId recipient;
};

// One line, without its newline.
std::string render(const AuditEvent& event);

// Object-level operations of S3, which CloudTrail calls data events.
bool is_data_event(std::string_view service, std::string_view operation);

struct AuditOptions {
    std::string folder;                          // made (0700) when missing; files are 0600
    std::uint64_t file_bytes_max = 64ull << 20;  // then a new file begins
    std::size_t files_max = 64;                  // the oldest are removed
    std::size_t queue_max = 16'384;              // events waiting to be written
    bool data_events = false;                    // successes of object-level operations, too
};

class AuditLog {
   public:
    explicit AuditLog(AuditOptions options);
    ~AuditLog();  // writes and syncs what is queued
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    void write(AuditEvent event);  // any thread; never waits
    bool wants(std::string_view service, std::string_view operation, bool failed) const;
    void flush();  // returns when everything queued before is in the file; for tests and the end
    std::uint64_t dropped() const;
    std::uint64_t written() const;

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sekisho::authz
