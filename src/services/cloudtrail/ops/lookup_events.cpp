#include "services/cloudtrail/ops/lookup_events.h"

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

namespace sekisho::cloudtrail {

namespace {

using nlohmann::json;

constexpr ErrorCode SerializationException{"SerializationException", 400, "The request body is not as expected."};
constexpr ErrorCode InvalidLookupAttributesException{"InvalidLookupAttributesException", 400,
                                                     "An invalid lookup attribute was specified."};
constexpr ErrorCode InvalidTimeRangeException{"InvalidTimeRangeException", 400,
                                              "The start time must be before or the same as the end time."};
constexpr ErrorCode InvalidMaxResultsException{"InvalidMaxResultsException", 400, "MaxResults must be between 1 and 50."};
constexpr ErrorCode InvalidNextTokenException{"InvalidNextTokenException", 400, "The NextToken is invalid."};
constexpr ErrorCode InvalidEventCategoryException{"InvalidEventCategoryException", 400,
                                                  "The event category is not valid: insight is the only one."};

struct Named {
    std::string_view name;
    Attribute attribute;
};
constexpr std::array attributes = {
    Named{"EventId", Attribute::event_id},           Named{"EventName", Attribute::event_name},
    Named{"ReadOnly", Attribute::read_only},         Named{"Username", Attribute::username},
    Named{"ResourceType", Attribute::resource_type}, Named{"ResourceName", Attribute::resource_name},
    Named{"EventSource", Attribute::event_source},   Named{"AccessKeyId", Attribute::access_key_id},
};

// Seconds since 1970, with a fraction.
Result<std::optional<Time>> time_of(const json& in, const char* name) {
    auto it = in.find(name);
    if (it == in.end() || it->is_null()) return std::optional<Time>();
    if (!it->is_number()) return fail(SerializationException);
    const double seconds = it->get<double>();
    if (!std::isfinite(seconds) || std::abs(seconds) > 1e11) return fail(SerializationException);
    return std::optional<Time>(from_epoch_millis(static_cast<std::int64_t>(seconds * 1000)));
}

Result<void> set_attribute(Question& question, const json& in) {
    auto list = in.find("LookupAttributes");
    if (list == in.end() || list->is_null()) return {};
    if (!list->is_array()) return fail(SerializationException);
    if (list->empty()) return {};
    if (list->size() > 1) return fail(InvalidLookupAttributesException, "Only one lookup attribute can be specified.");
    const json& one = list->at(0);
    if (!one.is_object() || !one.contains("AttributeKey") || !one.contains("AttributeValue") ||
        !one["AttributeKey"].is_string() || !one["AttributeValue"].is_string())
        return fail(InvalidLookupAttributesException);
    const std::string key = one["AttributeKey"];
    for (const Named& known : attributes)
        if (key == known.name) question.attribute = known.attribute;
    if (question.attribute == Attribute::none) return fail(InvalidLookupAttributesException);
    question.value = one["AttributeValue"];
    return {};
}

json event_json(const Event& event) {
    json resources = json::array();
    for (const Resource& one : event.resources) resources.push_back({{"ResourceType", one.type}, {"ResourceName", one.name}});
    json out{{"EventId", event.id},
             {"EventName", event.name},
             {"ReadOnly", event.read_only ? "true" : "false"},
             {"EventTime", epoch_seconds(event.time)},
             {"EventSource", event.source},
             {"Resources", std::move(resources)},
             {"CloudTrailEvent", event.line}};
    if (!event.username.empty()) out["Username"] = event.username;
    if (!event.access_key_id.empty()) out["AccessKeyId"] = event.access_key_id;
    return out;
}

}  // namespace

Result<LookupEvents::Input> LookupEvents::parse(const services::Call& call) {
    json in = call.payload.empty() ? json::object() : json::parse(call.payload, nullptr, false);
    if (!in.is_object()) return fail(SerializationException);
    Question question;
    question.account = call.account;
    question.region = call.region;
    if (Result<void> set = set_attribute(question, in); !set) return fail(std::move(set.error()));
    Result<std::optional<Time>> start = time_of(in, "StartTime"), end = time_of(in, "EndTime");
    if (!start) return fail(std::move(start.error()));
    if (!end) return fail(std::move(end.error()));
    question.start = *start;
    question.end = *end;
    if (*start && *end && **start > **end) return fail(InvalidTimeRangeException);
    if (auto max = in.find("MaxResults"); max != in.end()) {
        if (!max->is_number_integer()) return fail(SerializationException);
        if (*max < 1 || *max > 50) return fail(InvalidMaxResultsException);
        question.max = max->get<std::size_t>();
    }
    if (auto category = in.find("EventCategory"); category != in.end() && *category != "insight")
        return fail(InvalidEventCategoryException);
    if (in.contains("EventCategory")) question.max = 0;  // there are no insights here
    if (auto token = in.find("NextToken"); token != in.end()) {
        if (!token->is_string()) return fail(SerializationException);
        question.token = *token;
        if (question.token.empty()) return fail(InvalidNextTokenException);
    }
    return question;
}

std::vector<authz::Ask> LookupEvents::asks(const Input&, const services::Call& call, Cloudtrail&) {
    authz::Ask ask;
    ask.action = "cloudtrail:LookupEvents";
    ask.resource = "*";
    ask.resource_account = call.account;
    return {std::move(ask)};
}

Task<Result<http::Reply>> LookupEvents::run(authz::Authorized<Input> in, services::Call&, Cloudtrail& cloudtrail) {
    std::optional<Found> found = Found();
    const Question question = *in;
    if (question.max > 0) {
        std::function<void()> work = [&] {
            cloudtrail.flush();
            found = look_up(cloudtrail.folder, question);
        };
        co_await cloudtrail.workers.run(std::move(work));
    }
    if (!found) co_return fail(InvalidNextTokenException);
    json out{{"Events", json::array()}};
    for (const Event& event : found->events) out["Events"].push_back(event_json(event));
    if (!found->token.empty()) out["NextToken"] = found->token;
    http::Reply reply;
    reply.headers.set("Content-Type", "application/x-amz-json-1.1");
    reply.body = out.dump(-1, ' ', false, json::error_handler_t::replace);
    co_return reply;
}

}  // namespace sekisho::cloudtrail
