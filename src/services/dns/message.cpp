#include "services/dns/message.h"

#include "base/bytes.h"

namespace sekisho::dns {

namespace {

constexpr std::size_t header_bytes = 12;
constexpr std::size_t label_bytes_max = 63;
constexpr std::size_t name_bytes_max = 255;

std::uint16_t u16(std::string_view data, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(data[at]) << 8 | static_cast<unsigned char>(data[at + 1]));
}
void put16(std::string& out, unsigned value) {
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value));
}
void put32(std::string& out, std::uint32_t value) {
    put16(out, value >> 16);
    put16(out, value & 0xffff);
}

std::string wire_form(std::string_view name) {
    std::string out;
    for (std::string_view label : split(name, '.')) {
        out.push_back(static_cast<char>(label.size()));
        out += label;
    }
    out.push_back('\0');
    return out;
}

}  // namespace

std::optional<Question> parse_question(std::string_view datagram) {
    if (datagram.size() < header_bytes) return std::nullopt;
    std::uint16_t flags = u16(datagram, 2);
    if (flags & 0x8000) return std::nullopt;  // a response: answering it would let two servers talk for ever
    Question question;
    question.id = u16(datagram, 0);
    question.recursion_desired = flags & 0x0100;
    if ((flags >> 11 & 15) != 0 || u16(datagram, 4) != 1) return question;

    // Names in questions are never compressed; a pointer is refused, so nothing can loop.
    std::size_t at = header_bytes;
    std::string name, wire;
    for (;;) {
        if (at >= datagram.size()) return question;
        std::size_t length = static_cast<unsigned char>(datagram[at]);
        if (length > label_bytes_max || at + 1 + length > datagram.size()) return question;
        wire += datagram.substr(at, 1 + length);
        if (wire.size() > name_bytes_max) return question;
        if (length == 0) break;
        std::string_view label = datagram.substr(at + 1, length);
        if (label.find('.') != std::string_view::npos || label.find('\0') != std::string_view::npos) return question;
        if (!name.empty()) name += '.';
        name += to_lower(label);
        at += 1 + length;
    }
    ++at;
    if (at + 4 > datagram.size()) return question;
    question.type = u16(datagram, at);
    question.klass = u16(datagram, at + 2);
    question.name = std::move(name);
    question.wire_name = std::move(wire);
    at += 4;
    // An OPT record (RFC 6891) stands alone in the additional section of every question seen in practice: root name, type 41.
    question.edns = u16(datagram, 10) > 0 && at + 11 <= datagram.size() && datagram[at] == '\0' &&
                    u16(datagram, at + 1) == static_cast<unsigned>(Type::opt);
    return question;
}

std::string write_answer(const Question& question, const Answer& answer) {
    bool malformed = question.wire_name.empty();
    Code code = malformed ? Code::form_error : answer.code;
    std::string records;
    unsigned count = 0;
    auto record = [&](Type type, const std::string& data) {
        put16(records, 0xc000 | header_bytes);  // the name: that of the question
        put16(records, static_cast<unsigned>(type));
        put16(records, 1);
        put32(records, answer.ttl_s);
        put16(records, static_cast<unsigned>(data.size()));
        records += data;
        ++count;
    };
    if (!malformed) {
        for (const IpAddress& ip : answer.addresses)
            record(Type::a, std::string(reinterpret_cast<const char*>(ip.bytes.data()), 4));
        if (!answer.pointer.empty()) record(Type::ptr, wire_form(answer.pointer));
    }

    std::string out;
    put16(out, question.id);
    put16(out, 0x8080u | (question.recursion_desired ? 0x0100u : 0u) | static_cast<unsigned>(code));
    put16(out, malformed ? 0 : 1);
    put16(out, count);
    put16(out, 0);
    put16(out, question.edns && !malformed ? 1 : 0);
    if (!malformed) {
        out += question.wire_name;
        put16(out, question.type);
        put16(out, question.klass);
    }
    out += records;
    if (question.edns && !malformed) {
        out.push_back('\0');
        put16(out, static_cast<unsigned>(Type::opt));
        put16(out, 1232);
        put32(out, 0);
        put16(out, 0);
    }
    return out;
}

}  // namespace sekisho::dns
