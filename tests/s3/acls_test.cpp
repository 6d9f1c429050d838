// ACLs and object ownership: what is accepted, how it is shown, and whom it lets in.
#include "s3/support.h"

#include "services/s3/acl_request.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string owner = "123456789012", other = "999999999999", third = "555555555555";
const std::string all_users = "http://acs.amazonaws.com/groups/global/AllUsers",
                  authenticated_users = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";

std::string id_of(const std::string& account) { return canonical_id(AccountId(account)); }
Fields canned(std::string acl) { return {{"x-amz-acl", std::move(acl)}}; }

// A bucket of the owner's with ACLs on and no Block Public Access.
struct WithAcls : World {
    explicit WithAcls(const std::string& ownership = "ObjectWriter") {
        EXPECT_EQ(put("/demo-bucket", "", {{"x-amz-object-ownership", ownership}}).status, 200);
        EXPECT_EQ(remove("/demo-bucket?publicAccessBlock").status, 204);
    }
    Answer as(authn::Caller who, std::string method, std::string target, Fields headers = {}, std::string body = {}) {
        authn::Caller before = std::exchange(caller, std::move(who));
        Answer answer = call(std::move(method), std::move(target), std::move(headers), std::move(body));
        caller = std::move(before);
        return answer;
    }
    std::string explain() { return authorizer.explain(RequestId("TESTREQUEST00001"))->json; }
};

std::string document(const std::string& of, const std::string& grants) {
    return "<AccessControlPolicy><Owner><ID>" + id_of(of) + "</ID></Owner><AccessControlList>" + grants +
           "</AccessControlList></AccessControlPolicy>";
}
std::string grant(const std::string& type, const std::string& element, const std::string& value,
                  const std::string& permission) {
    return "<Grant><Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"" + type + "\"><" + element +
           ">" + value + "</" + element + "></Grantee><Permission>" + permission + "</Permission></Grant>";
}

constexpr std::string_view allow_all = R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";

TEST(Acl, each_canned_one_grants_what_the_guide_says) {
    WithAcls w;
    auto shown = [&](const std::string& target, const std::string& acl) {
        EXPECT_EQ(w.put(target, "", canned(acl)).status, 200) << acl;
        Answer got = w.get(target);
        std::vector<std::string> out;
        std::vector<std::string> ids = got.elements("ID"), uris = got.elements("URI");
        EXPECT_EQ(ids.at(0), id_of(owner));
        for (std::size_t i = 1; i < ids.size(); ++i) out.push_back(ids[i] == id_of(owner) ? "owner" : ids[i].substr(0, 6));
        for (const std::string& uri : uris) out.push_back(uri.substr(uri.rfind('/') + 1));
        for (const std::string& permission : got.elements("Permission")) out.push_back(permission);
        return out;
    };
    EXPECT_THAT(shown("/demo-bucket?acl", "private"), ElementsAre("owner", "FULL_CONTROL"));
    EXPECT_THAT(shown("/demo-bucket?acl", "public-read"), ElementsAre("owner", "AllUsers", "FULL_CONTROL", "READ"));
    EXPECT_THAT(shown("/demo-bucket?acl", "public-read-write"),
                ElementsAre("owner", "AllUsers", "AllUsers", "FULL_CONTROL", "READ", "WRITE"));
    EXPECT_THAT(shown("/demo-bucket?acl", "authenticated-read"),
                ElementsAre("owner", "AuthenticatedUsers", "FULL_CONTROL", "READ"));
    EXPECT_THAT(shown("/demo-bucket?acl", "log-delivery-write"),
                ElementsAre("owner", "LogDelivery", "LogDelivery", "FULL_CONTROL", "WRITE", "READ_ACP"));
    EXPECT_THAT(shown("/demo-bucket?acl", "bucket-owner-read"), ElementsAre("owner", "FULL_CONTROL"));
    w.put("/demo-bucket/k", "x");
    EXPECT_THAT(shown("/demo-bucket/k?acl", "public-read"), ElementsAre("owner", "AllUsers", "FULL_CONTROL", "READ"));
    EXPECT_THAT(shown("/demo-bucket/k?acl", "aws-exec-read"), ElementsAre("owner", "6aa5a3", "FULL_CONTROL", "READ"));
    EXPECT_THAT(shown("/demo-bucket/k?acl", "bucket-owner-full-control"), ElementsAre("owner", "FULL_CONTROL"));
}

