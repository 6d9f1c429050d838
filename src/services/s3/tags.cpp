#include "services/s3/tags.h"

#include <fmt/format.h>

#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t key_characters_max = 128, value_characters_max = 256;

std::size_t characters(std::string_view utf8) {
    std::size_t count = 0;
    for (unsigned char c : utf8) count += (c & 0xc0) != 0x80;
    return count;
}

// Letters, digits and spaces of any script, and + - = . _ : / @
bool allowed_text(std::string_view text) {
    if (!valid_utf8(text)) return false;
    for (unsigned char c : text) {
        bool ok = c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                  std::string_view(" +-=._:/@").find(static_cast<char>(c)) != std::string_view::npos;
        if (!ok) return false;
    }
    return true;
}

Result<void> add_tag(Tags& tags, std::string key, std::string value, std::size_t tags_max) {
    if (key.empty() || characters(key) > key_characters_max || !allowed_text(key))
        return fail(error::s3::InvalidTag, "The TagKey you have provided is invalid", {{"TagKey", key}});
    if (characters(value) > value_characters_max || !allowed_text(value))
        return fail(error::s3::InvalidTag, "The TagValue you have provided is invalid", {{"TagKey", key}, {"TagValue", value}});
    if (key.starts_with("aws:"))
        return fail(error::s3::InvalidTag, "System tags cannot be added/updated by requester", {{"TagKey", key}});
    if (tags.contains(key))
        return fail(error::s3::InvalidTag, "Cannot provide multiple Tags with the same key", {{"TagKey", key}});
    if (tags.size() == tags_max)
        return fail(error::s3::BadRequest, tags_max == object_tags_max
                                               ? fmt::format("Object tags cannot be greater than {}", tags_max)
                                               : fmt::format("Bucket tag count cannot be greater than {}", tags_max));
    tags.emplace(std::move(key), std::move(value));
    return {};
}

}  // namespace

Result<Tags> parse_tagging_header(std::string_view text) {
    Tags tags;
    if (text.empty()) return tags;
    for (std::string_view pair : split(text, '&')) {
        std::size_t equals = pair.find('=');
        auto key = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
        if (!key || !value || key->empty())
            return fail(error::s3::InvalidArgument,
                        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag "
                        "name duplicates.",
                        {{"ArgumentName", "x-amz-tagging"}, {"ArgumentValue", std::string(text)}});
        if (auto added = add_tag(tags, std::move(*key), std::move(*value), object_tags_max); !added)
            return fail(std::move(added.error()));
    }
    return tags;
}

Result<Tags> parse_tag_list(const pugi::xml_node& parent, std::size_t tags_max) {
    Tags tags;
    for (const pugi::xml_node& tag : parent.children()) {
        if (tag.type() != pugi::node_element) continue;
        if (local_name(tag) != "Tag") return fail(error::s3::MalformedXML);
        pugi::xml_node key = child(tag, "Key"), value = child(tag, "Value");
        if (!key || !value) return fail(error::s3::MalformedXML);
        if (auto added = add_tag(tags, text_of(key), text_of(value), tags_max); !added) return fail(std::move(added.error()));
    }
    return tags;
}

Result<Tags> parse_tagging_document(const pugi::xml_node& tagging, std::size_t tags_max) {
    pugi::xml_node set = child(tagging, "TagSet");
    if (local_name(tagging) != "Tagging" || !set) return fail(error::s3::MalformedXML);
    return parse_tag_list(set, tags_max);
}

std::string tagging_document(const Tags& tags) {
    wire::XmlWriter xml;
    xml.open("Tagging", s3_namespace).open("TagSet");
    for (const auto& [key, value] : tags) xml.open("Tag").text("Key", key).text("Value", value).close();
    xml.close().close();
    return xml.take();
}

}  // namespace sekisho::s3
