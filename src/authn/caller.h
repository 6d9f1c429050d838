// Caller: who is asking, as proved by a signature (or anonymous).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace sekisho::authn {

struct Caller {
    enum class Kind { anonymous, root, user, assumed_role };
    Kind kind = Kind::anonymous;
    AccountId account;
    std::string arn;  // arn:aws:iam::…:root, …:user/path/name, arn:aws:sts::…:assumed-role/role/session; "" for anonymous
    std::string principal_id;  // account id | AIDA… | AROA…:session  (aws:userid)
    std::string user_name;     // users only
    std::string role_name;     // role sessions only
    std::string role_arn;      // role sessions only: arn:aws:iam::…:role/path/name
    std::string session_name;  // role sessions only
    std::string access_key_id;
    std::map<std::string, std::string> principal_tags;
    std::vector<std::string> session_policies;     // JSON documents given to AssumeRole
    std::vector<std::string> transitive_tag_keys;  // of principal_tags: those that a chained AssumeRole inherits
    std::string source_identity;                   // aws:SourceIdentity; role sessions only
    std::optional<Time> token_issued;
    bool mfa = false;
    // Only where instance metadata delivered the credentials; they travel in the session (aws:Ec2InstanceSource…,
    // ec2:SourceInstanceARN).
    std::string instance_arn;
    std::string instance_vpc;
    std::string instance_private_ip;
    std::string role_delivery;  // version of instance metadata: "1.0" | "2.0" (ec2:RoleDelivery)
    // How it was proved, for context keys s3:authType, s3:signatureversion, s3:signatureAge, s3:x-amz-content-sha256.
    enum class Proof { none, header, query, post_form, query_v2 };  // query_v2: Signature Version 2 in a URL (S3)
    Proof proof = Proof::none;
    std::string scope_region;  // credential scope
    std::string scope_service;
    std::optional<std::int64_t> signature_age_ms;  // presigned only
};

}  // namespace sekisho::authn
