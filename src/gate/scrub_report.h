// A step of a scrub as `sekisho scrub` gets it: {"Rows", "Objects", "Bytes", "NotKnown", "Findings": [{"Bucket", "Key",
// "VersionId", "What"}], "NextToken"}, the last one where there is more.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "services/s3/scrub.h"

namespace sekisho::gate {

std::string scrub_token(const s3::ScrubPosition& position);
std::optional<s3::ScrubPosition> parse_scrub_token(std::string_view token);  // "" is the beginning
nlohmann::json scrub_report(const s3::ScrubStep& step);

}  // namespace sekisho::gate
