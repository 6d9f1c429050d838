#include "base/clock.h"

#include <array>

#include "base/bytes.h"

namespace sekisho {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> long_day_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                         "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Civil {
    int year, month, day, hour, minute, second, millisecond;
    unsigned weekday;
};

Civil civil(Time time) {
    auto millis = floor<milliseconds>(time);
    auto day = floor<days>(millis);
    year_month_day date(day);
    hh_mm_ss clock(millis - day);
    return {int(date.year()),
            int(unsigned(date.month())),
            int(unsigned(date.day())),
            int(clock.hours().count()),
            int(clock.minutes().count()),
            int(clock.seconds().count()),
            int(clock.subseconds().count()),
            weekday(day).c_encoding()};
}

std::optional<Time> make_time(int y, int mon, int d, int h, int min, int s, std::int64_t nanos = 0) {
    year_month_day date{year(y), month(static_cast<unsigned>(mon)), day(static_cast<unsigned>(d))};
    // Years that a nanosecond clock cannot hold are refused: the arithmetic would wrap.
    if (!date.ok() || y < 1678 || y > 2261 || h > 23 || min > 59 || s > 59) return std::nullopt;
    return Time(duration_cast<Time::duration>((sys_days(date) + hours(h) + minutes(min) + seconds(s)).time_since_epoch() +
                                              nanoseconds(nanos)));
}

// Writes `value` over the last `count` digits before `end`.
void put(char* end, int value, int count) {
    for (; count > 0; --count, value /= 10) *--end = static_cast<char>('0' + value % 10);
}

// Reads `count` digits at `at`; -1 when they are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

template <std::size_t N>
int index_of(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i)
        if (names[i] == name) return static_cast<int>(i);
    return -1;
}

}  // namespace

// By hand, since every request writes some: a year has four digits as long as a nanosecond clock can hold it.
std::string iso8601(Time time) {
    Civil c = civil(time);
    std::string out = "YYYY-MM-DDThh:mm:ssZ";
    char* at = out.data();
    put(at + 4, c.year, 4), put(at + 7, c.month, 2), put(at + 10, c.day, 2);
    put(at + 13, c.hour, 2), put(at + 16, c.minute, 2), put(at + 19, c.second, 2);
    return out;
}

std::string iso8601_millis(Time time) {
    std::string out = iso8601(time);
    out.replace(19, 1, ".mmmZ");
    put(out.data() + 23, civil(time).millisecond, 3);
    return out;
}

std::string amz_basic(Time time) {
    Civil c = civil(time);
    std::string out = "YYYYMMDDThhmmssZ";
    char* at = out.data();
    put(at + 4, c.year, 4), put(at + 6, c.month, 2), put(at + 8, c.day, 2);
    put(at + 11, c.hour, 2), put(at + 13, c.minute, 2), put(at + 15, c.second, 2);
    return out;
}

std::string http_date(Time time) {
    Civil c = civil(time);
    std::string out = "Sun, DD Mon YYYY hh:mm:ss GMT";
    char* at = out.data();
    day_names[c.weekday].copy(at, 3);
    month_names[static_cast<std::size_t>(c.month - 1)].copy(at + 8, 3);
    put(at + 7, c.day, 2), put(at + 16, c.year, 4);
    put(at + 19, c.hour, 2), put(at + 22, c.minute, 2), put(at + 25, c.second, 2);
    return out;
}

std::int64_t epoch_seconds(Time time) { return floor<seconds>(time).time_since_epoch().count(); }
std::int64_t epoch_millis(Time time) { return floor<milliseconds>(time).time_since_epoch().count(); }
Time from_epoch_millis(std::int64_t millis) { return Time(milliseconds(millis)); }

std::optional<Time> parse_iso8601(std::string_view text) {
    // YYYY-MM-DD[Thh:mm:ss[.fraction]][Z]
    int y = digits(text, 0, 4), mon = digits(text, 5, 2), d = digits(text, 8, 2);
    if (y < 0 || mon < 0 || d < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
    if (text.size() == 10) return make_time(y, mon, d, 0, 0, 0);
    int h = digits(text, 11, 2), min = digits(text, 14, 2), s = digits(text, 17, 2);
    if (h < 0 || min < 0 || s < 0 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
    std::size_t at = 19;
    std::int64_t nanos = 0;
    if (at < text.size() && text[at] == '.') {
        std::int64_t scale = 100'000'000;
        std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) nanos += (text[at] - '0') * scale;
        if (at == first || at > first + 9) return std::nullopt;
    }
    if (at < text.size() && text[at] == 'Z') ++at;
    if (at != text.size()) return std::nullopt;
    return make_time(y, mon, d, h, min, s, nanos);
}

std::optional<Time> parse_amz_basic(std::string_view text) {
    if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
    int y = digits(text, 0, 4), mon = digits(text, 4, 2), d = digits(text, 6, 2);
    int h = digits(text, 9, 2), min = digits(text, 11, 2), s = digits(text, 13, 2);
    if (y < 0 || mon < 0 || d < 0 || h < 0 || min < 0 || s < 0) return std::nullopt;
    return make_time(y, mon, d, h, min, s);
}

std::optional<Time> parse_http_date(std::string_view text) {
    auto clock = [&](std::size_t at, int& h, int& min, int& s) {
        h = digits(text, at, 2), min = digits(text, at + 3, 2), s = digits(text, at + 6, 2);
        return h >= 0 && min >= 0 && s >= 0 && text[at + 2] == ':' && text[at + 5] == ':';
    };
    int h, min, s;
    // Sun, 06 Nov 1994 08:49:37 GMT
    if (text.size() == 29 && text.substr(3, 2) == ", " && text.substr(25) == " GMT" && clock(17, h, min, s)) {
        int d = digits(text, 5, 2), mon = index_of(month_names, text.substr(8, 3)), y = digits(text, 12, 4);
        if (index_of(day_names, text.substr(0, 3)) < 0 || d < 0 || mon < 0 || y < 0) return std::nullopt;
        if (text[7] != ' ' || text[11] != ' ' || text[16] != ' ') return std::nullopt;
        return make_time(y, mon + 1, d, h, min, s);
    }
    // Sunday, 06-Nov-94 08:49:37 GMT
    if (std::size_t comma = text.find(", "); comma != std::string_view::npos && text.size() == comma + 24) {
        std::size_t at = comma + 2;
        int d = digits(text, at, 2), mon = index_of(month_names, text.substr(at + 3, 3)), y = digits(text, at + 7, 2);
        if (index_of(long_day_names, text.substr(0, comma)) < 0 || d < 0 || mon < 0 || y < 0) return std::nullopt;
        if (text[at + 2] != '-' || text[at + 6] != '-' || text.substr(at + 18) != " GMT" || !clock(at + 10, h, min, s))
            return std::nullopt;
        return make_time(y < 70 ? 2000 + y : 1900 + y, mon + 1, d, h, min, s);
    }
    // Sun Nov  6 08:49:37 1994
    if (text.size() == 24 && clock(11, h, min, s)) {
        int mon = index_of(month_names, text.substr(4, 3)), y = digits(text, 20, 4);
        int d = text[8] == ' ' ? digits(text, 9, 1) : digits(text, 8, 2);
        if (index_of(day_names, text.substr(0, 3)) < 0 || d < 0 || mon < 0 || y < 0) return std::nullopt;
        return make_time(y, mon + 1, d, h, min, s);
    }
    return std::nullopt;
}

}  // namespace sekisho
