// A small world for tests of authz: a policy source, callers, roads, facts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "authz/authorizer.h"

namespace sekisho::authz::test {

inline const std::string account = "123456789012";
inline const std::string full_s3 =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]})";
inline const std::string open_endpoint =
    R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";
inline const std::string only_vpc1 = R"({
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "OnlyVpc1",
    "Effect": "Deny",
    "NotPrincipal": {"AWS": ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:user/admin"]},
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::my-bucket", "arn:aws:s3:::my-bucket/*"],
    "Condition": {"StringNotEquals": {"aws:sourceVpce": "vpce-1111111111111111a"}}
  }]
})";

struct Source final : PolicySource {
    std::map<std::string, std::vector<NamedPolicy>> identity, boundary;  // by ARN of user or role
    std::map<std::string, NamedPolicy> endpoints;                        // by id

    static std::string key(const authn::Caller& caller) {
        return caller.kind == authn::Caller::Kind::assumed_role ? caller.role_arn : caller.arn;
    }
    static std::vector<NamedPolicy> at(const std::map<std::string, std::vector<NamedPolicy>>& map, const std::string& key) {
        auto it = map.find(key);
        return it == map.end() ? std::vector<NamedPolicy>() : it->second;
    }
    std::vector<NamedPolicy> identity_policies(const authn::Caller& caller) const override { return at(identity, key(caller)); }
    std::vector<NamedPolicy> boundary_policies(const authn::Caller& caller) const override { return at(boundary, key(caller)); }
    NamedPolicy endpoint_policy(const origin::EndpointRoad& road) const override {
        auto it = endpoints.find(road.vpce.value);
        if (it != endpoints.end()) return it->second;
        return {"policy of " + road.vpce.value,
                policy::compile(
                    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})",
                    policy::Kind::endpoint)};
    }
};

inline NamedPolicy named(std::string name, const std::string& json, policy::Kind kind) {
    return {std::move(name), policy::compile(json, kind)};
}

inline authn::Caller instance_session() {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::assumed_role;
    caller.account = AccountId(account);
    caller.arn = "arn:aws:sts::123456789012:assumed-role/ec2_s3access_role/i-0a1b2c3d4e5f60718";
    caller.principal_id = "AROA0000000000000ROLE:i-0a1b2c3d4e5f60718";
    caller.role_name = "ec2_s3access_role";
    caller.role_arn = "arn:aws:iam::123456789012:role/ec2_s3access_role";
    caller.session_name = "i-0a1b2c3d4e5f60718";
    caller.access_key_id = "ASIAEXAMPLE";
    caller.token_issued = from_epoch_millis(1'790'000'000'000);
    caller.instance_arn = "arn:aws:ec2:us-east-1:123456789012:instance/i-0a1b2c3d4e5f60718";
    caller.role_delivery = "2.0";
    caller.instance_vpc = "vpc-2222";
    caller.instance_private_ip = "10.1.0.5";
    caller.proof = authn::Caller::Proof::header;
    return caller;
}
inline authn::Caller user(std::string name) {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::user;
    caller.account = AccountId(account);
    caller.arn = "arn:aws:iam::123456789012:user/" + name;
    caller.principal_id = "AIDA000000000000" + name;
    caller.user_name = name;
    caller.access_key_id = "AKIAEXAMPLE";
    caller.proof = authn::Caller::Proof::header;
    return caller;
}
inline authn::Caller root() {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::root;
    caller.account = AccountId(account);
    caller.arn = "arn:aws:iam::123456789012:root";
    caller.principal_id = account;
    caller.proof = authn::Caller::Proof::header;
    return caller;
}

inline origin::Origin outside() {
    origin::Origin origin;
    origin.peer = *IpAddress::parse("198.51.100.7");
    origin.secure = true;
    return origin;
}
inline origin::Origin through(std::string vpce, std::string vpc) {
    origin::Origin origin;
    origin.peer = *IpAddress::parse("10.1.0.5");
    origin.endpoint = origin::EndpointRoad{VpceId(vpce), VpcId(vpc), AccountId(account), Region("us-east-1")};
    return origin;
}

inline RequestFacts facts(std::string id = "REQ1") {
    RequestFacts facts;
    facts.id = RequestId(id);
    facts.time = from_epoch_millis(1'790'000'100'000);
    facts.operation = "ListObjectsV2";
    facts.service = "s3";
    facts.region = Region("us-east-1");
    facts.user_agent = "aws-cli/2.9";
    facts.read_only = true;
    return facts;
}

inline Ask list_bucket(std::shared_ptr<const policy::Document> bucket_policy = nullptr) {
    Ask ask;
    ask.action = "s3:ListBucket";
    ask.resource = "arn:aws:s3:::my-bucket";
    ask.resource_account = AccountId(account);
    ask.resource_policy = std::move(bucket_policy);
    return ask;
}

inline Source reference_source() {
    Source source;
    NamedPolicy s3 = named("arn:aws:iam::aws:policy/AmazonS3FullAccess", full_s3, policy::Kind::identity);
    source.identity["arn:aws:iam::123456789012:role/ec2_s3access_role"] = {s3};
    source.identity["arn:aws:iam::123456789012:user/admin"] = {s3};
    source.identity["arn:aws:iam::123456789012:user/other"] = {s3};
    for (const char* id : {"vpce-1111111111111111a", "vpce-2222222222222222b"})
        source.endpoints[id] = named(std::string("policy of ") + id, open_endpoint, policy::Kind::endpoint);
    return source;
}

}  // namespace sekisho::authz::test