TEST(Acl, comes_back_as_it_was_given_in_a_document_or_in_headers_and_after_a_restart) {
    WithAcls w;
    std::string given =
        document(owner, grant("CanonicalUser", "ID", id_of(other), "WRITE") + grant("Group", "URI", all_users, "READ"));
    EXPECT_EQ(w.put("/demo-bucket?acl", given).status, 200);
    EXPECT_THAT(w.get("/demo-bucket?acl").elements("ID"), ElementsAre(id_of(owner), id_of(other)));
    w.put("/demo-bucket/k", "x",
          {{"x-amz-grant-read", "id=\"" + id_of(other) + "\", uri=\"" + authenticated_users + "\""},
           {"x-amz-grant-full-control", "id=" + id_of(third)}});
    World restarted(w);
    EXPECT_EQ(restarted.get("/demo-bucket?acl").elements("Permission"), (std::vector<std::string>{"WRITE", "READ"}));
    Answer object = restarted.get("/demo-bucket/k?acl");
    EXPECT_THAT(object.elements("ID"), ElementsAre(id_of(owner), id_of(third), id_of(other)));
    EXPECT_THAT(object.elements("URI"), ElementsAre(authenticated_users));
    EXPECT_THAT(object.elements("Permission"), ElementsAre("FULL_CONTROL", "READ", "READ"));
}

TEST(Acl, that_S3_would_refuse_is_refused_and_changes_nothing) {
    WithAcls w;
    w.put("/demo-bucket/k", "x");
    for (const std::string target : {"/demo-bucket?acl", "/demo-bucket/k?acl"}) {
        auto refused = [&](std::string body, Fields headers = {}) {
            Answer answer = w.put(target, std::move(body), std::move(headers));
            EXPECT_GE(answer.status, 400);
            return answer.code() + ": " + answer.element("ArgumentName") + " " + answer.message();
        };
        EXPECT_EQ(refused("", canned("fake-acl")), "InvalidArgument: x-amz-acl Invalid Argument");
        EXPECT_EQ(refused("", {{"x-amz-grant-write", "uri=\"http://acs.amazonaws.com/groups/s3/FakeGroup\""}}),
                  "InvalidArgument: uri Invalid group uri");
        EXPECT_EQ(refused("", {{"x-amz-grant-write", "fakekey=\"1234\""}}),
                  "InvalidArgument: x-amz-grant-write Argument format not recognized");
        EXPECT_EQ(refused("", {{"x-amz-grant-write", "id=\"wrong-id\""}}), "InvalidArgument: id Invalid id");
        EXPECT_EQ(refused("", {{"x-amz-acl", "private"}, {"x-amz-grant-read", "uri=\"" + all_users + "\""}}),
                  "InvalidRequest:  Specifying both Canned ACLs and Header Grants is not allowed");
        EXPECT_EQ(refused(""), "MissingSecurityHeader:  Your request was missing a required header");
        EXPECT_EQ(refused(document(owner, ""), canned("private")), "UnexpectedContent:  This request does not support content");
        EXPECT_THAT(refused("<AccessControlPolicy/>"), HasSubstr("MalformedACLError"));
        EXPECT_THAT(refused("<AccessControlPolicy><AccessControlList/></AccessControlPolicy>"), HasSubstr("MalformedACLError"));
        EXPECT_THAT(refused("not xml"), HasSubstr("MalformedACLError"));
        EXPECT_THAT(refused(document(owner, grant("CanonicalUser", "ID", id_of(other), "WRONG"))),
                    HasSubstr("MalformedACLError"));
        EXPECT_THAT(refused(document(owner, grant("BadType", "ID", id_of(other), "READ"))), HasSubstr("MalformedACLError"));
        EXPECT_EQ(refused(document(owner, grant("CanonicalUser", "ID", "wrong-id", "READ"))),
                  "InvalidArgument: CanonicalUser/ID Invalid id");
        EXPECT_EQ(refused(document(owner, grant("Group", "URI", "http://acs.amazonaws.com/groups/s3/FakeGroup", "READ"))),
                  "InvalidArgument: Group/URI Invalid group uri");
        EXPECT_EQ(refused("<AccessControlPolicy><Owner><ID>wrong-id</ID></Owner><AccessControlList/></AccessControlPolicy>"),
                  "InvalidArgument: CanonicalUser/ID Invalid id");
        EXPECT_THAT(refused(document(other, "")), HasSubstr("AccessDenied"));
        EXPECT_EQ(w.get(target).elements("Permission"), std::vector<std::string>{"FULL_CONTROL"});
    }
}

