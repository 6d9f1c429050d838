#include "services/s3/row_codec.h"

#include "base/result.h"

namespace sekisho::s3 {

namespace {
[[noreturn]] void damaged(const char* what) { throw Fault(std::string("a row is damaged: ") + what); }
}  // namespace

RowWriter::RowWriter(std::uint8_t format, std::size_t reserve) {
    out_.reserve(reserve);
    byte(format);
}

void RowWriter::number(std::uint64_t value) {
    while (value >= 0x80) {
        byte(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    byte(static_cast<std::uint8_t>(value));
}

void RowWriter::text(std::string_view value) {
    number(value.size());
    out_ += value;
}

std::uint8_t RowReader::byte() {
    if (rest_.empty()) damaged("it ends early");
    auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

std::uint64_t RowReader::number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        std::uint8_t part = byte();
        std::uint64_t bits = part & 0x7f;
        if (shift == 63 && bits > 1) break;
        value |= bits << shift;
        if (!(part & 0x80)) return value;
    }
    damaged("a number is too large");
}

std::string_view RowReader::text() {
    std::uint64_t size = number();
    if (size > rest_.size()) damaged("it ends early");
    std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
}

std::size_t RowReader::count(std::size_t bytes_each_min) {
    std::uint64_t value = number();
    if (value > rest_.size() / bytes_each_min) damaged("it ends early");
    return value;
}

void RowReader::expect_end() const {
    if (!rest_.empty()) damaged("it has more than its format says");
}

}  // namespace sekisho::s3
