#include "policy/json.h"

#include <algorithm>
#include <tuple>

#include "base/bytes.h"

namespace sekisho::policy {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (code >> 18));
        out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

bool digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
   public:
    Reader(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}

    std::expected<Json, JsonError> document() {
        Json value;
        space();
        if (!read(value, 1)) return std::unexpected(error_);
        space();
        if (at_ < text_.size()) {
            refuse("text after the end of the document");
            return std::unexpected(error_);
        }
        return value;
    }

   private:
    Position here() const {
        return {line_, static_cast<std::uint32_t>(at_ - line_start_ + 1), static_cast<std::uint32_t>(at_)};
    }
    bool refuse(std::string what) {
        error_ = {std::move(what), here(), false};
        return false;
    }
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void space() {
        for (; at_ < text_.size(); ++at_) {
            char c = text_[at_];
            if (c == '\n') {
                ++line_;
                line_start_ = at_ + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
        }
    }

    bool read(Json& out, std::size_t depth) {
        if (depth > depth_max_) return refuse("nested too deeply");
        out.position = here();
        switch (peek()) {
            case '{':
                return object(out, depth);
            case '[':
                return array(out, depth);
            case '"':
                out.type = Json::Type::string;
                return string(out.text);
            case 't':
                return word(out, "true", Json::Type::boolean);
            case 'f':
                return word(out, "false", Json::Type::boolean);
            case 'n':
                return word(out, "null", Json::Type::null);
            default:
                return number(out);
        }
    }

    bool word(Json& out, std::string_view word, Json::Type type) {
        if (text_.substr(at_, word.size()) != word) return refuse("a value was expected");
        at_ += word.size();
        out.type = type;
        out.text = word;
        return true;
    }

    bool number(Json& out) {
        std::size_t start = at_;
        if (peek() == '-') ++at_;
        if (peek() == '0') {
            ++at_;
        } else {
            if (!digit(peek())) {
                at_ = start;
                return refuse(at_ == text_.size() ? "the document ends too early" : "a value was expected");
            }
            while (digit(peek())) ++at_;
        }
        if (peek() == '.') {
            ++at_;
            if (!digit(peek())) return refuse("a digit was expected");
            while (digit(peek())) ++at_;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digit(peek())) return refuse("a digit was expected");
            while (digit(peek())) ++at_;
        }
        out.type = Json::Type::number;
        out.text = text_.substr(start, at_ - start);
        return true;
    }

    bool hex4(std::uint32_t& out) {
        if (text_.size() - at_ < 4) return refuse("an escape ends too early");
        out = 0;
        for (int i = 0; i < 4; ++i) {
            char c = text_[at_];
            std::uint32_t value;
            if (digit(c))
                value = static_cast<std::uint32_t>(c - '0');
            else if (c >= 'a' && c <= 'f')
                value = static_cast<std::uint32_t>(c - 'a' + 10);
            else if (c >= 'A' && c <= 'F')
                value = static_cast<std::uint32_t>(c - 'A' + 10);
            else
                return refuse("a hexadecimal digit was expected");
            out = out << 4 | value;
            ++at_;
        }
        return true;
    }

    bool escape(std::string& out) {
        char c = peek();
        if (c == '\0') return refuse("a string ends too early");
        ++at_;
        switch (c) {
            case '"':
            case '\\':
            case '/':
                out += c;
                return true;
            case 'b':
                out += '\b';
                return true;
            case 'f':
                out += '\f';
                return true;
            case 'n':
                out += '\n';
                return true;
            case 'r':
                out += '\r';
                return true;
            case 't':
                out += '\t';
                return true;
            case 'u':
                break;
            default:
                return refuse("an unknown escape");
        }
        std::uint32_t code;
        if (!hex4(code)) return false;
        if (code >= 0xD800 && code < 0xDC00) {
            std::uint32_t low;
            if (text_.substr(at_, 2) != "\\u") return refuse("half of a surrogate pair");
            at_ += 2;
            if (!hex4(low)) return false;
            if (low < 0xDC00 || low > 0xDFFF) return refuse("half of a surrogate pair");
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else if (code >= 0xDC00 && code <= 0xDFFF) {
            return refuse("half of a surrogate pair");
        }
        append_utf8(out, code);
        return true;
    }

    bool string(std::string& out) {
        ++at_;  // the quote
        for (;;) {
            std::size_t end = at_;
            while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
                   static_cast<unsigned char>(text_[end]) >= 0x20)
                ++end;
            out.append(text_, at_, end - at_);
            at_ = end;
            if (at_ == text_.size()) return refuse("a string ends too early");
            if (text_[at_] == '"') {
                ++at_;
                return true;
            }
            if (text_[at_] != '\\') return refuse("a control character in a string");
            ++at_;
            if (!escape(out)) return false;
        }
    }

    bool array(Json& out, std::size_t depth) {
        out.type = Json::Type::array;
        ++at_;
        space();
        if (peek() == ']') {
            ++at_;
            return true;
        }
        for (;;) {
            space();
            if (!read(out.items.emplace_back(), depth + 1)) return false;
            space();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            if (peek() != ']') return refuse("',' or ']' was expected");
            ++at_;
            return true;
        }
    }

    bool object(Json& out, std::size_t depth) {
        out.type = Json::Type::object;
        ++at_;
        space();
        if (peek() == '}') {
            ++at_;
            return true;
        }
        for (;;) {
            space();
            if (peek() != '"') return refuse("a name in quotes was expected");
            Json::Member& member = out.members.emplace_back();
            member.position = here();
            if (!string(member.name)) return false;
            space();
            if (peek() != ':') return refuse("':' was expected");
            ++at_;
            space();
            if (!read(member.value, depth + 1)) return false;
            space();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            if (peek() != '}') return refuse("',' or '}' was expected");
            ++at_;
            return unique(out);
        }
    }

    // A second member of the same name would be read by one tool and ignored by another.
    bool unique(const Json& object) {
        std::vector<const Json::Member*> sorted;
        sorted.reserve(object.members.size());
        for (const Json::Member& member : object.members) sorted.push_back(&member);
        std::ranges::sort(sorted,
                          [](auto* a, auto* b) { return std::tie(a->name, a->position) < std::tie(b->name, b->position); });
        for (std::size_t i = 1; i < sorted.size(); ++i) {
            if (sorted[i]->name != sorted[i - 1]->name) continue;
            error_ = {"the name \"" + sorted[i]->name + "\" stands twice", sorted[i]->position, true};
            return false;
        }
        return true;
    }

    std::string_view text_;
    std::size_t depth_max_;
    std::size_t at_ = 0;
    std::uint32_t line_ = 1;
    std::size_t line_start_ = 0;
    JsonError error_;
};

}  // namespace

const Json::Member* Json::find(std::string_view name) const {
    for (const Member& member : members)
        if (member.name == name) return &member;
    return nullptr;
}

std::expected<Json, JsonError> parse_json(std::string_view text, std::size_t depth_max) {
    if (!valid_utf8(text)) return std::unexpected(JsonError{"not UTF-8", {}, false});
    return Reader(text, depth_max).document();
}

}  // namespace sekisho::policy
