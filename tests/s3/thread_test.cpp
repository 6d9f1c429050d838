// The shortest way through the service: a bucket, an object, a listing, a policy.
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;

TEST(Thread, an_object_put_is_read_headed_and_listed) {
    World w;
    w.make_bucket("demo-bucket");
    Answer put =
        w.put("/demo-bucket/dummy.txt", "Hello dummy file!", {{"Content-Type", "text/plain"}, {"x-amz-meta-Who", "me"}});
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.header("ETag"), "\"c3cb39c0e664900299b0fe6334c98726\"");

    Answer got = w.get("/demo-bucket/dummy.txt");
    EXPECT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(got.body, "Hello dummy file!");
    EXPECT_EQ(got.header("Content-Type"), "text/plain");
    EXPECT_EQ(got.header("x-amz-meta-who"), "me");
    EXPECT_EQ(got.header("ETag"), put.header("ETag"));

    Answer head = w.head("/demo-bucket/dummy.txt");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "17");

    Answer list = w.get("/demo-bucket?list-type=2");
    EXPECT_EQ(list.status, 200) << list.body;
    EXPECT_THAT(list.elements("Key"), ElementsAre("dummy.txt"));
    EXPECT_EQ(list.element("Size"), "17");
    EXPECT_EQ(list.element("KeyCount"), "1");
}

TEST(Thread, large_objects_are_blobs_and_a_replaced_one_is_erased) {
    World w;
    w.make_bucket("demo-bucket");
    std::string bytes(1'000'000, 'x');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7 + i / 256);
    EXPECT_EQ(w.put("/demo-bucket/large", bytes).status, 200);
    EXPECT_EQ(w.blobs(), 1u);
    EXPECT_EQ(w.get("/demo-bucket/large").body, bytes);
    Answer part = w.get("/demo-bucket/large", {{"Range", "bytes=300000-300099"}});
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, bytes.substr(300000, 100));
    EXPECT_EQ(part.header("Content-Range"), "bytes 300000-300099/1000000");
    EXPECT_EQ(w.put("/demo-bucket/large", "small now").status, 200);
    EXPECT_EQ(w.blobs(), 0u);
    EXPECT_EQ(w.get("/demo-bucket/large").body, "small now");
}

TEST(Thread, a_bucket_policy_denies_who_it_names) {
    World w;
    w.make_bucket("demo-bucket");
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    Answer put = w.put("/demo-bucket?policy", R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny",
        "NotPrincipal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"s3:*",
        "Resource":["arn:aws:s3:::demo-bucket","arn:aws:s3:::demo-bucket/*"]}]})");
    EXPECT_EQ(put.status, 204) << put.body;
    w.caller = user_of("123456789012", "u");
    Answer list = w.get("/demo-bucket?list-type=2");
    EXPECT_EQ(list.status, 403);
    EXPECT_EQ(list.message(),
              "User: arn:aws:iam::123456789012:user/u is not authorized to perform: s3:ListBucket on resource: "
              "&quot;arn:aws:s3:::demo-bucket&quot; with an explicit deny in a resource-based policy");
    EXPECT_EQ(w.get("/").status, 200);
    w.caller = root_of("123456789012");
    EXPECT_EQ(w.get("/demo-bucket?list-type=2").status, 200);
}

TEST(Thread, who_may_not_list_does_not_learn_that_a_key_is_missing) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.get("/demo-bucket/none").code(), "NoSuchKey");
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}})";
    w.caller = user_of("123456789012", "u");
    Answer denied = w.get("/demo-bucket/none");
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.code(), "AccessDenied");
    EXPECT_THAT(denied.message(), testing::HasSubstr("s3:ListBucket"));
}

}  // namespace
}  // namespace sekisho::s3::test
