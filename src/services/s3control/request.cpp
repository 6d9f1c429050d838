#include "services/s3control/request.h"

#include <algorithm>
#include <string_view>

#include "base/bytes.h"
#include "wire/errors/s3.h"

namespace sekisho::s3control {

namespace {
constexpr std::string_view root = "/v20180820/";

bool is_account(std::string_view text) {
    return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
}  // namespace

Result<AccountId> account_of(const services::Call& call) {
    std::string_view host = call.request.headers.find("Host").value_or("");
    std::string_view named = call.request.headers.find("x-amz-account-id").value_or(host.substr(0, host.find('.')));
    if (!is_account(named)) return fail(error::s3::InvalidRequest, "Missing or invalid required header: x-amz-account-id");
    return AccountId(named);
}

Result<std::vector<std::string>> segments_of(const services::Call& call) {
    std::string_view path = call.request.path;
    if (!path.starts_with(root)) return fail(error::s3::InvalidURI);
    path.remove_prefix(root.size());
    std::vector<std::string_view> raw = split(path, '/');
    if (raw.size() > 1 && raw.front() == "tags") raw = {raw.front(), path.substr(raw.front().size() + 1)};
    std::vector<std::string> segments;
    for (std::string_view one : raw) {
        auto decoded = percent_decode(one);
        if (!decoded || !valid_utf8(*decoded)) return fail(error::s3::InvalidURI);
        segments.push_back(std::move(*decoded));
    }
    return segments;
}

}  // namespace sekisho::s3control
