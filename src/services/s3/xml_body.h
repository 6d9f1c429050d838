// XML in S3 requests and replies: parsing with limits, names without their namespace prefix, the replies' namespace.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

namespace sekisho::s3 {

inline constexpr std::string_view s3_namespace = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

// The document element; the document owns it. MalformedXML for what is no XML, has a document type, or is nested too deeply.
// Entities other than XML's five and characters by number are not expanded, so a document is never larger than its text.
class XmlBody {
   public:
    static Result<XmlBody> parse(std::string_view text);
    XmlBody(XmlBody&&) noexcept;
    ~XmlBody();
    pugi::xml_node root() const;

   private:
    XmlBody();
    std::unique_ptr<pugi::xml_document> document_;
};

std::string_view local_name(const pugi::xml_node& node);                    // "s3:Key" → "Key"
pugi::xml_node child(const pugi::xml_node& parent, std::string_view name);  // by local name; null: there is none
std::optional<std::string> child_text(const pugi::xml_node& parent, std::string_view name);
std::string text_of(const pugi::xml_node& node);

http::Reply xml_reply(std::string document, int status = 200);

}  // namespace sekisho::s3
