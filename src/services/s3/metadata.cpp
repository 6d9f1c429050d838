#include "services/s3/metadata.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::string_view user_prefix = "x-amz-meta-";
constexpr std::string_view default_content_type = "binary/octet-stream";
constexpr std::array<std::string_view, 5> system_names{"Cache-Control", "Content-Disposition", "Content-Encoding",
                                                       "Content-Language", "Expires"};

// aws-chunked is how the body travels, not what the object is.
std::string without_aws_chunked(std::string_view encodings) {
    std::string kept;
    for (std::string_view encoding : split(encodings, ',')) {
        encoding = trim(encoding);
        if (encoding.empty() || equal_ignoring_case(encoding, "aws-chunked")) continue;
        if (!kept.empty()) kept += ',';
        kept += encoding;
    }
    return kept;
}

}  // namespace

Result<Metadata> parse_metadata(const http::Headers& headers) {
    Metadata metadata;
    auto content_type = headers.find("Content-Type");
    metadata.emplace_back("Content-Type",
                          std::string(content_type && !content_type->empty() ? *content_type : default_content_type));
    for (std::string_view name : system_names) {
        auto value = headers.find(name);
        if (!value) continue;
        std::string text = name == "Content-Encoding" ? without_aws_chunked(*value) : std::string(*value);
        if (!text.empty()) metadata.emplace_back(std::string(name), std::move(text));
    }
    std::size_t first_user = metadata.size(), bytes = 0;
    for (const auto& [name, value] : headers) {
        if (name.size() <= user_prefix.size() || !equal_ignoring_case(name.substr(0, user_prefix.size()), user_prefix))
            continue;
        std::string lower = to_lower(name);
        bytes += value.size();
        auto same = std::find_if(metadata.begin() + static_cast<std::ptrdiff_t>(first_user), metadata.end(),
                                 [&](const auto& entry) { return entry.first == lower; });
        if (same != metadata.end()) {
            same->second += ',';
            same->second += value;
        } else {
            bytes += lower.size() - user_prefix.size();
            metadata.emplace_back(std::move(lower), value);
        }
    }
    if (bytes > user_metadata_bytes_max)
        return fail(error::s3::MetadataTooLarge, std::string(error::s3::MetadataTooLarge.text),
                    {{"Size", std::to_string(bytes)}, {"MaxSizeAllowed", std::to_string(user_metadata_bytes_max)}});
    return metadata;
}

Result<std::string> parse_storage_class(const http::Headers& headers) {
    auto given = headers.find("x-amz-storage-class");
    if (!given || *given == "STANDARD") return "";
    for (std::string_view name : {"STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "REDUCED_REDUNDANCY", "GLACIER_IR"})
        if (*given == name) return std::string(name);
    if (*given == "GLACIER" || *given == "DEEP_ARCHIVE") return fail(error::NotImplemented);
    return fail(error::s3::InvalidStorageClass, std::string(error::s3::InvalidStorageClass.text),
                {{"StorageClassRequested", std::string(*given)}});
}

Result<void> refuse_unbuilt_headers(const http::Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (name.size() < 8 || !equal_ignoring_case(name.substr(0, 6), "x-amz-")) continue;
        std::string lower = to_lower(name);
        for (std::string_view prefix : {"x-amz-website-redirect-location", "x-amz-write-offset-bytes"})
            if (lower.starts_with(prefix))
                return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", lower}});
    }
    return {};
}

void add_metadata(http::Reply& reply, Metadata metadata) {
    for (auto& [name, value] : metadata) reply.headers.add(std::move(name), std::move(value));
}

}  // namespace sekisho::s3
