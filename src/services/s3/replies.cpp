#include "services/s3/replies.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "base/clock.h"
#include "services/s3/bucket.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {
constexpr int entries_max_default = 1000;
}

void write_owner(wire::XmlWriter& xml, std::string_view element, const AccountId& account) {
    xml.open(element).text("ID", canonical_id(account)).text("DisplayName", account.value).close();
}

void write_initiator(wire::XmlWriter& xml, const UploadRow& upload) {
    const std::string& arn = upload.initiator_arn;
    if (arn.empty() || arn.ends_with(":root")) return write_owner(xml, "Initiator", upload.initiator);
    xml.open("Initiator").text("ID", arn).text("DisplayName", arn.substr(arn.rfind('/') + 1)).close();
}

std::string quoted_etag(std::string_view etag) {
    std::string out;
    out.reserve(etag.size() + 2);
    out += '"';
    out += etag;
    out += '"';
    return out;
}

std::string xml_time(std::int64_t ms) { return iso8601_millis(from_epoch_millis(ms / 1000 * 1000)); }
std::string header_time(std::int64_t ms) { return http_date(from_epoch_millis(ms)); }

std::string_view shown_storage_class(std::string_view stored) { return stored.empty() ? "STANDARD" : stored; }

Result<KeyEncoding> KeyEncoding::parse(std::optional<std::string_view> encoding_type) {
    KeyEncoding encoding;
    if (!encoding_type || encoding_type->empty()) return encoding;
    if (*encoding_type != "url")
        return invalid_argument("encoding-type", *encoding_type, "Invalid Encoding Method specified in Request");
    encoding.url_ = true;
    return encoding;
}

std::string KeyEncoding::operator()(std::string_view key) const { return url_ ? percent_encode(key, true) : std::string(key); }

Result<int> parse_entries_max(std::string_view name, std::optional<std::string_view> text) {
    if (!text || text->empty()) return entries_max_default;
    auto value = parse_i64(*text);
    if (!value) return invalid_argument(name, *text, fmt::format("Provided {} not an integer or within integer range", name));
    if (*value < 0 || *value > INT32_MAX)
        return invalid_argument(name, *text, fmt::format("Argument {} must be an integer between 0 and 2147483647", name));
    return static_cast<int>(std::min<std::int64_t>(*value, entries_max_default));
}

std::unexpected<ApiError> invalid_argument(std::string_view name, std::string_view value, std::string message) {
    return fail(error::s3::InvalidArgument, std::move(message),
                {{"ArgumentName", std::string(name)}, {"ArgumentValue", std::string(value)}});
}

}  // namespace sekisho::s3
