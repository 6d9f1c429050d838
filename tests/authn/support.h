// What the tests of authn share: requests from text, bodies from pieces, one known key.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "authn/authenticate.h"
#include "base/loop.h"
#include "http/message.h"

namespace sekisho::authn {

inline constexpr std::string_view example_key = "AKIAIOSFODNN7EXAMPLE";
inline constexpr std::string_view example_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

class Pieces final : public http::BodyReader {
   public:
    explicit Pieces(std::string body, std::size_t piece = 1 << 18) : body_(std::move(body)), piece_(piece) {}
    Task<std::string> read() override {
        std::string next = body_.substr(at_, piece_);
        at_ += next.size();
        co_return next;
    }
    std::optional<std::uint64_t> content_length() const override { return body_.size(); }

   private:
    std::string body_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

inline http::Request make_request(std::string method, std::string target,
                                  std::vector<std::pair<std::string, std::string>> headers, std::string body = {},
                                  std::size_t piece = 1 << 18) {
    http::Request request;
    request.method = std::move(method);
    request.target = target;
    std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    for (auto& [name, value] : headers) request.headers.add(name, value);
    request.body = std::make_unique<Pieces>(std::move(body), piece);
    return request;
}

inline Task<std::string> read_all(http::BodyReader* body) {
    std::string all;
    for (;;) {
        std::string piece = co_await body->read();
        if (piece.empty()) co_return all;
        all += piece;
    }
}
inline std::string read_all(http::Request& request) { return sync_wait(read_all(request.body.get())); }

// Knows the example key, with or without the token "token".
struct OneKey final : CredentialSource {
    std::string secret{example_secret};
    std::string token;
    Credential::Standing standing = Credential::Standing::valid;
    Credential find(std::string_view id, std::string_view session_token, Time) const override {
        Credential credential;
        if (id != example_key) return credential;
        credential.standing = session_token == token ? standing : Credential::Standing::bad_token;
        credential.secret = secret;
        credential.caller.kind = Caller::Kind::user;
        credential.caller.arn = "arn:aws:iam::123456789012:user/alice";
        return credential;
    }
};

}  // namespace sekisho::authn
