// A policy document from a stranger: parsed, compiled and validated as every kind.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "policy/document_data.h"
#include "policy/json.h"

using namespace sekisho::policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto json = parse_json(text); !json && json.error().position.offset > size) std::abort();
    for (Kind kind : {Kind::identity, Kind::resource, Kind::trust, Kind::endpoint, Kind::session, Kind::boundary}) {
        auto built = build(text, kind);
        auto valid = validate(text, kind, "arn:aws:s3:::my-bucket");
        if (valid && !built) std::abort();  // what is accepted can be read again
        if (!built) continue;
        (void)principals(*built);
        for (const Statement& statement : built->statements)
            if (statement.position.offset >= size) std::abort();
    }
    return 0;
}
