// S3's condition keys: which request has which, as policies see it.
#include "authn/digest.h"
#include "base/bytes.h"
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

std::string md5_header(std::string_view body) {
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(body);
    return to_base64(md5.finish());
}

class ConditionKeys : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
            R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    }
    // Denied to everybody, under the condition.
    void deny(std::string_view action, std::string_view condition) {
        w.caller = root_of("123456789012");
        Answer put = w.put("/demo-bucket?policy", fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"Deny",
            "Principal":"*","Action":"{}","Resource":"arn:aws:s3:::demo-bucket/*","Condition":{}}}]}})",
                                                              action, condition));
        ASSERT_EQ(put.status, 204) << put.body;
        w.caller = user_of("123456789012", "u");
    }
    std::string begin(Fields headers = {}) {
        Answer begun = w.post("/demo-bucket/k?uploads", "", std::move(headers));
        EXPECT_EQ(begun.status, 200) << begun.body;
        return begun.element("UploadId");
    }
    Answer part(const std::string& upload, Fields headers = {}) {
        return w.put("/demo-bucket/k?partNumber=1&uploadId=" + upload, "part", std::move(headers));
    }
    Answer complete(const std::string& upload, Fields headers = {}) {
        return w.post("/demo-bucket/k?uploadId=" + upload,
                      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>f4c9385f1902f7334b00b9b4ecd164de</ETag>"
                      "</Part></CompleteMultipartUpload>",
                      std::move(headers));
    }
    World w;
};

