// A stranger's form upload: however it is cut, the same fields and the same file come out of it, and fields stay few.
#include <algorithm>
#include <cstdlib>

#include "authn/post_form.h"

using namespace sekisho;

namespace {
struct Outcome {
    bool failed = false, ended = false;
    std::string file;
    std::vector<std::pair<std::string, std::string>> fields;
    std::string file_name;
};
Outcome run(std::string_view wire, std::size_t piece) {
    Outcome outcome;
    authn::FormParser parser("b");
    while (!wire.empty() && !outcome.failed) {
        outcome.failed = !parser.feed(wire.substr(0, piece), outcome.file);
        wire.remove_prefix(std::min(piece, wire.size()));
    }
    outcome.ended = !outcome.failed && parser.end().has_value();
    outcome.fields = parser.form().fields;
    outcome.file_name = parser.form().file_name;
    return outcome;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    std::string_view wire(reinterpret_cast<const char*>(data + 1), size - 1);
    Outcome whole = run(wire, wire.size() + 1), cut = run(wire, 1 + data[0] % 64);
    // Limits may be met earlier in one than in the other; what ends well in both is the same.
    if (whole.ended && cut.ended && (whole.file != cut.file || whole.fields != cut.fields || whole.file_name != cut.file_name))
        std::abort();
    if (whole.file.find("\r\n--b") != std::string::npos) std::abort();
    std::size_t bytes = 0;
    for (const auto& [name, value] : whole.fields) bytes += name.size() + value.size();
    if (bytes > authn::form_fields_bytes_max) std::abort();
    return 0;
}
