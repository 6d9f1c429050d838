// Buckets: creating, finding, deleting; their settings; regions.
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/rows.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string location(std::string_view region) {
    return fmt::format("<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>",
                       region);
}

TEST(CreateBucket, location_constraint_must_fit_the_region_that_is_asked) {
    struct Case {
        const char *asked, *constraint, *answer;
    };
    const Case cases[] = {{"us-east-1", "", "200"},
                          {"us-east-1", "eu-west-1", "200"},
                          {"us-east-1", "EU", "200"},
                          {"us-east-1", "us-east-1", "InvalidLocationConstraint"},
                          {"us-east-1", "mars-1", "InvalidLocationConstraint"},
                          {"eu-west-1", "", "IllegalLocationConstraintException"},
                          {"eu-west-1", "eu-west-1", "200"},
                          {"eu-west-1", "us-west-2", "IllegalLocationConstraintException"}};
    for (const Case& one : cases) {
        World w;
        w.region = one.asked;
        Answer made = w.put("/demo-bucket", *one.constraint ? location(one.constraint) : "");
        EXPECT_EQ(made.status == 200 ? "200" : made.code(), one.answer) << one.asked << " " << one.constraint << made.body;
        EXPECT_EQ(w.s3.find_bucket("demo-bucket") != nullptr, made.status == 200);
    }
}

TEST(CreateBucket, again_is_200_in_the_first_region_only) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.put("/demo-bucket").status, 200);
    EXPECT_EQ(w.put("/demo-bucket", location("eu-west-1")).code(), "BucketAlreadyOwnedByYou");
    w.region = "eu-west-1";
    EXPECT_EQ(w.put("/other-bucket", location("eu-west-1")).status, 200);
    Answer again = w.put("/other-bucket", location("eu-west-1"));
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "BucketAlreadyOwnedByYou");
    w.caller = root_of("999999999999");
    EXPECT_EQ(w.put("/other-bucket", location("eu-west-1")).code(), "BucketAlreadyExists");
}

TEST(CreateBucket, refuses_bad_names_documents_and_what_is_not_built) {
    World w;
    EXPECT_EQ(w.put("/Demo_Bucket").code(), "InvalidBucketName");
    EXPECT_EQ(w.put("/demo-bucket", "<x").code(), "MalformedXML");
    EXPECT_EQ(w.put("/demo-bucket", "<Other/>").code(), "MalformedXML");
    EXPECT_EQ(w.put("/demo-bucket", "", {{"x-amz-acl", "public-read"}}).code(), "InvalidBucketAclWithObjectOwnership");
    EXPECT_EQ(w.put("/demo-bucket", "", {{"x-amz-bucket-object-lock-enabled", "perhaps"}}).code(), "InvalidArgument");
    EXPECT_EQ(w.put("/demo-bucket", "", {{"x-amz-object-ownership", "Nobody"}}).code(), "InvalidArgument");
    EXPECT_EQ(w.s3.find_bucket("demo-bucket"), nullptr);
}

TEST(CreateBucket, ends_at_the_accounts_limit) {
    World w;
    for (int i = 0; i < 100; ++i) ASSERT_EQ(w.put(fmt::format("/bucket-{}", i)).status, 200);
    EXPECT_EQ(w.put("/bucket-100").code(), "TooManyBuckets");
    w.caller = root_of("999999999999");
    EXPECT_EQ(w.put("/bucket-100").status, 200);
}

TEST(Bucket, whose_name_is_impossible_is_not_looked_for) {
    World w;
    EXPECT_EQ(w.get("/ab").code(), "InvalidBucketName");
    EXPECT_EQ(w.get("/some%20bucket").code(), "InvalidBucketName");
    EXPECT_EQ(w.get("/Some_Bucket").code(), "NoSuchBucket");
}

TEST(ListBuckets, who_may_not_is_told_so_without_a_resource) {
    World w;
    w.caller = user_of("123456789012", "u");
    EXPECT_EQ(
        w.get("/").message(),
        "User: arn:aws:iam::123456789012:user/u is not authorized to perform: s3:ListAllMyBuckets because no identity-based "
        "policy allows the s3:ListAllMyBuckets action");
}

