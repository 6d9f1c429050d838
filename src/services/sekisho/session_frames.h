// The frames of a session's connection: one type byte, four bytes of length (little endian), the payload.
//   client → server: data (standard input), resize (rows, columns: 2 × uint16), end (of standard input)
//   server → client: data (standard output, or the terminal), error (standard error), exit (status: uint32; the last frame)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sekisho::own {

enum class FrameType : std::uint8_t { data = 0, error = 1, resize = 2, end = 3, exit = 4 };
inline constexpr std::size_t frame_bytes_max = 1 << 20;

struct Frame {
    FrameType type = FrameType::data;
    std::string payload;
};

std::string write_frame(FrameType type, std::string_view payload);

// Bytes in, frames out. `broken` after a frame that is unknown or too long: nothing follows.
class FrameReader {
   public:
    void feed(std::string_view bytes) { buffer_ += bytes; }
    std::optional<Frame> next();
    bool broken() const { return broken_; }

   private:
    std::string buffer_;
    bool broken_ = false;
};

}  // namespace sekisho::own
