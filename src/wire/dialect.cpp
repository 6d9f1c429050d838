#include "wire/dialect.h"

#include <nlohmann/json.hpp>

#include "wire/xml.h"

namespace sekisho::wire {

namespace {

constexpr std::string_view header_detail = "header:";

std::string_view fault_of(int status) { return status >= 500 ? "Receiver" : "Sender"; }

std::string rest_xml_body(const ApiError& error, const RequestId& id, std::string_view resource_path) {
    XmlWriter xml;
    xml.open("Error").text("Code", error.code).text("Message", error.message);
    for (const auto& [name, value] : error.details)
        if (!name.starts_with(header_detail)) xml.text(name, value);
    if (!resource_path.empty()) xml.text("Resource", resource_path);
    xml.text("RequestId", id.value).text("HostId", id.value).close();
    return xml.take();
}

std::string s3_control_body(const ApiError& error, const RequestId& id) {
    XmlWriter xml;
    xml.open("ErrorResponse").open("Error").text("Code", error.code).text("Message", error.message);
    for (const auto& [name, value] : error.details)
        if (!name.starts_with(header_detail)) xml.text(name, value);
    xml.close().text("RequestId", id.value).text("HostId", id.value).close();
    return xml.take();
}

std::string query_body(const ApiError& error, const RequestId& id) {
    XmlWriter xml;
    xml.open("ErrorResponse").open("Error");
    xml.text("Type", fault_of(error.status)).text("Code", error.code).text("Message", error.message);
    xml.close().text("RequestId", id.value).close();
    return xml.take();
}

std::string ec2_body(const ApiError& error, const RequestId& id) {
    XmlWriter xml;
    xml.open("Response").open("Errors").open("Error").text("Code", error.code).text("Message", error.message);
    xml.close().close().text("RequestID", id.value).close();
    return xml.take();
}

std::string json_body(const ApiError& error) {
    nlohmann::json body{{"__type", error.code}, {"message", error.message}};
    for (const auto& [name, value] : error.details)
        if (!name.starts_with(header_detail)) body[name] = value;
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void add_request_id(Dialect dialect, http::Reply& reply, const RequestId& id) {
    switch (dialect) {
        case Dialect::rest_xml:
        case Dialect::s3_control:
            reply.headers.set("x-amz-request-id", id.value);
            reply.headers.set("x-amz-id-2", id.value);
            break;
        case Dialect::query:
        case Dialect::ec2:
        case Dialect::json:
            reply.headers.set("x-amzn-RequestId", id.value);
            break;
        case Dialect::plain:
            break;
    }
}

http::Reply error_reply(Dialect dialect, const ApiError& error, const RequestId& id, std::string_view resource_path) {
    http::Reply reply;
    reply.status = error.status;
    for (const auto& [name, value] : error.details)
        if (name.starts_with(header_detail)) reply.headers.set(name.substr(header_detail.size()), value);
    switch (dialect) {
        case Dialect::rest_xml:
            reply.headers.set("Content-Type", "application/xml");
            // 304 has no body by HTTP's rules.
            if (error.status != 304) reply.body = rest_xml_body(error, id, resource_path);
            break;
        case Dialect::s3_control:
            reply.headers.set("Content-Type", "application/xml");
            reply.body = s3_control_body(error, id);
            break;
        case Dialect::query:
            reply.headers.set("Content-Type", "text/xml");
            reply.body = query_body(error, id);
            break;
        case Dialect::ec2:
            reply.headers.set("Content-Type", "text/xml;charset=UTF-8");
            reply.body = ec2_body(error, id);
            break;
        case Dialect::json:
            reply.headers.set("Content-Type", "application/x-amz-json-1.1");
            reply.headers.set("x-amzn-ErrorType", error.code);
            reply.body = json_body(error);
            break;
        case Dialect::plain:
            reply.headers.set("Content-Type", "text/plain");
            reply.body = error.message + "\n";
            break;
    }
    add_request_id(dialect, reply, id);
    return reply;
}

}  // namespace sekisho::wire