TEST(ListBuckets, shows_the_callers_own_by_name_and_pages) {
    World w;
    w.make_bucket("bucket-b");
    w.make_bucket("bucket-a");
    w.make_bucket("other");
    w.caller = root_of("999999999999");
    w.make_bucket("foreign");
    EXPECT_THAT(w.get("/").elements("Name"), ElementsAre("foreign"));
    w.caller = root_of("123456789012");
    Answer all = w.get("/");
    EXPECT_THAT(all.elements("Name"), ElementsAre("bucket-a", "bucket-b", "other"));
    EXPECT_EQ(all.element("BucketRegion"), "");
    Answer page = w.get("/?max-buckets=1&prefix=bucket-");
    EXPECT_THAT(page.elements("Name"), ElementsAre("bucket-a"));
    EXPECT_EQ(page.element("BucketRegion"), "us-east-1");
    Answer rest = w.get("/?prefix=bucket-&continuation-token=" + page.element("ContinuationToken"));
    EXPECT_THAT(rest.elements("Name"), ElementsAre("bucket-b"));
    EXPECT_EQ(rest.element("ContinuationToken"), "");
    EXPECT_EQ(w.get("/?bucket-region=eu-west-1").element("Name"), "");
    EXPECT_EQ(w.get("/?max-buckets=0").code(), "InvalidArgument");
    w.caller = anonymous();
    EXPECT_EQ(w.get("/").status, 403);
}

TEST(DeleteBucket, only_when_empty_and_uploads_in_progress_vanish_with_it) {
    World w;
    w.make_bucket("demo-bucket");
    w.put("/demo-bucket/k", "x");
    Answer full = w.remove("/demo-bucket");
    EXPECT_EQ(full.status, 409);
    EXPECT_EQ(full.code(), "BucketNotEmpty");
    EXPECT_EQ(w.put("/demo-bucket/k2", "x").status, 200) << "a refused deletion must leave the bucket open";
    w.remove("/demo-bucket/k");
    w.remove("/demo-bucket/k2");
    std::string upload = w.post("/demo-bucket/big?uploads").element("UploadId");
    ASSERT_EQ(w.put("/demo-bucket/big?partNumber=1&uploadId=" + upload, std::string(100'000, 'p')).status, 200);
    EXPECT_EQ(w.blobs(), 1u);
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
    EXPECT_EQ(w.blobs(), 0u);
    EXPECT_TRUE(w.s3.buckets.read()->deleted.empty());
    EXPECT_EQ(w.remove("/demo-bucket").code(), "NoSuchBucket");
    EXPECT_EQ(w.get("/demo-bucket").code(), "NoSuchBucket");
    w.make_bucket("demo-bucket");
    EXPECT_THAT(w.get("/demo-bucket").elements("Key"), ElementsAre());
}

TEST(Start, opens_buckets_whose_deletion_was_cut_short) {
    World w;
    w.make_bucket("demo-bucket");
    BucketPtr bucket = w.s3.find_bucket("demo-bucket");
    store::Commit closed;
    closed.partition = partition_of_shard(*bucket, 0);
    closed.put("open", "closed by a process that is gone");
    sync_wait(w.tables->commit(std::move(closed)));
    sync_wait(w.s3.load());
    EXPECT_EQ(sync_wait(w.tables->get(partition_of_shard(*bucket, 0), "open")), "open");
    EXPECT_EQ(w.put("/demo-bucket/k", "x").status, 200);
}

TEST(Region, another_than_the_buckets_is_told_as_AWS_tells_it) {
    World w;
    w.region = "eu-west-1";
    ASSERT_EQ(w.put("/demo-bucket", location("eu-west-1")).status, 200);
    w.region = "us-east-1";
    Answer get = w.get("/demo-bucket?list-type=2");
    EXPECT_EQ(get.status, 400);
    EXPECT_EQ(get.code(), "AuthorizationHeaderMalformed");
    EXPECT_EQ(get.message(), "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'");
    EXPECT_EQ(get.element("Region"), "eu-west-1");
    Answer head = w.head("/demo-bucket");
    EXPECT_EQ(head.status, 301);
    EXPECT_EQ(head.header("x-amz-bucket-region"), "eu-west-1");
    Answer redirected = w.get("/demo-bucket", {{"Host", "s3.us-east-1.amazonaws.com"}});
    EXPECT_EQ(redirected.status, 301);
    EXPECT_EQ(redirected.code(), "PermanentRedirect");
    EXPECT_EQ(redirected.element("Endpoint"), "demo-bucket.s3.eu-west-1.amazonaws.com");
    w.caller = anonymous();
    Answer anonymous_head = w.head("/demo-bucket");
    EXPECT_EQ(anonymous_head.status, 403);
    EXPECT_EQ(anonymous_head.header("x-amz-bucket-region"), "eu-west-1");
    w.caller = root_of("123456789012");
    w.region = "eu-west-1";
    EXPECT_EQ(w.head("/demo-bucket").header("x-amz-bucket-region"), "eu-west-1");
    EXPECT_EQ(w.get("/demo-bucket?location").element("LocationConstraint"), "");
    EXPECT_THAT(w.get("/demo-bucket?location").body, HasSubstr(">eu-west-1</LocationConstraint>"));
}

TEST(VirtualHost, style_addresses_the_same_bucket) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.put("/dir/k", "x", {{"Host", "demo-bucket.s3.us-east-1.amazonaws.com"}}).status, 200);
    EXPECT_EQ(w.get("/dir/k", {{"Host", "demo-bucket.localhost:4566"}}).body, "x");
    EXPECT_EQ(w.get("/demo-bucket//dir/k").code(), "NoSuchKey") << "a key may begin with a slash, and is another one then";
    EXPECT_THAT(w.get("/", {{"Host", "demo-bucket.s3.amazonaws.com"}}).elements("Key"), ElementsAre("dir/k"));
}

TEST(ExpectedOwner, another_than_the_buckets_is_denied) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.get("/demo-bucket", {{"x-amz-expected-bucket-owner", "123456789012"}}).status, 200);
    EXPECT_EQ(w.get("/demo-bucket", {{"x-amz-expected-bucket-owner", "999999999999"}}).code(), "AccessDenied");
    EXPECT_EQ(w.get("/demo-bucket", {{"x-amz-expected-bucket-owner", "me"}}).code(), "InvalidBucketOwnerAWSAccountID");
}

