// settle(): folds what the lab reports into the records: what was pending runs (or failed), what was going is gone.
#pragma once

#include "net/desired.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

// Whether a snapshot that was sent to the lab holds anything that its report can settle.
bool has_unsettled(const State& sent, const net::Report& report);
// `sent`: the snapshot that the report answers. Only what was under way in it, and still is, changes. Whether the lab has to be
// told again: something failed, and what it held goes.
bool settle(Change& change, const State& sent, const net::Report& report);
// An instance that changed its state by itself: its init ended ("stopped"), or it came up late ("running").
void instance_changed(Change& change, const std::string& instance, const std::string& state);

}  // namespace sekisho::ec2
