// ChunkDecoder: the chunked transfer coding, bytes in, body bytes out. Extensions and trailers are read over.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sekisho::http {

class ChunkDecoder {
   public:
    ChunkDecoder();
    ~ChunkDecoder();

    enum class State { more, done, bad };
    // Takes what it can from the front of `in`, and appends body bytes to `out` until that holds `out_max`. Sets `used`.
    // What was not used comes again at the front of the next `in`. `more` with nothing used: a line is not complete.
    State decode(std::string_view in, std::string& out, std::size_t out_max, std::size_t& used);

   private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace sekisho::http