TEST(NewBucket, answers_every_sub_resource_as_an_unconfigured_one) {
    World w;
    w.make_bucket("demo-bucket");
    const std::pair<const char*, const char*> missing[] = {{"policy", "NoSuchBucketPolicy"},
                                                           {"policyStatus", "NoSuchBucketPolicy"},
                                                           {"cors", "NoSuchCORSConfiguration"},
                                                           {"lifecycle", "NoSuchLifecycleConfiguration"},
                                                           {"tagging", "NoSuchTagSet"},
                                                           {"website", "NoSuchWebsiteConfiguration"},
                                                           {"replication", "ReplicationConfigurationNotFoundError"},
                                                           {"object-lock", "ObjectLockConfigurationNotFoundError"},
                                                           {"analytics&id=x", "NoSuchConfiguration"},
                                                           {"inventory&id=x", "NoSuchConfiguration"},
                                                           {"metrics&id=x", "NoSuchConfiguration"},
                                                           {"intelligent-tiering&id=x", "NoSuchConfiguration"}};
    for (auto [query, code] : missing) {
        Answer answer = w.get(std::string("/demo-bucket?") + query);
        EXPECT_EQ(answer.status, 404) << query;
        EXPECT_EQ(answer.code(), code) << query;
        EXPECT_EQ(answer.element("BucketName"), "demo-bucket") << query;
    }
    for (const char* query :
         {"versioning", "logging", "notification", "accelerate", "analytics", "inventory", "metrics", "intelligent-tiering",
          "requestPayment", "acl", "encryption", "ownershipControls", "publicAccessBlock", "location"})
        EXPECT_EQ(w.get(std::string("/demo-bucket?") + query).status, 200) << query;
    for (const char* query : {"cors", "encryption", "lifecycle", "replication", "website", "tagging", "policy"})
        EXPECT_EQ(w.remove(std::string("/demo-bucket?") + query).status, 204) << query;
    for (const char* query :
         {"logging", "notification", "accelerate", "analytics&id=x", "replication", "requestPayment", "website"})
        EXPECT_EQ(w.put(std::string("/demo-bucket?") + query, "<x/>").status, 501) << query;
    EXPECT_EQ(w.get("/demo-bucket?requestPayment").element("Payer"), "BucketOwner");
    EXPECT_EQ(w.get("/demo-bucket?ownershipControls").element("ObjectOwnership"), "BucketOwnerEnforced");
    EXPECT_EQ(w.get("/demo-bucket?publicAccessBlock").element("RestrictPublicBuckets"), "true");
    EXPECT_EQ(w.get("/demo-bucket?acl").element("Permission"), "FULL_CONTROL");
}

TEST(PublicAccessBlock, is_set_and_deleted) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(
        w.put("/demo-bucket?publicAccessBlock",
              "<PublicAccessBlockConfiguration><BlockPublicPolicy>TRUE</BlockPublicPolicy></PublicAccessBlockConfiguration>")
            .status,
        200);
    Answer got = w.get("/demo-bucket?publicAccessBlock");
    EXPECT_EQ(got.element("BlockPublicPolicy"), "true");
    EXPECT_EQ(got.element("BlockPublicAcls"), "false");
    EXPECT_EQ(
        w.put("/demo-bucket?publicAccessBlock",
              "<PublicAccessBlockConfiguration><BlockPublicPolicy>yes</BlockPublicPolicy></PublicAccessBlockConfiguration>")
            .code(),
        "MalformedXML");
    EXPECT_EQ(w.remove("/demo-bucket?publicAccessBlock").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?publicAccessBlock").code(), "NoSuchPublicAccessBlockConfiguration");
}