// S3 guide, "Enforce conditional writes on Amazon S3 buckets".
TEST_F(ConditionKeys, writes_without_If_None_Match_are_denied_and_the_steps_of_an_upload_before_its_completion_are_not) {
    w.put("/demo-bucket/source", "part");
    deny("s3:PutObject", R"({"Null":{"s3:if-none-match":"true"},"Bool":{"s3:ObjectCreationOperation":"true"}})");
    EXPECT_EQ(w.put("/demo-bucket/plain", "x").code(), "AccessDenied");
    EXPECT_EQ(w.put("/demo-bucket/plain", "x", {{"If-None-Match", "*"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", "demo-bucket/source"}}).code(), "AccessDenied");
    std::string upload = begin();
    EXPECT_EQ(part(upload).status, 200);
    Answer copied = part(upload, {{"x-amz-copy-source", "demo-bucket/source"}});
    EXPECT_EQ(copied.operation, "UploadPartCopy");
    EXPECT_EQ(copied.status, 200) << copied.body;
    EXPECT_EQ(complete(upload).code(), "AccessDenied");
    EXPECT_EQ(complete(upload, {{"If-None-Match", "*"}}).status, 200);
}

TEST_F(ConditionKeys, only_s3_PutObject_says_whether_it_creates_an_object) {
    deny("s3:PutObjectTagging", R"({"Null":{"s3:ObjectCreationOperation":"false"}})");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-tagging", "a=1"}}).status, 200);
    deny("s3:PutObject", R"({"Null":{"s3:ObjectCreationOperation":"true"}})");
    EXPECT_EQ(w.put("/demo-bucket/k", "x").status, 200) << "always there";
}

TEST_F(ConditionKeys, who_may_put_but_not_get_learns_no_entity_tag_by_conditions) {
    const std::string etag = w.put("/demo-bucket/k", "x").header("ETag");
    const std::string upload = begin();
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}})";
    w.caller = user_of("123456789012", "u");
    for (std::string_view header : {"If-Match", "If-None-Match"}) {
        const Fields condition{{std::string(header), etag}};
        EXPECT_THAT(w.put("/demo-bucket/k", "y", condition).message(), testing::HasSubstr("s3:GetObject")) << header;
        EXPECT_THAT(complete(upload, condition).message(), testing::HasSubstr("s3:GetObject")) << header;
    }
    EXPECT_EQ(w.put("/demo-bucket/k", "y", {{"If-None-Match", "*"}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.put("/demo-bucket/k", "y", {{"If-Match", "*"}}).status, 200);
}

// S3 guide, "Enforce conditional deletes on Amazon S3 buckets".
TEST_F(ConditionKeys, deletions_without_If_Match_are_denied) {
    std::string etag = w.put("/demo-bucket/k", "x").header("ETag");
    w.put("/demo-bucket/l", "x");
    deny("s3:DeleteObject", R"({"Null":{"s3:if-match":"true"}})");
    EXPECT_EQ(w.remove("/demo-bucket/k").code(), "AccessDenied");
    auto request = [&](std::string_view condition) {
        std::string body = "<Delete><Object><Key>l</Key>" + std::string(condition) + "</Object></Delete>";
        return w.post("/demo-bucket?delete", body, {{"Content-MD5", md5_header(body)}});
    };
    EXPECT_EQ(request("").code(), "AccessDenied");
    EXPECT_EQ(request("<ETag>" + etag + "</ETag>").elements("Deleted").size(), 1u);
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", etag}}).status, 204);
}

TEST_F(ConditionKeys, a_deletion_with_an_entity_tag_needs_the_right_to_read_the_object) {
    std::string etag = w.put("/demo-bucket/k", "x", {{"x-amz-tagging", "secret=yes"}}).header("ETag");
    deny("s3:GetObject", R"({"StringEquals":{"s3:ExistingObjectTag/secret":"yes"}})");
    Answer denied = w.remove("/demo-bucket/k", {{"If-Match", etag}});
    EXPECT_EQ(denied.code(), "AccessDenied");
    EXPECT_THAT(denied.message(), testing::HasSubstr("s3:GetObject"));
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", "*"}}).status, 204);
}

TEST_F(ConditionKeys, a_version_is_told_to_actions_on_versions_only) {
    w.put("/demo-bucket/k", "x");
    deny("s3:GetObject*", R"({"StringEquals":{"s3:VersionId":"null"}})");
    EXPECT_EQ(w.get("/demo-bucket/k").status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=null").code(), "AccessDenied");
    // The copy's own versionId parameter is none of its source's.
    EXPECT_EQ(w.put("/demo-bucket/c?versionId=null", "", {{"x-amz-copy-source", "demo-bucket/k"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/c", "", {{"x-amz-copy-source", "demo-bucket/k?versionId=null"}}).code(), "AccessDenied");
}

TEST_F(ConditionKeys, parts_and_completion_are_decided_with_the_headers_and_tags_that_began_the_upload) {
    std::string without = begin();
    const Fields full_control{{"x-amz-acl", "bucket-owner-full-control"}};
    deny("s3:PutObject", R"({"StringNotEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}})");
    EXPECT_EQ(part(without).code(), "AccessDenied");
    EXPECT_EQ(part(without, full_control).code(), "AccessDenied") << "a part's own header is none of the object's";
    EXPECT_EQ(complete(without, full_control).code(), "AccessDenied");
    EXPECT_EQ(w.post("/demo-bucket/k?uploads").code(), "AccessDenied");
    std::string upload = begin(full_control);
    EXPECT_EQ(part(upload).status, 200);
    EXPECT_EQ(part(upload, {{"x-amz-copy-source", "demo-bucket/none"}}).code(), "NoSuchKey");
    EXPECT_EQ(complete(upload).status, 200);

    const Fields cold{{"x-amz-storage-class", "STANDARD_IA"}, {"x-amz-tagging", "class=open"}};
    deny("s3:PutObject", R"({"StringNotEquals":{"s3:x-amz-storage-class":"STANDARD_IA"}})");
    upload = begin(cold);
    EXPECT_EQ(part(upload).status, 200);
    deny("s3:PutObject", R"({"StringNotEquals":{"s3:RequestObjectTag/class":"open"}})");
    EXPECT_EQ(part(upload).status, 200);
    EXPECT_EQ(complete(upload).status, 200);
}

TEST_F(ConditionKeys, the_owner_of_the_resource_is_known_of_every_action) {
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*",
            "Condition":{"StringEquals":{"s3:ResourceAccount":"123456789012"}}}})";
    w.caller = user_of("123456789012", "u");
    EXPECT_EQ(w.get("/").status, 200);
    EXPECT_EQ(w.put("/another-bucket").status, 200);
    EXPECT_EQ(w.put("/another-bucket/k", "x").status, 200);
}

}  // namespace
}  // namespace sekisho::s3::test
