// Frames of the channel between gate and lab, cut into pieces of any size, with any number of descriptors.
#include <cstdint>
#include <string>

#include "process/channel.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho::process;
    if (size < 1) return 0;
    std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::size_t piece = 1 + data[0] % 37, fds_per_piece = data[0] / 64;
    Decoder decoder({.type_bytes_max = 16, .body_bytes_max = 4096, .fds_max = 3});
    std::string again;
    try {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            decoder.feed(std::string_view(bytes).substr(at, piece), std::vector<sekisho::Fd>(fds_per_piece));
            while (auto message = decoder.next()) {
                if (message->fds.size() > 3 || message->type.size() > 16 || message->body.size() > 4096) __builtin_trap();
                again += encode_frame(*message);
            }
        }
    } catch (const ProtocolError&) {
        return 0;
    }
    // What was accepted encodes to the bytes it came from.
    if (bytes.compare(0, again.size(), again) != 0) __builtin_trap();
    return 0;
}
