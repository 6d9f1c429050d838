#include "services/query.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "wire/errors/common.h"

namespace sekisho::services {

namespace {
constexpr ErrorCode MalformedQueryString{"MalformedQueryString", 404, "The query string contains a syntax error."};
}

Result<const AnyOperation*> find_by_action(const OperationList& list, Call& call, std::string_view version) {
    call.dialect = wire::Dialect::query;
    std::optional<wire::Params> params = wire::Params::parse(call.request.query, true);
    std::optional<wire::Params> body = wire::Params::parse(call.payload, true);
    if (!params || !body) return fail(MalformedQueryString);
    for (const auto& [name, value] : *body) params->add(name, value);
    for (const auto& [name, value] : *params)
        if (!valid_utf8(name) || !valid_utf8(value)) return fail(MalformedQueryString);
    call.params = std::move(*params);
    std::optional<std::string_view> action = call.params.find("Action");
    if (!action) return fail(error::MissingAction, "Missing Action");
    if (std::string sent = call.params.get("Version", version); sent != version)
        return fail(error::InvalidAction, fmt::format("Could not find operation {} for version {}", *action, sent));
    if (const AnyOperation* found = list.find(*action)) return found;
    return fail(error::NotImplemented, fmt::format("The action {} is not implemented by this server.", *action));
}

}  // namespace sekisho::services
