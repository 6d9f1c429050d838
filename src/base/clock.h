// Clock: the wall clock, passed by reference to whoever needs the time; ManualClock is its twin for tests.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho {

using Time = std::chrono::system_clock::time_point;

class Clock {
   public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
};

class SystemClock final : public Clock {
   public:
    Time now() const override { return std::chrono::system_clock::now(); }
};

class ManualClock final : public Clock {
   public:
    explicit ManualClock(Time start) : now_(start) {}
    Time now() const override {
        std::lock_guard lock(mutex_);
        return now_;
    }
    void advance(std::chrono::milliseconds by) {
        std::lock_guard lock(mutex_);
        now_ += by;
    }

   private:
    mutable std::mutex mutex_;
    Time now_;
};

std::string iso8601_millis(Time time);  // 2026-11-23T16:12:52.123Z  (S3, EC2)
std::string iso8601(Time time);         // 2026-11-23T16:12:52Z      (IAM, STS)
std::string amz_basic(Time time);       // 20261123T161252Z          (X-Amz-Date)
std::string http_date(Time time);       // Mon, 23 Nov 2026 16:12:52 GMT
std::int64_t epoch_seconds(Time time);
std::int64_t epoch_millis(Time time);
Time from_epoch_millis(std::int64_t millis);
// Each parses exactly its form (iso8601 also with fraction and with or without Z); nullopt when malformed or out of range.
std::optional<Time> parse_iso8601(std::string_view text);
std::optional<Time> parse_amz_basic(std::string_view text);
std::optional<Time> parse_http_date(std::string_view text);  // IMF-fixdate, RFC 850 and asctime forms (RFC 9110 5.6.7)

}  // namespace sekisho
