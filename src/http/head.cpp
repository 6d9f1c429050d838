#include "http/head.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <functional>

#include "base/bytes.h"

namespace sekisho::http {

HttpFault bad_request() { return {400, "BadRequest", "An error occurred when parsing the HTTP request."}; }
HttpFault head_too_large() {
    return {400, "RequestHeaderSectionTooLarge", "Your request header and metadata sections exceed the maximum allowed size."};
}
HttpFault target_too_long() { return {414, "URITooLong", "The URI of your request is too long."}; }
HttpFault request_timeout() {
    return {400, "RequestTimeout",
            "Your socket connection to the server was not read from or written to within the timeout period."};
}

HttpFault internal_error() { return {500, "InternalError", "We encountered an internal error. Please try again."}; }

namespace {

namespace beast = boost::beast;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

// Beast's grammar (tokens, no control characters, CRLF), with the fields taken straight into ours.
class Parser final : public beast::http::basic_parser<true> {
   public:
    Parser(Head& head, std::string_view text, const Limits& limits) : head_(head), text_(text), limits_(limits) {
        header_limit(static_cast<std::uint32_t>(limits.head_bytes_max));
        body_limit(boost::none);
    }
    const std::optional<HttpFault>& fault() const { return fault_; }

   private:
    using error_code = beast::error_code;

    void refuse(HttpFault fault, error_code& error) {
        fault_ = std::move(fault);
        error = beast::http::error::bad_value;
    }

    void on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version,
                         error_code& error) override {
        if (target.size() > limits_.target_bytes_max) return refuse(target_too_long(), error);
        head_.method = view(method);
        head_.target = view(target);
        head_.http_1_1 = version == 11;
    }

    void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code& error) override {
        // Beast joins folded lines, into a buffer of its own unless the first line was empty.
        const char* after_name = name.data() + name.size();
        std::less<const char*> before;
        bool in_place = !before(value.data(), after_name) && !before(text_.data() + text_.size(), value.data());
        if (!in_place || std::find(after_name, value.data(), '\r') != value.data()) return refuse(bad_request(), error);
        if (head_.headers.size() == limits_.fields_max) return refuse(head_too_large(), error);
        head_.headers.add(std::string(view(name)), std::string(view(value)));
    }

    void on_header_impl(error_code&) override {}
    void on_body_init_impl(boost::optional<std::uint64_t> const&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override { return 0; }
    void on_response_impl(int, beast::string_view, int, error_code&) override {}
    void on_finish_impl(error_code&) override {}

    Head& head_;
    std::string_view text_;
    const Limits& limits_;
    std::optional<HttpFault> fault_;
};

bool host_is_plausible(std::string_view host) {
    return std::ranges::all_of(host, [](unsigned char c) {
        return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']' || c == '%';
    });
}

// RFC 9112 section 3.2: origin-form, absolute-form (whose authority replaces Host), or "*" for OPTIONS.
bool split_target(Head& head) {
    std::string_view target = head.target;
    if (target.find('#') != target.npos) return false;
    if (!target.starts_with('/') && !(target == "*" && head.method == "OPTIONS")) {
        std::size_t scheme = equal_ignoring_case(target.substr(0, 7), "http://")    ? 7
                             : equal_ignoring_case(target.substr(0, 8), "https://") ? 8
                                                                                    : 0;
        if (scheme == 0) return false;
        target.remove_prefix(scheme);
        std::size_t end = std::min(target.find_first_of("/?"), target.size());
        std::string_view authority = target.substr(0, end);
        if (authority.empty() || !host_is_plausible(authority)) return false;
        head.headers.set("Host", std::string(authority));
        target.remove_prefix(end);
    }
    std::size_t question = target.find('?');
    head.path = target.substr(0, question);
    if (head.path.empty()) head.path = "/";
    if (question != target.npos) head.query = target.substr(question + 1);
    return true;
}

// RFC 9112 section 6: the body's length, and the ways to be ambiguous about it.
std::optional<HttpFault> find_framing(Head& head) {
    std::optional<std::uint64_t> length;
    bool encoded = false;
    for (const auto& [name, value] : head.headers) {
        if (name.size() == 14 && equal_ignoring_case(name, "Content-Length")) {
            std::optional<std::uint64_t> number = value.size() <= 19 ? parse_u64(value) : std::nullopt;
            if (length || !number) return bad_request();
            length = number;
        } else if (name.size() == 17 && equal_ignoring_case(name, "Transfer-Encoding")) {
            if (encoded || !head.http_1_1) return bad_request();
            if (!equal_ignoring_case(value, "chunked"))
                return HttpFault{501, "NotImplemented", "A header you provided implies functionality that is not implemented"};
            encoded = true;
        }
    }
    if (encoded && length) return bad_request();
    head.chunked = encoded;
    head.content_length = length.value_or(0);
    return std::nullopt;
}

std::optional<HttpFault> check_host(Head& head) {
    std::size_t hosts = 0;
    for (const auto& [name, value] : head.headers) {
        if (name.size() != 4 || !equal_ignoring_case(name, "Host")) continue;
        if (++hosts > 1 || !host_is_plausible(value)) return bad_request();
    }
    if (hosts == 0 && head.http_1_1) return bad_request();
    return std::nullopt;
}

// "… HTTP/2.0": well formed, but not a version that is spoken here. (1.x that Beast refuses has some other fault.)
bool ends_with_other_version(std::string_view line) {
    if (line.size() < 9) return false;
    std::string_view version = line.substr(line.size() - 9);
    return version.starts_with(" HTTP/") && std::isdigit(static_cast<unsigned char>(version[6])) && version[6] != '1' &&
           version[7] == '.' && std::isdigit(static_cast<unsigned char>(version[8]));
}

}  // namespace

std::expected<Head, HttpFault> parse_head(std::string_view text, const Limits& limits) {
    Head head;
    Parser parser(head, text, limits);
    beast::error_code error;
    std::size_t used = parser.put(boost::asio::buffer(text.data(), text.size()), error);
    if (parser.fault()) return std::unexpected(*parser.fault());
    if (error == beast::http::error::bad_version && ends_with_other_version(text.substr(0, text.find('\r'))))
        return std::unexpected(HttpFault{505, "HTTPVersionNotSupported", "The HTTP version specified is not supported."});
    // A Content-Length beside Transfer-Encoding, in either order, is among what Beast refuses.
    if (error || used != text.size() || !parser.is_header_done()) return std::unexpected(bad_request());

    if (auto fault = check_host(head)) return std::unexpected(std::move(*fault));
    if (auto fault = find_framing(head)) return std::unexpected(std::move(*fault));
    if (head.method == "CONNECT" || !split_target(head)) return std::unexpected(bad_request());
    head.keep_alive = parser.keep_alive();
    if (auto expect = head.headers.find("Expect")) {
        if (!equal_ignoring_case(*expect, "100-continue"))
            return std::unexpected(HttpFault{417, "ExpectationFailed", "The expectation given in Expect cannot be met."});
        head.expects_continue = head.http_1_1;
    }
    return head;
}

}  // namespace sekisho::http
