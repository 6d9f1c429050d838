#include "process/lab_protocol.h"

#include "base/bytes.h"

namespace sekisho::process {

std::string write_body(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string write_desired(net::Desired desired) {
    for (auto& vpc : desired.vpcs)
        for (auto& instance : vpc.instances) instance.user_data = to_base64(instance.user_data);
    return write_body(desired);
}

nlohmann::json parse_body(const Message& message) { return nlohmann::json::parse(message.body); }

void refuse_body(const Message& message, const char* why) {
    throw ProtocolError("message \"" + message.type + "\" is not what it says: " + why);
}

template <>
net::Desired read_body<net::Desired>(const Message& message) {
    try {
        auto desired = parse_body(message).get<net::Desired>();
        for (auto& vpc : desired.vpcs)
            for (auto& instance : vpc.instances) {
                auto bytes = from_base64(instance.user_data);
                if (!bytes) refuse_body(message, "user data is not base64");
                instance.user_data = std::move(*bytes);
            }
        return desired;
    } catch (const nlohmann::json::exception& error) {
        refuse_body(message, error.what());
    }
}

}  // namespace sekisho::process
