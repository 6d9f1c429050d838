#include "services/s3/delete_request.h"

#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

Result<DeleteRequest> parse_delete_request(std::string_view document) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "Delete") return fail(error::s3::MalformedXML);
    DeleteRequest request;
    for (const pugi::xml_node& node : body->root().children()) {
        if (node.type() != pugi::node_element) continue;
        if (local_name(node) == "Quiet") {
            request.quiet = equal_ignoring_case(trim(text_of(node)), "true");
            continue;
        }
        if (local_name(node) != "Object") continue;
        auto key = child_text(node, "Key");
        if (!key || key->empty() || request.items.size() == delete_items_max) return fail(error::s3::MalformedXML);
        DeleteRequest::Item item;
        item.key = std::move(*key);
        item.version = child_text(node, "VersionId").value_or("");
        item.etag = child_text(node, "ETag").value_or("");
        item.unbuilt = child(node, "LastModifiedTime") || child(node, "Size");
        request.items.push_back(std::move(item));
    }
    if (request.items.empty()) return fail(error::s3::MalformedXML);
    return request;
}

}  // namespace sekisho::s3
