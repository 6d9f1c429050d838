// Rows as IAM's XML. A list shows less than a Get: tags and boundaries are left out there (IAM API reference, ListUsers,
// ListRoles).
#pragma once

#include <string_view>

#include "services/iam/identities.h"
#include "services/iam/managed.h"
#include "services/iam/model.h"
#include "wire/xml.h"

namespace sekisho::iam {

enum class Detail { list, full };

// Each writes the members only, into an element that the caller opened.
void write_user(wire::XmlWriter& out, const AccountId& account, const User& user, Detail detail);
void write_group(wire::XmlWriter& out, const AccountId& account, const Group& group);
void write_role(wire::XmlWriter& out, const AccountId& account, const Role& role, Detail detail);
void write_policy(wire::XmlWriter& out, const AccountId& account, const ManagedPolicy& policy, const Usage& usage,
                  Detail detail);
void write_policy(wire::XmlWriter& out, const AwsPolicy& policy, const Usage& usage, Detail detail);
void write_profile(wire::XmlWriter& out, const State& state, const AccountId& account, const InstanceProfile& profile,
                   Detail detail);
void write_tags(wire::XmlWriter& out, const std::vector<Tag>& tags);  // <Tags>…; nothing when there are none
std::string document_text(std::string_view json);                     // URL-encoded (RFC 3986)

}  // namespace sekisho::iam
