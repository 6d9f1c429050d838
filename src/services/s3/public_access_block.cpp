#include "services/s3/public_access_block.h"

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <utility>

#include "base/bytes.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

void to_json(nlohmann::json& json, const PublicAccessBlock& block) {
    json = {block.block_public_acls, block.ignore_public_acls, block.block_public_policy, block.restrict_public_buckets};
}

void from_json(const nlohmann::json& json, PublicAccessBlock& block) {
    block = PublicAccessBlock{json.at(0), json.at(1), json.at(2), json.at(3)};
}

Result<PublicAccessBlock> read_public_access_block(const pugi::xml_node& node) {
    PublicAccessBlock block{false, false, false, false};
    const std::pair<std::string_view, bool*> flags[] = {{"BlockPublicAcls", &block.block_public_acls},
                                                        {"IgnorePublicAcls", &block.ignore_public_acls},
                                                        {"BlockPublicPolicy", &block.block_public_policy},
                                                        {"RestrictPublicBuckets", &block.restrict_public_buckets}};
    for (const auto& [element, flag] : flags) {
        auto text = child_text(node, element);
        if (!text) continue;
        if (!equal_ignoring_case(*text, "true") && !equal_ignoring_case(*text, "false")) return fail(error::s3::MalformedXML);
        *flag = equal_ignoring_case(*text, "true");
    }
    return block;
}

Result<PublicAccessBlock> parse_public_access_block(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "PublicAccessBlockConfiguration") return fail(error::s3::MalformedXML);
    return read_public_access_block(body->root());
}

void write_public_access_block(wire::XmlWriter& xml, const PublicAccessBlock& block, std::string_view attributes) {
    xml.open("PublicAccessBlockConfiguration", attributes);
    xml.boolean("BlockPublicAcls", block.block_public_acls).boolean("IgnorePublicAcls", block.ignore_public_acls);
    xml.boolean("BlockPublicPolicy", block.block_public_policy);
    xml.boolean("RestrictPublicBuckets", block.restrict_public_buckets).close();
}

}  // namespace sekisho::s3
