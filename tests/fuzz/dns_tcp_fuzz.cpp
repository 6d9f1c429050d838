// DNS questions from instances over TCP, cut into pieces as they may arrive: the first byte says how large the pieces are.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "http/framed.h"
#include "services/dns/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    if (size == 0) return 0;
    std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t piece_bytes = data[0] + 1u;
    http::FrameReader reader(4096);
    std::size_t given = 0, messages = 0;
    while (!bytes.empty() && !reader.too_long()) {
        std::size_t n = std::min(piece_bytes, bytes.size());
        reader.came(bytes.substr(0, n));
        bytes.remove_prefix(n);
        while (auto message = reader.next()) {
            if (message->size() > 4096) std::abort();
            given += message->size();
            ++messages;
            if (auto question = dns::parse_question(*message)) dns::write_answer(*question, {});
        }
    }
    if (given + 2 * messages > size) std::abort();  // more than has come
    return 0;
}
