// DNS questions from instances.
#include <cstddef>
#include <cstdint>

#include "services/dns/message.h"
#include "services/dns/resolver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sekisho;
    auto question = dns::parse_question({reinterpret_cast<const char*>(data), size});
    if (!question) return 0;
    dns::Names names;
    names.s3 = [](std::string_view) { return IpAddress::parse("198.18.0.1"); };
    names.control = [](std::string_view, std::string_view) { return IpAddress::parse("198.19.0.1"); };
    names.in_vpc = [](std::string_view, const IpAddress&) { return true; };
    names.default_region = "us-east-1";
    dns::write_answer(*question, dns::resolve(*question, "vpc-1", "ec2.internal", names));
    return 0;
}
