#include "services/s3/xml_body.h"

#include <pugixml.hpp>

#include "base/bytes.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr int depth_max = 20;

// Only elements and text: what S3's schemas are made of. Iterative, so that a deep document costs no stack.
bool acceptable(const pugi::xml_document& document) {
    int depth = 0;
    pugi::xml_node node = document.document_element();
    while (node) {
        if (depth > depth_max) return false;
        if (node.first_child()) {
            node = node.first_child();
            ++depth;
            continue;
        }
        while (node && !node.next_sibling()) {
            node = node.parent();
            if (--depth < 0) return true;
        }
        if (node) node = node.next_sibling();
    }
    return true;
}

}  // namespace

XmlBody::XmlBody() : document_(std::make_unique<pugi::xml_document>()) {}
XmlBody::XmlBody(XmlBody&&) noexcept = default;
XmlBody::~XmlBody() = default;
pugi::xml_node XmlBody::root() const { return document_->document_element(); }

Result<XmlBody> XmlBody::parse(std::string_view text) {
    XmlBody body;
    // pugixml passes over text behind the document element.
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos || text[end] != '>') return fail(error::s3::MalformedXML);
    if (!valid_utf8(text) || text.find("<!DOCTYPE") != std::string_view::npos) return fail(error::s3::MalformedXML);
    unsigned options = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_ws_pcdata_single;
    auto parsed = body.document_->load_buffer(text.data(), text.size(), options, pugi::encoding_utf8);
    if (!parsed || !body.root() || !acceptable(*body.document_)) return fail(error::s3::MalformedXML);
    // pugixml takes several document elements; XML has one.
    for (pugi::xml_node node = body.root().next_sibling(); node; node = node.next_sibling())
        if (node.type() == pugi::node_element) return fail(error::s3::MalformedXML);
    return body;
}

std::string_view local_name(const pugi::xml_node& node) {
    std::string_view name = node.name();
    std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
    for (pugi::xml_node node = parent.first_child(); node; node = node.next_sibling())
        if (node.type() == pugi::node_element && local_name(node) == name) return node;
    return {};
}

std::string text_of(const pugi::xml_node& node) {
    std::string text;
    for (pugi::xml_node part = node.first_child(); part; part = part.next_sibling())
        if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
    return text;
}

std::optional<std::string> child_text(const pugi::xml_node& parent, std::string_view name) {
    pugi::xml_node node = child(parent, name);
    if (!node) return std::nullopt;
    return text_of(node);
}

http::Reply xml_reply(std::string document, int status) {
    http::Reply reply;
    reply.status = status;
    reply.headers.add("Content-Type", "application/xml");
    reply.body = std::move(document);
    return reply;
}

}  // namespace sekisho::s3
