// Reading EC2's query parameters: each helper answers with AWS's own error when the parameter is missing or cannot be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "services/ec2/kinds.h"
#include "services/ec2/model.h"
#include "services/operation.h"

namespace sekisho::ec2 {

using services::Call;
using wire::Params;

// "The request must contain the parameter vpcId": AWS writes the name in lower camel case.
std::unexpected<ApiError> missing_parameter(std::string_view name);
std::unexpected<ApiError> invalid_value(std::string_view name, std::string_view value, std::string_view why = {});

Result<std::string> required(const Params& params, std::string_view name);
Result<std::string> required_id(const Params& params, std::string_view name, const Kind& kind);
// Empty when absent.
Result<std::string> optional_id(const Params& params, std::string_view name, const Kind& kind);
Result<std::vector<std::string>> ids(const Params& params, std::string_view name, const Kind& kind);

Result<std::optional<bool>> optional_bool(const Params& params, std::string_view name);
Result<bool> boolean(const Params& params, std::string_view name, bool otherwise = false);
Result<std::optional<int>> optional_int(const Params& params, std::string_view name);
Result<std::string> one_of(const Params& params, std::string_view name, std::initializer_list<std::string_view> values,
                           std::string_view otherwise);
// A CIDR block, its host bits cleared (AWS stores 10.0.0.0/16 for 10.0.1.2/16).
Result<Cidr> cidr_block(std::string_view name, std::string_view text);

// Parameters that mean something this server does not offer: NotImplemented (501) when one is given.
Result<void> refuse(const Params& params, std::initializer_list<std::string_view> names);

// Tag.N.Key and Tag.N.Value below `params`, checked: at most 50, key 1–128 and value up to 256 characters, no aws: prefix,
// no key twice.
Result<Tags> tags(const Params& params);
// TagSpecification.N for a resource of this kind. Another resource type is an error.
Result<Tags> tag_specifications(const Params& params, const Kind& kind);
// The same where one call makes several kinds (RunInstances).
Result<std::map<std::string, Tags>> tag_specifications(const Params& params, std::initializer_list<const Kind*> kinds);

// What a request asks, without what differs when it is sent again: for client tokens.
std::string digest_of(const Params& params);

}  // namespace sekisho::ec2