TEST(Acl, grantees_by_email_are_refused_with_405) {
    WithAcls w;
    Answer by_document =
        w.put("/demo-bucket?acl", document(owner, grant("AmazonCustomerByEmail", "EmailAddress", "a@example.com", "READ")));
    EXPECT_EQ(by_document.status, 405);
    EXPECT_EQ(by_document.code(), "MethodNotAllowed");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-grant-read", "emailAddress=\"a@example.com\""}}).status, 405);
    EXPECT_EQ(w.get("/demo-bucket/k").status, 404);
}

TEST(Acl, a_hundred_grants_are_the_most) {
    WithAcls w;
    auto put_grants = [&](int count) {
        std::string grants;
        for (int i = 0; i < count; ++i) grants += grant("Group", "URI", all_users, "READ");
        return w.put("/demo-bucket?acl", document(owner, grants));
    };
    EXPECT_EQ(put_grants(100).status, 200);
    EXPECT_EQ(put_grants(101).code(), "MalformedACLError");
    EXPECT_EQ(w.get("/demo-bucket?acl").elements("Grant").size(), 100u);
}

TEST(Acl, of_a_bucket_lets_in_by_its_permission_and_nothing_else) {
    WithAcls w;
    w.put("/demo-bucket/k", "mine");
    w.put("/demo-bucket?acl", "", canned("public-read"));
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/none").code(), "NoSuchKey");
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket?acl").code(), "AccessDenied");
    EXPECT_EQ(w.as(anonymous(), "PUT", "/demo-bucket/new", {}, "x").code(), "AccessDenied");
    EXPECT_EQ(w.as(anonymous(), "DELETE", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket?tagging").code(), "AccessDenied");
    w.put("/demo-bucket?acl", "", canned("authenticated-read"));
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket").code(), "AccessDenied");
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket").status, 200);
    w.put("/demo-bucket?acl", "", {{"x-amz-grant-write-acp", "id=" + id_of(other)}});
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket?acl").code(), "AccessDenied");
    EXPECT_EQ(w.as(root_of(third), "PUT", "/demo-bucket?acl", canned("private")).code(), "AccessDenied");
    EXPECT_EQ(w.as(root_of(other), "PUT", "/demo-bucket?acl", canned("private")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket?acl").elements("Grant").size(), 1u);
}

TEST(Acl, of_another_account_s_user_needs_its_own_policy_too) {
    WithAcls w;
    w.put("/demo-bucket/k", "mine", {{"x-amz-grant-read", "id=" + id_of(other)}});
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/k").body, "mine");
    EXPECT_EQ(w.as(user_of(other, "bob"), "GET", "/demo-bucket/k").code(), "AccessDenied");
    w.policies.by_arn["arn:aws:iam::" + other + ":user/bob"] = allow_all;
    EXPECT_EQ(w.as(user_of(other, "bob"), "GET", "/demo-bucket/k").body, "mine");
    EXPECT_EQ(w.as(user_of(third, "eve"), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.as(user_of(other, "bob"), "GET", "/demo-bucket/k?acl").code(), "AccessDenied");
}

TEST(Acl, a_denial_anywhere_is_stronger) {
    WithAcls w;
    w.put("/demo-bucket/k", "mine", canned("public-read"));
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").body, "mine");
    w.put("/demo-bucket?policy",
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject",
              "Resource":"arn:aws:s3:::demo-bucket/*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-0123456789abcdef0"}}}]})");
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").code(), "AccessDenied");
    w.origin = from_vpc("vpc-1");
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").body, "mine");
}

