#include "services/iam/render.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace sekisho::iam {

namespace {

std::string date(std::int64_t millis) { return iso8601(from_epoch_millis(millis)); }

void write_boundary(wire::XmlWriter& out, const std::string& arn) {
    if (arn.empty()) return;
    out.open("PermissionsBoundary");
    out.text("PermissionsBoundaryType", "Policy").text("PermissionsBoundaryArn", arn);
    out.close();
}

}  // namespace

std::string document_text(std::string_view json) { return percent_encode(json); }

void write_tags(wire::XmlWriter& out, const std::vector<Tag>& tags) {
    if (tags.empty()) return;
    out.open("Tags");
    for (const Tag& tag : tags) out.open("member").text("Key", tag.key).text("Value", tag.value).close();
    out.close();
}

void write_user(wire::XmlWriter& out, const AccountId& account, const User& user, Detail detail) {
    out.text("Path", user.path).text("UserName", user.name).text("UserId", user.id);
    out.text("Arn", arn_of(account, "user", user)).text("CreateDate", date(user.created_ms));
    if (detail == Detail::list) return;
    write_boundary(out, user.boundary);
    write_tags(out, user.tags);
}

void write_group(wire::XmlWriter& out, const AccountId& account, const Group& group) {
    out.text("Path", group.path).text("GroupName", group.name).text("GroupId", group.id);
    out.text("Arn", arn_of(account, "group", group)).text("CreateDate", date(group.created_ms));
}

void write_role(wire::XmlWriter& out, const AccountId& account, const Role& role, Detail detail) {
    out.text("Path", role.path).text("RoleName", role.name).text("RoleId", role.id);
    out.text("Arn", arn_of(account, "role", role)).text("CreateDate", date(role.created_ms));
    out.text("AssumeRolePolicyDocument", document_text(role.trust.json));
    if (!role.description.empty()) out.text("Description", role.description);
    out.number("MaxSessionDuration", role.max_session_s);
    if (detail == Detail::list) return;
    write_boundary(out, role.boundary);
    write_tags(out, role.tags);
    out.empty("RoleLastUsed");
}

void write_policy(wire::XmlWriter& out, const AccountId& account, const ManagedPolicy& policy, const Usage& usage,
                  Detail detail) {
    out.text("PolicyName", policy.name).text("PolicyId", policy.id).text("Arn", arn_of(account, "policy", policy));
    out.text("Path", policy.path).text("DefaultVersionId", fmt::format("v{}", policy.default_version));
    out.number("AttachmentCount", usage.attachments).number("PermissionsBoundaryUsageCount", usage.boundaries);
    out.boolean("IsAttachable", true);
    if (detail == Detail::full && !policy.description.empty()) out.text("Description", policy.description);
    out.text("CreateDate", date(policy.created_ms)).text("UpdateDate", date(policy.updated_ms));
    if (detail == Detail::full) write_tags(out, policy.tags);
}

void write_policy(wire::XmlWriter& out, const AwsPolicy& policy, const Usage& usage, Detail detail) {
    out.text("PolicyName", policy.name).text("PolicyId", policy.id).text("Arn", policy.arn);
    out.text("Path", policy.path).text("DefaultVersionId", policy.default_version);
    out.number("AttachmentCount", usage.attachments).number("PermissionsBoundaryUsageCount", usage.boundaries);
    out.boolean("IsAttachable", true);
    if (detail == Detail::full) out.text("Description", policy.description);
    out.text("CreateDate", policy.created).text("UpdateDate", policy.updated);
}

void write_profile(wire::XmlWriter& out, const State& state, const AccountId& account, const InstanceProfile& profile,
                   Detail detail) {
    out.text("Path", profile.path).text("InstanceProfileName", profile.name).text("InstanceProfileId", profile.id);
    out.text("Arn", arn_of(account, "instance-profile", profile)).text("CreateDate", date(profile.created_ms));
    out.open("Roles");
    if (const Role* role = profile.role.empty() ? nullptr : state.roles.find(profile.role)) {
        out.open("member");
        write_role(out, account, *role, Detail::list);
        out.close();
    }
    out.close();
    if (detail == Detail::full) write_tags(out, profile.tags);
}

}  // namespace sekisho::iam