TEST(OwnershipControls, decide_whether_ACLs_are_accepted) {
    World w;
    w.make_bucket("demo-bucket");
    EXPECT_EQ(w.put("/demo-bucket?acl", "", {{"x-amz-acl", "private"}}).code(), "AccessControlListNotSupported");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-acl", "private"}}).code(), "AccessControlListNotSupported");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-acl", "bucket-owner-full-control"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket?ownershipControls",
                    "<OwnershipControls><Rule><ObjectOwnership>BucketOwnerPreferred"
                    "</ObjectOwnership></Rule></OwnershipControls>")
                  .status,
              200);
    EXPECT_EQ(w.put("/demo-bucket?acl", "", {{"x-amz-acl", "private"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket?acl", w.get("/demo-bucket?acl").body).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k?acl", w.get("/demo-bucket/k?acl").body).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"x-amz-acl", "nonsense"}}).code(), "InvalidArgument");
    EXPECT_EQ(w.remove("/demo-bucket?ownershipControls").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?ownershipControls").code(), "OwnershipControlsNotFoundError");
    EXPECT_EQ(w.put("/demo-bucket?ownershipControls", "<OwnershipControls/>").code(), "MalformedXML");
}

TEST(BucketTagging, is_replaced_as_a_whole) {
    World w;
    w.make_bucket("demo-bucket");
    auto document = [](std::string tags) { return "<Tagging><TagSet>" + tags + "</TagSet></Tagging>"; };
    EXPECT_EQ(w.put("/demo-bucket?tagging", document("<Tag><Key>a</Key><Value>1</Value></Tag>")).status, 204);
    EXPECT_EQ(w.get("/demo-bucket?tagging").element("TagSet"), "<Tag><Key>a</Key><Value>1</Value></Tag>");
    EXPECT_EQ(w.put("/demo-bucket?tagging", document("<Tag><Key>aws:a</Key><Value>1</Value></Tag>")).code(), "InvalidTag");
    EXPECT_EQ(w.put("/demo-bucket?tagging", "<Tagging/>").code(), "MalformedXML");
    std::string many;
    for (int i = 0; i < 51; ++i) many += fmt::format("<Tag><Key>k{}</Key><Value/></Tag>", i);
    EXPECT_EQ(w.put("/demo-bucket?tagging", document(many)).code(), "BadRequest");
    EXPECT_EQ(w.remove("/demo-bucket?tagging").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?tagging").code(), "NoSuchTagSet");
}

// A gateway endpoint serves one region: VPC guide, "Gateway endpoints for Amazon S3", considerations.
TEST(BucketRegions, of_another_region_are_refused_through_an_endpoint_to_anonymous_callers_too) {
    World w;
    w.region = "eu-west-1";
    EXPECT_EQ(w.put("/far-bucket",
                    "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>"
                    "</CreateBucketConfiguration>")
                  .status,
              200);
    w.put("/far-bucket/k", "far");
    w.put("/far-bucket?publicAccessBlock", "<PublicAccessBlockConfiguration/>");
    ASSERT_EQ(w.put("/far-bucket?policy", R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",
        "Resource":"arn:aws:s3:::far-bucket/*"}})")
                  .status,
              204);
    w.region = "us-east-1";
    w.make_bucket("near-bucket");

    w.caller = anonymous();
    EXPECT_EQ(w.get("/far-bucket/k").body, "far") << "over the public side any region's front end is this one";
    w.endpoint = "vpce-11111111111111111";
    Answer refused = w.get("/far-bucket/k");
    EXPECT_EQ(refused.status, 301);
    EXPECT_EQ(refused.code(), "PermanentRedirect");
    EXPECT_EQ(refused.element("Endpoint"), "far-bucket.s3.eu-west-1.amazonaws.com");
    EXPECT_EQ(refused.header("x-amz-bucket-region"), "eu-west-1");
    EXPECT_EQ(w.get("/far-bucket/k", {{"Host", "s3.eu-west-1.amazonaws.com"}}).status, 301);
    EXPECT_EQ(w.head("/far-bucket/k").status, 301);
    w.region = "eu-west-1";
    EXPECT_EQ(w.get("/far-bucket/k").body, "far");

    w.caller = root_of("123456789012");
    w.region = "us-east-1";
    Answer copy = w.put("/near-bucket/k", "", {{"x-amz-copy-source", "far-bucket/k"}});
    EXPECT_EQ(copy.code(), "AccessDenied");
    EXPECT_EQ(copy.message(), "VPC endpoints do not support cross-region requests");
    w.endpoint.clear();
    EXPECT_EQ(w.put("/near-bucket/k", "", {{"x-amz-copy-source", "far-bucket/k"}}).status, 200);
}

}  // namespace
}  // namespace sekisho::s3::test
