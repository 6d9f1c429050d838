// Block Public Access: of a bucket, an access point, an account. The most restrictive of those that concern a request counts.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"
#include "wire/xml.h"

namespace pugi {
class xml_node;
}

namespace sekisho::s3 {

struct PublicAccessBlock {
    bool block_public_acls = true;
    bool ignore_public_acls = true;
    bool block_public_policy = true;
    bool restrict_public_buckets = true;
    bool operator==(const PublicAccessBlock&) const = default;
};

void to_json(nlohmann::json& json, const PublicAccessBlock& block);
void from_json(const nlohmann::json& json, PublicAccessBlock& block);

// The document <PublicAccessBlockConfiguration>. What is not named is false. MalformedXML for a value that is no boolean.
Result<PublicAccessBlock> parse_public_access_block(std::string_view document);
Result<PublicAccessBlock> read_public_access_block(const pugi::xml_node& node);
// The element; `attributes`: its namespace.
void write_public_access_block(wire::XmlWriter& xml, const PublicAccessBlock& block, std::string_view attributes = {});

}  // namespace sekisho::s3
