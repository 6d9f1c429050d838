// Routes and the associations of route tables, as several operations need them.
#pragma once

#include <optional>
#include <string>

#include "services/ec2/request.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

struct FoundAssociation {
    RouteTable table;
    RouteTableAssociation association;
};
std::optional<FoundAssociation> find_association(const State& state, const std::string& id);
std::unexpected<ApiError> association_not_found(const std::string& id);

// The one target that CreateRoute and ReplaceRoute name: an id of an internet or NAT gateway, an interface or an instance.
Result<std::string> route_target(const Params& params);
// The route with its target checked: it must exist and be of the same VPC.
Result<Route> resolve_route(const State& state, const RouteTable& table, const std::string& destination,
                            const std::string& target);
bool is_local_route(const State& state, const RouteTable& table, const std::string& destination);

}  // namespace sekisho::ec2
