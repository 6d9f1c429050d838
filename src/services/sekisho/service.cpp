#include "services/sekisho/service.h"

#include "services/sekisho/ops/explain.h"
#include "services/sekisho/ops/get_status.h"
#include "services/sekisho/ops/scrub_objects.h"
#include "services/sekisho/ops/start_session.h"

namespace sekisho::own {

Sekisho::Sekisho(Own own)
    : own_(std::move(own)), operations_(services::operations<Own, Explain, GetStatus, ScrubObjects, StartSession>(own_)) {}

Result<const services::AnyOperation*> Sekisho::find(services::Call& call) const {
    constexpr std::string_view prefix = "Sekisho.";
    std::string_view target = call.request.headers.find("x-amz-target").value_or("");
    if (call.request.method == "POST" && target.starts_with(prefix))
        if (const auto* operation = operations_.find(target.substr(prefix.size()))) return operation;
    return fail(UnknownOperationException);
}

Result<nlohmann::json> input_of(const services::Call& call) {
    auto parsed = nlohmann::json::parse(call.payload, nullptr, false);
    if (!parsed.is_object()) return fail(SerializationException);
    return parsed;
}

http::Reply json_reply(const nlohmann::json& body) {
    http::Reply reply;
    reply.headers.set("Content-Type", "application/x-amz-json-1.1");
    reply.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return reply;
}

}  // namespace sekisho::own
