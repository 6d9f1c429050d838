// --network static: the configured listeners, as facts for the HTTP server, and their endpoints' policies.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gate/settings.h"
#include "http/message.h"
#include "origin/origin.h"
#include "policy/document.h"

namespace sekisho::gate {

// What the listener named `name` in the configuration stands for; a plain public listener for any other name.
http::Listener listener_facts(const Settings& settings, std::string_view name);

// By endpoint id; endpoints without a policy of their own have AWS's default one. Throws Fault when a policy is not valid.
std::map<std::string, std::shared_ptr<const policy::Document>, std::less<>> static_policies(const Settings& settings);

// The roads that the configured endpoints stand for.
std::vector<origin::EndpointRoad> static_roads(const Settings& settings);

}  // namespace sekisho::gate
