#include "authz/differences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "authz/keys.h"
#include "base/bytes.h"
#include "policy/condition.h"

namespace sekisho::authz {
namespace {

using policy::match::Family;

constexpr std::size_t values_max = 8;

// One key with one value, or absent.
class OneKey final : public policy::KeySource {
   public:
    OneKey(const policy::KeySource& others, std::string key, std::optional<std::string> value)
        : others_(others), key_(std::move(key)) {
        if (value) entry_.values.push_back(*value);
    }
    const policy::ContextEntry* find(std::string_view key) const override {
        if (!equal_ignoring_case(key, key_)) return others_.find(key);
        return entry_.values.empty() ? nullptr : &entry_;
    }

   private:
    const policy::KeySource& others_;
    std::string key_;
    policy::ContextEntry entry_;
};

struct Candidate {
    std::optional<std::string> value;
    std::string text;  // "were …"
};

// A text that the pattern matches.
std::string sample(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.substr(i).starts_with("${*}") || pattern.substr(i).starts_with("${?}") ||
            pattern.substr(i).starts_with("${$}")) {
            out += pattern[i + 2];
            i += 3;
        } else if (pattern[i] == '*' || pattern[i] == '?') {
            out += 'x';
        } else {
            out += pattern[i];
        }
    }
    return out;
}

bool always_present(const std::string& key) {
    return std::ranges::any_of(key_table(), [&](const Key& known) {
        return equal_ignoring_case(known.name, key) && known.present.starts_with("always");
    });
}

std::vector<Candidate> candidates(const policy::ConditionTrace& trace) {
    const policy::match::Operator& op = *trace.condition->op;
    std::vector<Candidate> out;
    auto wanted = [&](auto&& value_of) {
        for (const std::string& text : trace.wanted)
            if (out.size() < values_max) out.push_back({value_of(text), "were " + text});
    };
    switch (op.family) {
        case Family::null:
            out.push_back({std::string("x"), "were present"});
            break;
        case Family::ip:
            wanted([](const std::string& text) { return text.substr(0, text.find('/')); });
            for (const char* other : {"192.0.2.1", "198.51.100.1", "2001:db8::1"})
                out.push_back({std::string(other), fmt::format("were none of {}", fmt::join(trace.wanted, ", "))});
            break;
        case Family::boolean:
            out.push_back({std::string("true"), "were true"});
            out.push_back({std::string("false"), "were false"});
            break;
        case Family::numeric:
        case Family::date: {
            const bool date = op.family == Family::date;
            const std::string list = fmt::format("{}", fmt::join(trace.wanted, " or "));
            wanted([](const std::string& text) { return text; });
            out.push_back({std::string(date ? "1970-01-01T00:00:01Z" : "-999999999999"),
                           (date ? "were before " : "were less than ") + list});
            out.push_back({std::string(date ? "2999-12-31T00:00:00Z" : "999999999999"),
                           (date ? "were after " : "were more than ") + list});
            break;
        }
        case Family::string_like:
        case Family::arn:
            wanted([](const std::string& text) { return sample(text); });
            break;
        default:
            wanted([](const std::string& text) { return text; });
            break;
    }
    if (!always_present(trace.condition->key.text)) out.push_back({std::nullopt, "were absent"});
    if (op.family != Family::null && op.family != Family::boolean)
        out.push_back({std::string("something-else"), fmt::format("were other than {}", fmt::join(trace.wanted, " or "))});
    return out;
}

std::string actual_text(const policy::ConditionTrace& trace) {
    return trace.present ? fmt::format("it is {}", fmt::join(trace.actual, ", ")) : "it is absent";
}

bool is(const std::string& key, std::string_view name) { return equal_ignoring_case(key, name); }

// The keys of the road are facts of one origin: they can only differ together.
std::optional<Difference> road_for(const std::string& key, const Candidate& candidate, const origin::Origin& origin,
                                   const PolicySource* source) {
    const bool vpce = is(key, "aws:SourceVpce"), vpc = is(key, "aws:SourceVpc"), vpc_ip = is(key, "aws:VpcSourceIp");
    Difference out{key, candidate.value, Road(), {}};
    if (vpce || vpc || vpc_ip) {
        if (!candidate.value) {
            if (!origin.endpoint) return std::nullopt;
            out.text = "the request came by no VPC endpoint";
            return out;
        }
        if (vpc_ip) {
            if (!origin.endpoint) return std::nullopt;  // then the endpoint is what is missing
            out.road->endpoint = origin.endpoint;
            out.road->known = true;
            out.road->peer = IpAddress::parse(*candidate.value);
            out.text = "its address in the VPC " + candidate.text;
            return out;
        }
        if (*candidate.value == "something-else") {
            out.road->endpoint = origin::EndpointRoad{VpceId("vpce-something-else"), VpcId("vpc-something-else"), {}, {}};
            out.text = fmt::format("the request came by an endpoint {}{}", vpc ? "of a VPC " : "", candidate.text.substr(5));
            return out;
        }
        std::optional<origin::EndpointRoad> known = source ? source->endpoint_of(*candidate.value) : std::nullopt;
        out.road->known = known.has_value();
        out.road->endpoint = known  ? *known
                             : vpce ? origin::EndpointRoad{VpceId(*candidate.value), {}, {}, {}}
                                    : origin::EndpointRoad{{}, VpcId(*candidate.value), {}, {}};
        out.text = vpce ? "the request came by endpoint " + *candidate.value
                        : "the request came by an endpoint of " + *candidate.value;
        if (known && vpce) out.text += " of " + known->vpc.value;
        if (known && vpc) out.text += " (" + known->vpce.value + ")";
        if (!known) out.text += " (which is not there now)";
        return out;
    }
    if (!is(key, "aws:SourceIp") || !candidate.value) return std::nullopt;
    out.road->peer = IpAddress::parse(*candidate.value);
    if (!out.road->peer) return std::nullopt;
    out.text = fmt::format(
        "the request came over the public side from {}",
        candidate.text.starts_with("were none") ? "an address that is " + candidate.text.substr(5) : candidate.text.substr(5));
    return out;
}

}  // namespace

std::vector<Difference> differences_for(const policy::ConditionTrace& condition, const policy::KeySource& keys, bool met,
                                        const origin::Origin& origin, const PolicySource* source) {
    const std::string key = condition.condition->key.text;
    const bool of_road =
        is(key, "aws:SourceVpce") || is(key, "aws:SourceVpc") || is(key, "aws:VpcSourceIp") || is(key, "aws:SourceIp");
    std::vector<Difference> out;
    for (const Candidate& candidate : candidates(condition)) {
        OneKey other(keys, key, candidate.value);
        if (policy::met(*condition.condition, other) != met) continue;
        if (of_road) {
            if (auto road = road_for(key, candidate, origin, source)) out.push_back(std::move(*road));
            continue;
        }
        out.push_back(
            {key, candidate.value, std::nullopt, fmt::format("{} {} ({})", key, candidate.text, actual_text(condition))});
    }
    return out;
}

}  // namespace sekisho::authz
