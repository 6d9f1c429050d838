// Front: which service a request is for. AWS has a front end per service and region; here one port serves all, told apart
// as those front ends can be: the signature's scope, the X-Amz-Target header, the host name, the path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace sekisho::gate {

struct Addressed {
    std::string service;                // "s3", "ec2", …: from the scope where signed, else from target, host or body form
    std::optional<std::string> region;  // from the scope, else the host
    bool signed_request = false;        // some signature is there (valid or not)
};

Addressed address(const http::Request& request);

// The region of a host name under amazonaws.com: "s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com",
// "ec2.eu-west-1.amazonaws.com"; nullopt where the name has none ("s3.amazonaws.com", "iam.amazonaws.com").
std::optional<std::string> region_of_host(std::string_view host);

}  // namespace sekisho::gate
