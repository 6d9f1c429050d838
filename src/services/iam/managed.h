// AWS-managed policies: the eight that the server knows, with AWS's own documents, versions, ids and dates.
// Source: AWS Managed Policy Reference Guide. Earlier versions than the default one are not kept.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "policy/document.h"

namespace sekisho::iam {

struct AwsPolicy {
    std::string_view name;
    std::string_view path;
    std::string_view id;
    std::string_view default_version;   // "v2"
    std::string_view created, updated;  // ISO 8601
    std::string_view description;
    std::string_view json;
    std::string arn;
    std::shared_ptr<const policy::Document> document;
};

std::span<const AwsPolicy> aws_policies();  // in order of name
const AwsPolicy* find_aws_policy(std::string_view arn);

}  // namespace sekisho::iam
