#include "services/sekisho/session_frames.h"

namespace sekisho::own {

namespace {
constexpr std::size_t head_bytes = 5;
}

std::string write_frame(FrameType type, std::string_view payload) {
    std::string out;
    out.reserve(head_bytes + payload.size());
    out.push_back(static_cast<char>(type));
    for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(payload.size() >> shift));
    out += payload;
    return out;
}

std::optional<Frame> FrameReader::next() {
    if (broken_ || buffer_.size() < head_bytes) return std::nullopt;
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) length |= std::size_t(static_cast<unsigned char>(buffer_[1 + i])) << (8 * i);
    if (static_cast<unsigned char>(buffer_[0]) > static_cast<unsigned char>(FrameType::exit) || length > frame_bytes_max) {
        broken_ = true;
        return std::nullopt;
    }
    if (buffer_.size() < head_bytes + length) return std::nullopt;
    Frame frame{static_cast<FrameType>(buffer_[0]), buffer_.substr(head_bytes, length)};
    buffer_.erase(0, head_bytes + length);
    return frame;
}

}  // namespace sekisho::own
