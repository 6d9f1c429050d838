// Pieces that several replies share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "services/s3/rows.h"
#include "wire/xml.h"

namespace sekisho::s3 {

// <Owner>: canonical id and display name.
void write_owner(wire::XmlWriter& xml, std::string_view element, const AccountId& account);

// Who began an upload: an account by its canonical id, a user or session by its ARN.
void write_initiator(wire::XmlWriter& xml, const UploadRow& upload);

std::string quoted_etag(std::string_view etag);  // "\"…\""

// S3 shows times with whole seconds: 2026-11-23T16:12:52.000Z.
std::string xml_time(std::int64_t ms);
std::string header_time(std::int64_t ms);

std::string_view shown_storage_class(std::string_view stored);  // "" → STANDARD

// encoding-type=url: keys in a listing are percent-encoded, but for '/'.
class KeyEncoding {
   public:
    // InvalidArgument for another type than "url".
    static Result<KeyEncoding> parse(std::optional<std::string_view> encoding_type);
    std::string operator()(std::string_view key) const;
    bool url() const { return url_; }

   private:
    bool url_ = false;
};

// max-keys, max-uploads, max-parts: at most 1,000 however many are asked for.
Result<int> parse_entries_max(std::string_view name, std::optional<std::string_view> text);

std::unexpected<ApiError> invalid_argument(std::string_view name, std::string_view value, std::string message);

}  // namespace sekisho::s3
