// Everything that carries tags, found by id whatever its kind.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "services/ec2/state.h"

namespace sekisho::ec2 {

const Tags* tags_of(const State& state, std::string_view id);  // nullptr: no such resource
// Replaces the tags of a resource by what `change` makes of them; false: no such resource.
bool change_tags(State& state, std::string_view id, const std::function<void(Tags&)>& change);
void each_tagged(const State& state, const std::function<void(const std::string& id, const Tags& tags)>& f);

// The VPC that a resource belongs to; empty: none, or no such resource.
std::string vpc_of(const State& state, std::string_view id);

}  // namespace sekisho::ec2
