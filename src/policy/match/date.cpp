// DateEquals … DateGreaterThanEquals. A date is written as in W3C's NOTE-datetime (2026, 2026-11, 2026-11-23, then hours and
// minutes, seconds, a fraction, with Z or an offset) or as seconds since 1970. Four digits alone are a year.
#include <chrono>

#include "base/bytes.h"
#include "policy/match/operator.h"

namespace sekisho::policy::match {
namespace {

// Takes exactly `count` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (char c : text.substr(0, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::int64_t> take_fraction(std::string_view& text) {  // milliseconds; further digits are dropped
    std::int64_t millis = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits)
        if (digits < 3) millis = millis * 10 + (text[digits] - '0');
    if (digits == 0) return std::nullopt;
    for (std::size_t i = digits; i < 3; ++i) millis *= 10;
    text.remove_prefix(digits);
    return millis;
}

std::optional<std::int64_t> take_zone(std::string_view& text) {  // minutes east of Greenwich
    if (text.empty() || take(text, 'Z') || take(text, 'z')) return 0;
    bool west = text[0] == '-';
    if (!west && text[0] != '+') return std::nullopt;
    text.remove_prefix(1);
    auto hours = take_digits(text, 2);
    if (!hours) return std::nullopt;
    take(text, ':');
    auto minutes = take_digits(text, 2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return (west ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

std::optional<DateValue> parse_date(std::string_view text) {
    if (text.size() != 4) {
        std::string_view seconds = text, fraction;
        if (std::size_t dot = text.find('.'); dot != std::string_view::npos) {
            seconds = text.substr(0, dot);
            fraction = text.substr(dot + 1);
        }
        auto value = parse_i64(seconds);
        if (value) {
            std::int64_t millis = 0;
            if (fraction.data()) {
                auto part = take_fraction(fraction);
                if (!part || !fraction.empty()) return std::nullopt;
                millis = *part;
            }
            if (*value > 9'000'000'000'000 || *value < -9'000'000'000'000) return std::nullopt;
            return DateValue{*value * 1000 + (text[0] == '-' ? -millis : millis)};
        }
    }
    auto year = take_digits(text, 4);
    if (!year) return std::nullopt;
    int month = 1, day = 1, hour = 0, minute = 0, second = 0;
    std::int64_t millis = 0, zone = 0;
    if (!text.empty()) {
        auto m = take(text, '-') ? take_digits(text, 2) : std::nullopt;
        if (!m) return std::nullopt;
        month = *m;
    }
    if (!text.empty()) {
        auto d = take(text, '-') ? take_digits(text, 2) : std::nullopt;
        if (!d) return std::nullopt;
        day = *d;
    }
    if (!text.empty()) {
        if (!take(text, 'T') && !take(text, 't')) return std::nullopt;
        auto h = take_digits(text, 2);
        auto m = h && take(text, ':') ? take_digits(text, 2) : std::nullopt;
        if (!m) return std::nullopt;
        hour = *h;
        minute = *m;
        if (take(text, ':')) {
            auto s = take_digits(text, 2);
            if (!s) return std::nullopt;
            second = *s;
            if (take(text, '.')) {
                auto f = take_fraction(text);
                if (!f) return std::nullopt;
                millis = *f;
            }
        }
        auto z = take_zone(text);
        if (!z || !text.empty()) return std::nullopt;
        zone = *z;
    }
    std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return DateValue{((days * 24 + hour) * 60 + minute - zone) * 60'000 + second * 1000 + millis};
}

bool date(Comparison comparison, DateValue wanted, std::string_view actual) {
    std::optional<DateValue> value = parse_date(actual);
    if (!value) return false;
    switch (comparison) {
        case Comparison::equals:
            return value->millis == wanted.millis;
        case Comparison::less:
            return value->millis < wanted.millis;
        case Comparison::less_or_equal:
            return value->millis <= wanted.millis;
        case Comparison::greater:
            return value->millis > wanted.millis;
        case Comparison::greater_or_equal:
            return value->millis >= wanted.millis;
    }
    return false;
}

}  // namespace sekisho::policy::match