TEST(Acl, has_no_effect_while_ownership_is_enforced_and_is_back_after) {
    WithAcls w;
    w.put("/demo-bucket/k", "mine", canned("public-read"));
    auto own = [&](std::string setting) {
        return w.put("/demo-bucket?ownershipControls",
                     "<OwnershipControls><Rule><ObjectOwnership>" + setting + "</ObjectOwnership></Rule></OwnershipControls>");
    };
    EXPECT_EQ(own("BucketOwnerEnforced").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket/k?acl").elements("Grant").size(), 1u);
    EXPECT_EQ(w.put("/demo-bucket/k?acl", "", canned("bucket-owner-full-control")).code(), "AccessControlListNotSupported");
    EXPECT_EQ(w.put("/demo-bucket/k?acl", w.get("/demo-bucket/k?acl").body).code(), "AccessControlListNotSupported");
    EXPECT_EQ(own("ObjectWriter").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").body, "mine");
    w.put("/demo-bucket?acl", "", canned("log-delivery-write"));
    EXPECT_EQ(own("BucketOwnerEnforced").code(), "InvalidBucketAclWithObjectOwnership");
    w.put("/demo-bucket?acl", "", canned("private"));
    EXPECT_EQ(own("BucketOwnerEnforced").status, 200);
}

TEST(Acl, enforced_ownership_takes_the_bucket_owners_full_control_however_it_is_said) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.put("/demo-bucket/a", "x", canned("bucket-owner-full-control")).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/b", "x", {{"x-amz-grant-full-control", "id=" + id_of(owner)}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/c", "x", {{"x-amz-grant-read", "id=" + id_of(owner)}}).code(),
              "AccessControlListNotSupported");
    EXPECT_EQ(w.put("/demo-bucket/c", "x", canned("public-read")).code(), "AccessControlListNotSupported");
    EXPECT_EQ(w.post("/demo-bucket/c?uploads", "", canned("public-read")).code(), "AccessControlListNotSupported");
    EXPECT_EQ(w.put("/demo-bucket/c", "", {{"x-amz-acl", "public-read"}, {"x-amz-copy-source", "/demo-bucket/a"}}).code(),
              "AccessControlListNotSupported");
    EXPECT_EQ(w.get("/demo-bucket/c").status, 404);
}

TEST(Acl, of_the_writer_makes_the_object_the_writers) {
    WithAcls w;
    w.put("/demo-bucket?acl", "", {{"x-amz-grant-write", "id=" + id_of(other)}});
    EXPECT_EQ(w.as(root_of(third), "PUT", "/demo-bucket/k", {}, "no").code(), "AccessDenied");
    EXPECT_EQ(w.as(root_of(other), "PUT", "/demo-bucket/k", {}, "theirs").status, 200);
    // The bucket's policy does not cover it, and neither do the rights of the bucket owner's root.
    w.put("/demo-bucket?policy",
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject*",
              "Resource":"arn:aws:s3:::demo-bucket/*"}]})");
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "AccessDenied");
    EXPECT_THAT(w.explain(), HasSubstr("\"objectOwner\": \"999999999999\""));
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/k").body, "theirs");
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/k?acl").element("ID"), id_of(other));
    EXPECT_EQ(w.get("/demo-bucket?fetch-owner=true&list-type=2").element("ID"), id_of(other));
    // Its owner gives it to the bucket's owner, to read.
    EXPECT_EQ(w.as(root_of(other), "PUT", "/demo-bucket/k?acl", canned("bucket-owner-read")).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "theirs");
    EXPECT_EQ(w.put("/demo-bucket/k?acl", "", canned("private")).code(), "AccessDenied");
    // Who owns the bucket can deny it to everybody, and delete it.
    w.put("/demo-bucket?policy",
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetObject",
              "Resource":"arn:aws:s3:::demo-bucket/*"}]})");
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.remove("/demo-bucket/k").status, 204);
}

TEST(Acl, enforcing_ownership_makes_every_object_the_bucket_owners) {
    WithAcls w;
    w.put("/demo-bucket?acl", "", {{"x-amz-grant-write", "id=" + id_of(other)}});
    w.as(root_of(other), "PUT", "/demo-bucket/k", {}, "theirs");
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "AccessDenied");
    w.put("/demo-bucket?acl", "", canned("private"));
    w.put("/demo-bucket?ownershipControls",
          "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>");
    EXPECT_EQ(w.get("/demo-bucket/k").body, "theirs");
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/k").code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket/k?acl").element("ID"), id_of(owner));
}

