#include "wire/xml.h"

#include "base/bytes.h"
#include "base/check.h"

namespace sekisho::wire {

std::string xml_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\r':
                out += "&#13;";
                break;
            case '\n':
            case '\t':
                out += c;
                break;
            default:
                if (static_cast<unsigned char>(c) < 0x20)
                    out += "\xef\xbf\xbd";
                else
                    out += c;
        }
    }
    return out;
}

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

XmlWriter& XmlWriter::open(std::string_view name) { return open(name, {}); }

XmlWriter& XmlWriter::open(std::string_view name, std::string_view attributes) {
    out_ += '<';
    out_ += name;
    if (!attributes.empty()) {
        out_ += ' ';
        out_ += attributes;
    }
    out_ += '>';
    open_.emplace_back(name);
    return *this;
}

XmlWriter& XmlWriter::close() {
    SEKISHO_CHECK(!open_.empty());
    out_ += "</";
    out_ += open_.back();
    out_ += '>';
    open_.pop_back();
    return *this;
}

XmlWriter& XmlWriter::text(std::string_view name, std::string_view value) {
    out_ += '<';
    out_ += name;
    out_ += '>';
    out_ += xml_escape(value);
    out_ += "</";
    out_ += name;
    out_ += '>';
    return *this;
}

XmlWriter& XmlWriter::empty(std::string_view name) {
    out_ += '<';
    out_ += name;
    out_ += "/>";
    return *this;
}

std::string XmlWriter::take() {
    SEKISHO_CHECK(open_.empty());
    return std::move(out_);
}

}  // namespace sekisho::wire
