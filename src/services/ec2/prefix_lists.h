// The AWS-managed prefix lists of a region: computed from the address plan, not stored. Here there is S3's.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "services/ec2/filters.h"

namespace sekisho::ec2 {

struct PrefixList {
    std::string id;
    std::string name;  // com.amazonaws.us-east-1.s3
    std::vector<std::string> cidrs;
};

std::map<std::string, std::shared_ptr<PrefixList>> prefix_lists(const Place& place);

}  // namespace sekisho::ec2
