// XmlWriter: writes the XML replies of AWS's dialects; escapes everything; no tree in memory.
// Reading XML is pugixml's, through read_xml with limits.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sekisho::wire {

class XmlWriter {
   public:
    // Starts with the XML declaration.
    XmlWriter();

    XmlWriter& open(std::string_view name);                               // <name>
    XmlWriter& open(std::string_view name, std::string_view attributes);  // <name attributes>, attributes written as given
    XmlWriter& close();                                                   // the innermost open element
    XmlWriter& text(std::string_view name, std::string_view value);       // <name>value</name>, escaped
    XmlWriter& boolean(std::string_view name, bool value) { return text(name, value ? "true" : "false"); }
    template <std::integral I>
    XmlWriter& number(std::string_view name, I value) {
        return text(name, std::to_string(value));
    }
    XmlWriter& empty(std::string_view name);  // <name/>

    // The document; every element must be closed.
    std::string take();

   private:
    std::string out_;
    std::vector<std::string> open_;
};

// Characters that XML 1.0 cannot hold (control characters) become U+FFFD unless the caller encoded them (encoding-type=url).
std::string xml_escape(std::string_view text);

}  // namespace sekisho::wire
