// The primitives of binary rows: integers as LEB128, texts with their length before them. The tables check every value by a
// CRC, so what is wrong here was written wrong, or by a later version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sekisho::s3 {

class RowWriter {
   public:
    RowWriter(std::uint8_t format, std::size_t reserve);
    void byte(std::uint8_t value) { out_ += static_cast<char>(value); }
    void number(std::uint64_t value);
    void text(std::string_view value);
    std::string finish() { return std::move(out_); }

   private:
    std::string out_;
};

// Every read is bounds-checked; what does not fit is a Fault.
class RowReader {
   public:
    explicit RowReader(std::string_view row) : rest_(row) {}
    std::uint8_t byte();
    std::uint64_t number();
    std::string_view text();
    std::size_t count(std::size_t bytes_each_min);  // of things that follow
    void expect_end() const;

   private:
    std::string_view rest_;
};

}  // namespace sekisho::s3
