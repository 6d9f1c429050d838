// A stranger's head: method, target and headers of a request, split at newlines; no input is accepted without the secret.
#include <cstdlib>

#include "authn/authenticate.h"
#include "base/bytes.h"

using namespace sekisho;

namespace {
struct Empty final : http::BodyReader {
    Task<std::string> read() override { co_return std::string(); }
    std::optional<std::uint64_t> content_length() const override { return 0; }
};
struct AnyKey final : authn::CredentialSource {
    authn::Credential find(std::string_view, std::string_view, Time) const override {
        authn::Credential credential;
        credential.standing = authn::Credential::Standing::valid;
        credential.secret = "a secret that the fuzzer does not know, nor guess";
        return credential;
    }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    std::vector<std::string_view> lines = split(input, '\n');
    static authn::SigningKeys keys(64);
    for (wire::Dialect dialect : {wire::Dialect::rest_xml, wire::Dialect::query, wire::Dialect::ec2, wire::Dialect::json}) {
        http::Request request;
        request.method = "GET";
        request.target = lines[0];
        std::size_t mark = lines[0].find('?');
        request.path = lines[0].substr(0, mark);
        if (mark != std::string_view::npos) request.query = lines[0].substr(mark + 1);
        for (std::size_t i = 1; i < lines.size() && i < 100; ++i) {
            std::size_t colon = lines[i].find(':');
            if (colon != std::string_view::npos)
                request.headers.add(std::string(lines[i].substr(0, colon)), std::string(lines[i].substr(colon + 1)));
        }
        request.body = std::make_unique<Empty>();
        authn::Expected expected{.dialect = dialect, .service = "s3", .region = "", .payload = "Action=x"};
        if (authn::authenticate(request, expected, AnyKey{}, keys, *parse_amz_basic("20130524T000000Z"))) std::abort();
    }
    return 0;
}