TEST(Acl, preferred_ownership_takes_what_is_given_with_full_control_only) {
    WithAcls w("BucketOwnerPreferred");
    w.put("/demo-bucket?acl", "", {{"x-amz-grant-write", "id=" + id_of(other)}});
    w.as(root_of(other), "PUT", "/demo-bucket/kept", {}, "x");
    w.as(root_of(other), "PUT", "/demo-bucket/given", canned("bucket-owner-full-control"), "x");
    EXPECT_EQ(w.get("/demo-bucket/kept").code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket/given").status, 200);
    EXPECT_EQ(w.get("/demo-bucket/given?acl").element("ID"), id_of(owner));
    EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/given").code(), "AccessDenied");
    WithAcls writer("ObjectWriter");
    writer.put("/demo-bucket?acl", "", {{"x-amz-grant-write", "id=" + id_of(other)}});
    writer.as(root_of(other), "PUT", "/demo-bucket/k", canned("bucket-owner-full-control"), "x");
    EXPECT_THAT(writer.get("/demo-bucket/k?acl").elements("ID"), ElementsAre(id_of(other), id_of(other), id_of(owner)));
    EXPECT_EQ(writer.get("/demo-bucket/k").status, 200);
}

TEST(Acl, anonymous_writers_own_what_they_write_by_AWS_s_id_for_them) {
    WithAcls w;
    w.put("/demo-bucket?acl", "", canned("public-read-write"));
    EXPECT_EQ(w.as(anonymous(), "PUT", "/demo-bucket/k", canned("public-read"), "x").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").body, "x");
    Answer listed = w.get("/demo-bucket?fetch-owner=true&list-type=2");
    EXPECT_EQ(listed.element("ID"), "65a011a29cdf8ec533ec3d1ccaae921c");
    EXPECT_EQ(w.as(anonymous(), "PUT", "/demo-bucket/private", {}, "x").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/private").code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket/private").code(), "AccessDenied");
}

TEST(Acl, of_an_upload_and_of_a_copy_is_the_objects) {
    WithAcls w;
    std::string upload = w.post("/demo-bucket/big?uploads", "", canned("public-read")).element("UploadId");
    std::string etag = w.put("/demo-bucket/big?partNumber=1&uploadId=" + upload, "part").header("ETag");
    EXPECT_EQ(w.post("/demo-bucket/big?uploadId=" + upload, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                                                                etag + "</ETag></Part></CompleteMultipartUpload>")
                  .status,
              200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/big").body, "part");
    // The ACL of the source is not copied.
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", "/demo-bucket/big"}}).status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/copy").code(), "AccessDenied");
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", "/demo-bucket/big"}, {"x-amz-acl", "public-read"}}).status,
              200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/copy").body, "part");
    // Putting the object anew puts its ACL anew.
    EXPECT_EQ(w.put("/demo-bucket/copy", "x").status, 200);
    EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/copy").code(), "AccessDenied");
}

TEST(Acl, public_ones_are_blocked_and_ignored_as_bucket_or_account_say) {
    auto block = [](std::string flag) {
        return "<PublicAccessBlockConfiguration><" + flag + ">true</" + flag + "></PublicAccessBlockConfiguration>";
    };
    for (const bool account : {false, true}) {
        WithAcls w;
        auto set = [&](const std::string& document) {
            Answer put = account ? w.put("/v20180820/configuration/publicAccessBlock", document, {{"x-amz-account-id", owner}})
                                 : w.put("/demo-bucket?publicAccessBlock", document);
            EXPECT_LT(put.status, 300) << put.body;
        };
        w.put("/demo-bucket/k", "x", canned("public-read"));
        set(block("BlockPublicAcls"));
        EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").body, "x");  // those that are there stay
        Answer refused = w.put("/demo-bucket?acl", "", canned("public-read"));
        EXPECT_EQ(refused.status, 403);
        EXPECT_EQ(refused.message(),
                  "User: arn:aws:iam::123456789012:root is not authorized to perform: s3:PutBucketAcl on resource: "
                  "&quot;arn:aws:s3:::demo-bucket&quot; because public ACLs are prevented by the BlockPublicAcls setting in S3 "
                  "Block Public "
                  "Access.");
        EXPECT_THAT(w.put("/demo-bucket/k?acl", "", canned("authenticated-read")).message(), HasSubstr("s3:PutObjectAcl on"));
        EXPECT_THAT(w.put("/demo-bucket/n", "x", canned("public-read")).message(), HasSubstr("s3:PutObject on"));
        EXPECT_THAT(w.post("/demo-bucket/n?uploads", "", canned("public-read")).message(),
                    HasSubstr("s3:CreateMultipartUpload on"));
        EXPECT_THAT(
            w.put("/demo-bucket/n", "", {{"x-amz-acl", "public-read"}, {"x-amz-copy-source", "/demo-bucket/k"}}).message(),
            HasSubstr("s3:CopyObject on"));
        EXPECT_EQ(w.put("/demo-bucket/n", "x", {{"x-amz-grant-read", "id=" + id_of(other)}}).status, 200);
        set(block("IgnorePublicAcls"));
        EXPECT_EQ(w.as(anonymous(), "GET", "/demo-bucket/k").code(), "AccessDenied");
        EXPECT_EQ(w.as(root_of(other), "GET", "/demo-bucket/n").body, "x");
        EXPECT_EQ(w.put("/demo-bucket/k", "x", canned("public-read")).status, 200);
    }
}

