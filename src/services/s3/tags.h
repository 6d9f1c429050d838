// Tags of objects and buckets: the x-amz-tagging header, the Tagging document, and their rules.
// Source: S3 guide, "Categorizing your storage using tags"; AWS tag restrictions.
#pragma once

#include <string_view>

#include "base/result.h"
#include "services/s3/bucket.h"
#include "wire/xml.h"

namespace pugi {
class xml_node;
}

namespace sekisho::s3 {

inline constexpr std::size_t object_tags_max = 10;
inline constexpr std::size_t bucket_tags_max = 50;

// "a=1&b=2", as a query string. InvalidArgument where it is none, InvalidTag for bad keys and values, BadRequest beyond ten.
Result<Tags> parse_tagging_header(std::string_view text);

// <Tagging><TagSet><Tag><Key/><Value/></Tag>…
Result<Tags> parse_tagging_document(const pugi::xml_node& tagging, std::size_t tags_max);

// The tags of a CreateBucketConfiguration.
Result<Tags> parse_tag_list(const pugi::xml_node& parent, std::size_t tags_max);

std::string tagging_document(const Tags& tags);

}  // namespace sekisho::s3
