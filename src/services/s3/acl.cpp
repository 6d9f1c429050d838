#include "services/s3/acl.h"

#include <pugixml.hpp>

#include "base/bytes.h"
#include "services/s3/payload.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t document_bytes_max = 64 * 1024;
constexpr std::string_view grantee_attributes =
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"";

std::unexpected<ApiError> grants_to_others(std::string_view header) {
    return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", std::string(header)}});
}

// Whether the document says that the owner, and nobody else, has full control.
Result<bool> is_owners_own(const std::string& document, const AccountId& owner) {
    auto body = XmlBody::parse(document);
    if (!body || local_name(body->root()) != "AccessControlPolicy") return fail(error::s3::MalformedACLError);
    const std::string id = canonical_id(owner);
    pugi::xml_node who = child(body->root(), "Owner"), list = child(body->root(), "AccessControlList");
    if (!who || !list) return fail(error::s3::MalformedACLError);
    if (child_text(who, "ID") != id) return fail(error::AccessDenied);
    int grants = 0;
    for (const pugi::xml_node& grant : list.children()) {
        if (grant.type() != pugi::node_element) continue;
        if (local_name(grant) != "Grant") return fail(error::s3::MalformedACLError);
        pugi::xml_node grantee = child(grant, "Grantee");
        if (child_text(grantee, "ID") != id || child_text(grant, "Permission") != "FULL_CONTROL") return false;
        ++grants;
    }
    return grants > 0;
}

}  // namespace

std::string acl_document(const AccountId& owner) {
    wire::XmlWriter xml;
    xml.open("AccessControlPolicy", s3_namespace);
    write_owner(xml, "Owner", owner);
    xml.open("AccessControlList").open("Grant").open("Grantee", grantee_attributes);
    xml.text("ID", canonical_id(owner)).text("DisplayName", owner.value).close();
    xml.text("Permission", "FULL_CONTROL").close().close().close();
    return xml.take();
}

Task<Result<void>> check_new_acl(services::Call& call, BucketPtr bucket, AccountId owner) {
    if (!bucket->acls_enabled()) co_return fail(error::s3::AccessControlListNotSupported);
    for (const auto& [name, value] : call.request.headers)
        if (to_lower(name).starts_with("x-amz-grant-")) co_return grants_to_others(name);
    if (auto canned = call.request.headers.find("x-amz-acl")) {
        for (std::string_view own : {"private", "bucket-owner-full-control", "bucket-owner-read"})
            if (*canned == own) co_return Result<void>();
        co_return grants_to_others("x-amz-acl");
    }
    Result<std::string> document = co_await read_document(call, document_bytes_max);
    if (!document) co_return fail(std::move(document.error()));
    Result<bool> own = is_owners_own(*document, owner);
    if (!own) co_return fail(std::move(own.error()));
    if (!*own) co_return fail(error::NotImplemented);
    co_return Result<void>();
}

}  // namespace sekisho::s3