TEST(Acl, of_a_new_bucket_needs_ownership_that_has_ACLs_and_is_not_public) {
    World w;
    EXPECT_EQ(w.put("/demo-bucket", "", canned("public-read")).code(), "InvalidBucketAclWithObjectOwnership");
    EXPECT_EQ(w.put("/demo-bucket", "", {{"x-amz-object-ownership", "ObjectWriter"}, {"x-amz-acl", "public-read"}}).code(),
              "InvalidBucketAclWithBlockPublicAccessError");
    EXPECT_EQ(w.get("/demo-bucket").code(), "NoSuchBucket");
    EXPECT_EQ(
        w.put("/demo-bucket", "", {{"x-amz-object-ownership", "ObjectWriter"}, {"x-amz-grant-read", "id=" + id_of(other)}})
            .status,
        200);
    EXPECT_EQ(w.get("/demo-bucket?acl").element("Permission"), "READ");
    // Made again by its owner, where that is no error, its ACL is what this request says.
    EXPECT_EQ(w.put("/demo-bucket").status, 200);
    EXPECT_EQ(w.get("/demo-bucket?acl").elements("Permission"), std::vector<std::string>{"FULL_CONTROL"});
    // An ACL is another right than the bucket.
    w.policies.by_arn["arn:aws:iam::" + owner + ":user/bob"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:CreateBucket","Resource":"*"}})";
    w.caller = user_of(owner, "bob");
    EXPECT_EQ(w.put("/bobs-bucket", "", canned("private")).status, 200);
    w.policies.by_arn["arn:aws:iam::" + owner + ":user/bob"] =
        R"({"Statement":{"Effect":"Allow","Action":["s3:CreateBucket","s3:PutBucketOwnershipControls"],"Resource":"*"}})";
    EXPECT_THAT(
        w.put("/bobs-other", "", {{"x-amz-object-ownership", "ObjectWriter"}, {"x-amz-grant-read", "id=" + id_of(other)}})
            .message(),
        HasSubstr("s3:PutBucketAcl"));
}

TEST(Acl, why_names_the_grant_that_let_in) {
    WithAcls w;
    w.put("/demo-bucket/k", "x", {{"x-amz-grant-read", "uri=\"" + all_users + "\", id=" + id_of(other)}});
    w.as(anonymous(), "GET", "/demo-bucket/k");
    EXPECT_THAT(w.explain(), HasSubstr("\"grant\": \"READ to the group AllUsers\""));
    EXPECT_THAT(w.explain(), HasSubstr("\"acl\": \"ACL of object k in bucket demo-bucket\""));
    EXPECT_THAT(w.explain(),
                HasSubstr("It would be denied if the grant of READ to the group AllUsers were not in the ACL of object k"));
}

TEST(Acl, that_changes_between_decision_and_change_is_asked_about_again) {
    WithAcls w;
    w.put("/demo-bucket?acl", "", {{"x-amz-grant-write-acp", "id=" + id_of(other)}});
    w.caller = root_of(other);
    w.after_approval = [&] { w.put("/demo-bucket?acl", "", canned("private")); };
    EXPECT_EQ(w.put("/demo-bucket?acl", "", {{"x-amz-grant-full-control", "id=" + id_of(other)}}).code(), "AccessDenied");
    w.caller = root_of(owner);
    EXPECT_EQ(w.get("/demo-bucket?acl").elements("Grant").size(), 1u);
}

}  // namespace
}  // namespace sekisho::s3::test
