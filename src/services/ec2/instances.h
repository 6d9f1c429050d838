// What several operations do with instance records.
#pragma once

#include <string>
#include <string_view>

#include "services/ec2/filters.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

int state_code(std::string_view state);  // pending 0, running 16, shutting-down 32, terminated 48, stopping 64, stopped 80
void write_state(XmlWriter& xml, std::string_view element, std::string_view state);

// "User initiated (2026-11-23 16:12:52 GMT)"
std::string user_initiated(Time now);

// shutting-down → terminated: its interfaces and volumes go as their delete-on-termination says.
void end_instance(Change& change, const std::string& id);
// stopping → stopped: the address that came with the launch goes.
void stop_instance(Change& change, const std::string& id);
// It could not be brought up, or not again: terminated at its first launch, else stopped; the lab's reason is its state reason.
void fail_instance(Change& change, const std::string& id, const std::string& why);

void write_instance(XmlWriter& xml, const View& view, const Instance& instance);
void write_block_devices(XmlWriter& xml, const View& view, const Instance& instance);  // blockDeviceMapping
void write_metadata_options(XmlWriter& xml, std::string_view element, const MetadataOptions& options);
void write_groups(XmlWriter& xml, const View& view, const std::vector<std::string>& groups);  // groupSet

}  // namespace sekisho::ec2
