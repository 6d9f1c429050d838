// DNS messages (RFC 1035), as much as a resolver inside a VPC needs: one question in, one answer out, over UDP or TCP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace sekisho::dns {

enum class Type : std::uint16_t { a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, aaaa = 28, opt = 41, any = 255 };
enum class Code : std::uint8_t { no_error = 0, form_error = 1, server_failure = 2, name_error = 3, not_implemented = 4 };

struct Question {
    std::uint16_t id = 0;
    bool recursion_desired = false;
    std::string name;  // lower case, without the final dot
    std::uint16_t type = 0;
    std::uint16_t klass = 1;
    bool edns = false;
    std::string wire_name;  // as asked (resolvers compare the letters' case)
};

struct Answer {
    Code code = Code::no_error;
    std::vector<IpAddress> addresses;  // A records
    std::string pointer;               // a PTR record's name
    std::uint32_t ttl_s = 60;
};

// nullopt: not worth an answer (too short, or itself a response). A malformed question gives a Question with empty wire_name.
std::optional<Question> parse_question(std::string_view datagram);
std::string write_answer(const Question& question, const Answer& answer);

}  // namespace sekisho::dns
