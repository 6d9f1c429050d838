// ACLs as requests bring them: canned (x-amz-acl), in x-amz-grant-… headers, or as an <AccessControlPolicy>.
//
// Canonical ids are resolved when an ACL is put; rows hold the accounts. Grantees by e-mail address are refused, as S3 does
// since October 1, 2025 (API reference, PutBucketAcl).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "http/message.h"
#include "services/operation.h"
#include "services/s3/acl.h"
#include "services/s3/bucket.h"

namespace sekisho::s3 {

class S3;

// The account of a canonical user id; nullopt: no account of this server.
using AccountOf = std::function<std::optional<AccountId>(std::string_view canonical_id)>;
AccountOf account_of(const S3& s3);

struct AclHeaders {
    std::string canned;  // empty: none
    std::optional<Grants> grants;
    bool any() const { return !canned.empty() || grants; }
};
// InvalidArgument for what is none of AWS's, InvalidRequest where both are given.
Result<AclHeaders> read_acl_headers(const http::Headers& headers, const AccountOf& account_of);
bool has_acl_headers(const http::Headers& headers);

// One x-amz-grant-… header: id="…", uri="…".
Result<void> read_grants_header(Grants& grants, std::string_view name, std::string_view text,
                                policy::Grant::Permission permission, const AccountOf& account_of);
// <AccessControlPolicy>. MalformedACLError, InvalidArgument; AccessDenied where it names another owner.
Result<Grants> parse_acl_document(std::string_view document, const AccountId& owner, const AccountOf& account_of);

// The grants of a canned ACL. `bucket_owner`: of the bucket that the object is in; null: the ACL is a bucket's.
Grants canned_acl(std::string_view canned, const AccountId& owner, const AccountId* bucket_owner);

// Whose an object will be that is put into the bucket, and its ACL (nullopt: the default one).
// AccessControlListNotSupported where ACLs are off and the request brings more than the bucket owner's full control.
struct NewObject {
    AccountId owner;
    std::optional<Grants> acl;
};
Result<NewObject> new_object(const services::Call& call, const Bucket& bucket, const S3& s3);

// PutBucketAcl and PutObjectAcl: the ACL that the request sets on what `owner` owns.
Task<Result<std::optional<Grants>>> requested_acl(const services::Call& call, BucketPtr bucket, AccountId owner, bool of_object,
                                                  const S3& s3);

// BlockPublicAcls, the bucket's and its owner's account's: AccessDenied, with who asked for `operation` on what.
Result<void> check_public_acl(const std::optional<Grants>& acl, const Bucket& bucket, const BucketState& state,
                              const authn::Caller& caller, std::string_view operation, std::string_view resource);

}  // namespace sekisho::s3
