#include "http/chunks.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

namespace sekisho::http {

namespace beast = boost::beast;

// Beast's parser past a head that says "chunked"; the real head was read by parse_head.
class ChunkDecoder::Parser final : public beast::http::basic_parser<true> {
   public:
    Parser() {
        using namespace std::string_view_literals;
        constexpr auto head = "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"sv;
        body_limit(boost::none);
        beast::error_code error;
        put(boost::asio::buffer(head.data(), head.size()), error);
    }

    std::string* out = nullptr;
    std::size_t out_max = 0;

   private:
    using error_code = beast::error_code;
    void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_field_impl(beast::http::field, beast::string_view, beast::string_view, error_code&) override {}
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body, error_code&) override {
        std::size_t n = std::min(body.size(), out_max - out->size());
        out->append(body.data(), n);
        return n;
    }
    void on_finish_impl(error_code&) override {}
};

ChunkDecoder::ChunkDecoder() : parser_(std::make_unique<Parser>()) {}
ChunkDecoder::~ChunkDecoder() = default;

ChunkDecoder::State ChunkDecoder::decode(std::string_view in, std::string& out, std::size_t out_max, std::size_t& used) {
    used = 0;
    parser_->out = &out;
    parser_->out_max = out_max;
    while (!parser_->is_done()) {
        if (used == in.size() || out.size() >= out_max) return State::more;
        beast::error_code error;
        used += parser_->put(boost::asio::buffer(in.data() + used, in.size() - used), error);
        if (error == beast::http::error::need_more) return State::more;
        if (error) return State::bad;
    }
    return State::done;
}

}  // namespace sekisho::http
