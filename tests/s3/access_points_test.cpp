// Access points: made by S3 Control, used by S3: three have to agree.
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/names.h"
#include "services/s3/principals.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Fields home{{"x-amz-account-id", "123456789012"}};
constexpr std::string_view user_arn = "arn:aws:iam::123456789012:user/u";
constexpr std::string_view point_arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/reports";

class AccessPoints : public testing::Test {
   protected:
    void SetUp() override {
        w.make_bucket("demo-bucket");
        w.put("/demo-bucket/dir/k", "v");
    }
    Answer control(std::string method, std::string path, std::string body = {}) {
        return w.call(std::move(method), "/v20180820/" + path, home, std::move(body));
    }
    Answer create(std::string name, std::string more = {}) {
        return control("PUT", "accesspoint/" + name,
                       "<CreateAccessPointRequest><Bucket>demo-bucket</Bucket>" + more + "</CreateAccessPointRequest>");
    }
    static std::string in_vpc(std::string id) { return "<VpcConfiguration><VpcId>" + id + "</VpcId></VpcConfiguration>"; }
    Answer put_policy(const std::string& policy) {
        return control(
            "PUT", "accesspoint/reports/policy",
            "<PutAccessPointPolicyRequest><Policy>" + wire_escape(policy) + "</Policy></PutAccessPointPolicyRequest>");
    }
    static std::string wire_escape(const std::string& text) {
        std::string out;
        for (char c : text) out += c == '"' ? "&quot;" : c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
        return out;
    }
    static std::string statement(std::string effect, std::string principal, std::string action, std::string resource,
                                 std::string condition = {}) {
        return fmt::format(R"({{"Version":"2012-10-17","Statement":[{{"Effect":"{}","Principal":{{"AWS":"{}"}},"Action":"{}",)"
                           R"("Resource":"{}"{}}}]}})",
                           effect, principal, action, resource, condition.empty() ? "" : ",\"Condition\":" + condition);
    }
    void as_user(std::string policy) {
        w.policies.by_arn[std::string(user_arn)] = std::move(policy);
        w.caller = user_of("123456789012", "u");
    }
    World w;
};

TEST_F(AccessPoints, are_made_shown_listed_and_deleted) {
    Answer made = create("reports");
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(made.element("AccessPointArn"), point_arn);
    const std::string alias = made.element("Alias");
    EXPECT_TRUE(alias.starts_with("reports-") && alias.ends_with("-s3alias")) << alias;
    EXPECT_EQ(create("reports").code(), "AccessPointAlreadyOwnedByYou");

    Answer got = control("GET", "accesspoint/reports");
    EXPECT_EQ(got.element("Bucket"), "demo-bucket");
    EXPECT_EQ(got.element("NetworkOrigin"), "Internet");
    EXPECT_EQ(got.element("Alias"), alias);
    EXPECT_EQ(got.element("BlockPublicPolicy"), "true");
    EXPECT_EQ(got.element("CreationDate"), "2026-09-21T14:13:20.000Z");
    EXPECT_EQ(got.elements("value").front(), "s3-accesspoint.us-east-1.amazonaws.com");

    ASSERT_EQ(create("private", in_vpc("vpc-1")).status, 200);
    EXPECT_THAT(control("GET", "accesspoint").elements("Name"), ElementsAre("private", "reports"));
    Answer page = control("GET", "accesspoint?maxResults=1&bucket=demo-bucket");
    EXPECT_THAT(page.elements("Name"), ElementsAre("private"));
    EXPECT_EQ(page.element("VpcId"), "vpc-1");
    EXPECT_THAT(control("GET", "accesspoint?nextToken=" + page.element("NextToken")).elements("Name"), ElementsAre("reports"));
    EXPECT_THAT(control("GET", "accesspoint?bucket=another").elements("Name"), ElementsAre());

    EXPECT_EQ(control("DELETE", "accesspoint/reports").status, 204);
    EXPECT_EQ(control("DELETE", "accesspoint/reports").code(), "NoSuchAccessPoint");
    EXPECT_EQ(control("GET", "accesspoint/reports").code(), "NoSuchAccessPoint");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").code(), "NoSuchAccessPoint");
}

TEST_F(AccessPoints, of_wrong_names_buckets_and_accounts_are_refused) {
    for (std::string name : {"ab", "Reports", "-reports", "reports-", "re_ports", "x-s3alias"})
        EXPECT_EQ(create(name).code(), "InvalidAccessPoint") << name;
    EXPECT_EQ(
        control("PUT", "accesspoint/reports", "<CreateAccessPointRequest><Bucket>no-bucket</Bucket></CreateAccessPointRequest>")
            .code(),
        "NoSuchBucket");
    EXPECT_EQ(control("PUT", "accesspoint/reports", "<Other/>").code(), "MalformedXML");
    for (std::string vpc : {std::string(), std::string("vpc-"), std::string("reports"), std::string("vpc-1&quot;"),
                            "vpc-" + std::string(61, '1')})
        EXPECT_EQ(create("reports", in_vpc(vpc)).code(), "InvalidRequest") << vpc;
    create("reports");
    EXPECT_EQ(control("DELETE", "accesspoint/arn%3Aaws%3As3%3Aeu-west-1%3A123456789012%3Aaccesspoint%2Freports").code(),
              "NoSuchAccessPoint");
    EXPECT_EQ(control("DELETE", "accesspoint/arn%3Aaws%3As3%3Aus-east-1%3A123456789012%3Aaccesspoint%2Freports").status, 204);
    EXPECT_EQ(create("reports", "<BucketAccountId>999999999999</BucketAccountId>").code(), "AccessDenied");
    EXPECT_EQ(w.call("GET", "/v20180820/accesspoint", {{"x-amz-account-id", "me"}}).code(), "InvalidRequest");
    w.caller = root_of("999999999999");
    EXPECT_EQ(control("GET", "accesspoint").status, 403) << "another account's";
    EXPECT_EQ(w.call("PUT", "/v20180820/accesspoint/reports", {{"x-amz-account-id", "999999999999"}},
                     "<CreateAccessPointRequest><Bucket>demo-bucket</Bucket></CreateAccessPointRequest>")
                  .code(),
              "AccessDenied");
}

TEST_F(AccessPoints, hold_their_bucket) {
    create("reports");
    w.remove("/demo-bucket/dir/k");
    EXPECT_EQ(w.remove("/demo-bucket").code(), "BucketHasAccessPointsAttached");
    EXPECT_EQ(w.put("/demo-bucket/dir/k", "x").status, 200) << "the bucket goes on";
    w.remove("/demo-bucket/dir/k");
    control("DELETE", "accesspoint/reports");
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
}

TEST_F(AccessPoints, stand_for_their_bucket_by_alias_by_arn_and_by_host) {
    const std::string alias = create("reports").element("Alias");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(w.get("/arn%3Aaws%3As3%3Aus-east-1%3A123456789012%3Aaccesspoint%2Freports/dir/k").body, "v");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "reports-123456789012.s3-accesspoint.us-east-1.amazonaws.com"}}).body, "v");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "reports-123456789012.s3-accesspoint.dualstack.us-east-1.amazonaws.com"}}).body, "v");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "reports-123456789012.localhost:4566"}}).body, "v");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "other-123456789012.s3-accesspoint.us-east-1.amazonaws.com"}}).code(),
              "NoSuchAccessPoint");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "demo-bucket.s3-accesspoint.us-east-1.amazonaws.com"}}).code(), "NoSuchAccessPoint");
    EXPECT_EQ(w.head("/" + alias).header("x-amz-access-point-alias"), "true");
    EXPECT_EQ(w.put("/" + alias + "/new", "n").status, 200);
    EXPECT_THAT(w.get("/" + alias + "?list-type=2").elements("Key"), ElementsAre("dir/k", "new"));
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", std::string(point_arn) + "/object/new"}}).status, 200);
    EXPECT_EQ(w.put("/demo-bucket/copy2", "", {{"x-amz-copy-source", alias + "/new"}}).status, 200);
    for (std::string operation : {"?policy", "?tagging", "?publicAccessBlock", "?ownershipControls"})
        EXPECT_EQ(w.remove("/" + alias + operation).code(), "MethodNotAllowed") << operation;
    EXPECT_EQ(w.remove("/" + alias).code(), "MethodNotAllowed");
}

TEST_F(AccessPoints, and_buckets_do_not_take_each_others_host_names) {
    create("reports");
    EXPECT_EQ(w.put("/reports-123456789012").code(), "BucketAlreadyExists");
    w.make_bucket("other-123456789012");
    EXPECT_EQ(create("other").code(), "InvalidRequest");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "reports-123456789012.s3.us-east-1.amazonaws.com"}}).code(), "NoSuchBucket");
    EXPECT_EQ(w.get("/dir/k", {{"Host", "reports-123456789012.s3-accesspoint.eu-west-1.amazonaws.com"}}).code(),
              "NoSuchAccessPoint")
        << "another region's";
}

TEST_F(AccessPoints, need_the_permission_for_the_access_point_and_for_the_bucket) {
    const std::string alias = create("reports").element("Alias");
    as_user(R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::demo-bucket/*"}})");
    Answer denied = w.get("/" + alias + "/dir/k");
    EXPECT_EQ(denied.status, 403);
    EXPECT_THAT(denied.message(), HasSubstr(std::string(point_arn) + "/object/dir/k"));
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 200) << "the bucket's own name is another road";

    as_user(
        R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:*:*:accesspoint/reports/object/*"}})");
    denied = w.get("/" + alias + "/dir/k");
    EXPECT_EQ(denied.status, 403);
    EXPECT_THAT(denied.message(), HasSubstr("arn:aws:s3:::demo-bucket/dir/k"));

    // The bucket leaves it to the account's access points (S3 guide, "Delegating access control to access points").
    w.caller = root_of("123456789012");
    w.remove("/demo-bucket?publicAccessBlock");
    Answer put = w.put("/demo-bucket?policy", statement("Allow", "*", "*", "arn:aws:s3:::demo-bucket/*",
                                                        R"({"StringEquals":{"s3:DataAccessPointAccount":"123456789012"}})"));
    ASSERT_EQ(put.status, 204) << put.body;
    w.caller = user_of("123456789012", "u");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 403) << "not by its own name";
}

TEST_F(AccessPoints, have_a_policy_that_grants_and_denies_what_goes_through_them) {
    const std::string alias = create("reports").element("Alias");
    EXPECT_EQ(control("GET", "accesspoint/reports/policy").code(), "NoSuchAccessPointPolicy");
    EXPECT_EQ(control("GET", "accesspoint/reports/policyStatus").code(), "NoSuchAccessPointPolicy");
    const std::string granting =
        statement("Allow", std::string(user_arn), "s3:GetObject", std::string(point_arn) + "/object/dir/*");
    ASSERT_EQ(put_policy(granting).status, 200);
    EXPECT_EQ(control("GET", "accesspoint/reports/policy").element("Policy"), wire_escape(granting));
    EXPECT_EQ(control("GET", "accesspoint/reports/policyStatus").element("IsPublic"), "false");

    as_user(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::demo-bucket*"}})");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(w.get("/" + alias + "/other").status, 403);
    EXPECT_EQ(w.put("/" + alias + "/dir/k", "x").status, 403);

    w.caller = root_of("123456789012");
    ASSERT_EQ(put_policy(statement("Deny", std::string(user_arn), "s3:GetObject", std::string(point_arn) + "/object/*")).status,
              200);
    w.caller = user_of("123456789012", "u");
    EXPECT_THAT(w.get("/" + alias + "/dir/k").message(), HasSubstr("with an explicit deny in a resource-based policy"));
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 200);

    w.caller = root_of("123456789012");
    EXPECT_EQ(control("DELETE", "accesspoint/reports/policy").status, 204);
    EXPECT_EQ(control("GET", "accesspoint/reports/policy").code(), "NoSuchAccessPointPolicy");
}

TEST_F(AccessPoints, refuse_policies_of_other_resources_unknown_principals_and_the_public) {
    create("reports");
    EXPECT_EQ(put_policy(statement("Allow", std::string(user_arn), "s3:GetObject", "arn:aws:s3:::demo-bucket/*")).message(),
              "Policy has invalid resource");
    EXPECT_EQ(put_policy(statement("Allow", "arn:aws:iam::123456789012:user/ghost", "s3:GetObject",
                                   std::string(point_arn) + "/object/*"))
                  .message(),
              "Invalid principal in policy");
    EXPECT_EQ(
        put_policy(statement("Allow", std::string(user_arn), "s3:ListBucket", std::string(point_arn) + "/object/*")).message(),
        "Action does not apply to any resource(s) in statement");
    EXPECT_EQ(put_policy(statement("Allow", std::string(user_arn), "s3:ListBucket", std::string(point_arn))).status, 200);
    EXPECT_EQ(put_policy("no policy").code(), "MalformedPolicy");
    Answer open = put_policy(statement("Allow", "*", "s3:GetObject", std::string(point_arn) + "/object/*"));
    EXPECT_EQ(open.code(), "AccessDenied");
    EXPECT_THAT(open.message(), HasSubstr("BlockPublicPolicy"));
}

TEST_F(AccessPoints, are_public_by_a_policy_that_only_they_themselves_limit) {
    // "… in an access point policy would render the access point public" (S3 guide, "The meaning of public").
    create("reports");
    for (std::string condition :
         {R"({"StringEquals":{"s3:DataAccessPointAccount":"123456789012"}})",
          R"({"StringLike":{"s3:DataAccessPointArn":"arn:aws:s3:us-east-1:123456789012:accesspoint/*"}})"}) {
        Answer put = put_policy(statement("Allow", "*", "s3:GetObject", std::string(point_arn) + "/object/*", condition));
        EXPECT_EQ(put.code(), "AccessDenied") << condition;
        EXPECT_THAT(put.message(), HasSubstr("BlockPublicPolicy"));
    }
}

constexpr std::string_view nothing_blocked =
    "<PublicAccessBlockConfiguration><BlockPublicPolicy>false</BlockPublicPolicy></PublicAccessBlockConfiguration>";

TEST_F(AccessPoints, are_held_to_what_the_bucket_and_its_account_block) {
    w.remove("/demo-bucket?publicAccessBlock");
    const std::string alias = create("reports", std::string(nothing_blocked)).element("Alias");
    ASSERT_EQ(put_policy(statement("Allow", "*", "s3:GetObject", std::string(point_arn) + "/object/*")).status, 200);
    ASSERT_EQ(w.put("/demo-bucket?policy", statement("Allow", "*", "s3:*", "arn:aws:s3:::demo-bucket/*",
                                                     R"({"StringEquals":{"s3:DataAccessPointAccount":"123456789012"}})"))
                  .status,
              204);
    w.caller = anonymous();
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    const std::string restricted =
        "<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>";
    w.caller = root_of("123456789012");
    w.put("/demo-bucket?publicAccessBlock", restricted);
    w.caller = anonymous();
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403) << "the bucket's";
    w.caller = root_of("123456789012");
    w.remove("/demo-bucket?publicAccessBlock");
    control("PUT", "configuration/publicAccessBlock", restricted);
    w.caller = anonymous();
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403) << "the account's";
}

TEST_F(AccessPoints, of_another_account_are_not_public_where_the_buckets_account_forbids_it) {
    control("PUT", "configuration/publicAccessBlock",
            "<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy></PublicAccessBlockConfiguration>");
    w.remove("/demo-bucket?publicAccessBlock");
    w.caller = root_of("999999999999");
    const Fields abroad{{"x-amz-account-id", "999999999999"}};
    w.call("PUT", "/v20180820/accesspoint/guests", abroad,
           "<CreateAccessPointRequest><Bucket>demo-bucket</Bucket><BucketAccountId>123456789012</BucketAccountId>" +
               std::string(nothing_blocked) + "</CreateAccessPointRequest>");
    const std::string open =
        wire_escape(statement("Allow", "*", "s3:GetObject", "arn:aws:s3:us-east-1:999999999999:accesspoint/guests/object/*"));
    EXPECT_EQ(w.call("PUT", "/v20180820/accesspoint/guests/policy", abroad,
                     "<PutAccessPointPolicyRequest><Policy>" + open + "</Policy></PutAccessPointPolicyRequest>")
                  .code(),
              "AccessDenied");
}

TEST_F(AccessPoints, that_only_a_vpc_reaches_are_never_public) {
    // "…is always considered non-public, regardless of the contents of its access point policy."
    const std::string alias = create("reports", in_vpc("vpc-1")).element("Alias");
    ASSERT_EQ(put_policy(statement("Allow", "*", "s3:GetObject", std::string(point_arn) + "/object/*")).status, 200);
    ASSERT_EQ(w.put("/demo-bucket?policy", statement("Allow", "*", "s3:GetObject", "arn:aws:s3:::demo-bucket/*",
                                                     R"({"StringEquals":{"s3:DataAccessPointAccount":"123456789012"}})"))
                  .status,
              204);
    w.caller = user_of("999999999999", "guest");
    w.policies.by_arn[w.caller.arn] = R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403);
    w.origin = from_vpc("vpc-1");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
}

TEST_F(AccessPoints, of_a_vpc_refuse_every_request_that_comes_another_way) {
    const std::string alias = create("reports", in_vpc("vpc-1")).element("Alias");
    EXPECT_EQ(control("GET", "accesspoint/reports").element("NetworkOrigin"), "VPC");
    Answer denied = w.get("/" + alias + "/dir/k");
    EXPECT_EQ(denied.status, 403) << "root as well";
    EXPECT_THAT(denied.message(), HasSubstr("with an explicit deny in a resource-based policy"));
    w.origin = from_vpc("vpc-2");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403);
    EXPECT_EQ(w.get("/" + alias + "?list-type=2").status, 403);
    EXPECT_EQ(w.put("/" + alias + "/x", "x").status, 403);
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", alias + "/dir/k"}}).status, 403);
    EXPECT_EQ(w.get("/" + alias + "?cors").status, 403);
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 200) << "the bucket's own name is not bound to the VPC";
    w.origin = from_vpc("vpc-1");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", alias + "/dir/k"}}).status, 200);
    EXPECT_EQ(w.put("/" + alias + "/x", "x").status, 200);
    as_user(R"({"Statement":[]})");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403) << "the network alone is no permission";
    w.caller = anonymous();
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403);
}

TEST_F(AccessPoints, decide_item_by_item_in_mass_deletions) {
    const std::string alias = create("reports").element("Alias");
    w.put("/demo-bucket/a", "1");
    w.put("/demo-bucket/b", "2");
    as_user(
        R"({"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"},
            {"Effect":"Deny","Action":"s3:DeleteObject","Resource":"arn:aws:s3:*:*:accesspoint/reports/object/a"}]})");
    Answer deleted =
        w.post("/" + alias + "?delete", "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>",
               {{"x-amz-checksum-crc32", "cxqWIw=="}});
    EXPECT_EQ(deleted.elements("Deleted").size(), 1u) << deleted.body;
    EXPECT_EQ(deleted.elements("Code"), std::vector<std::string>{"AccessDenied"});
    w.caller = root_of("123456789012");
    EXPECT_THAT(w.get("/demo-bucket?list-type=2").elements("Key"), ElementsAre("a", "dir/k"));
}

TEST_F(AccessPoints, have_keys_that_policies_of_the_bucket_see) {
    const std::string alias = create("reports", in_vpc("vpc-1")).element("Alias");
    w.put("/demo-bucket?policy", statement("Deny", std::string(user_arn), "s3:GetObject", "arn:aws:s3:::demo-bucket/*",
                                           R"({"StringNotEquals":{"s3:AccessPointNetworkOrigin":"VPC"}})"));
    as_user(R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})");
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 403);
    w.origin = from_vpc("vpc-1");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
}

TEST_F(AccessPoints, of_another_account_need_the_bucket_owners_word) {
    w.caller = root_of("999999999999");
    Answer made = w.call("PUT", "/v20180820/accesspoint/guests", {{"x-amz-account-id", "999999999999"}},
                         "<CreateAccessPointRequest><Bucket>demo-bucket</Bucket><BucketAccountId>123456789012</BucketAccountId>"
                         "</CreateAccessPointRequest>");
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string alias = made.element("Alias");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").status, 403);
    w.caller = root_of("123456789012");
    ASSERT_EQ(w.put("/demo-bucket?policy", statement("Allow", "999999999999", "s3:GetObject", "arn:aws:s3:::demo-bucket/*",
                                                     R"({"StringEquals":{"s3:DataAccessPointAccount":"999999999999"}})"))
                  .status,
              204);
    w.caller = root_of("999999999999");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 403);

    // They hold nobody else's bucket, and a later one of its name is none of theirs.
    w.caller = root_of("123456789012");
    w.remove("/demo-bucket/dir/k");
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
    w.make_bucket("demo-bucket");
    w.caller = root_of("999999999999");
    EXPECT_EQ(w.get("/" + alias + "/dir/k").code(), "NoSuchBucket");
}

TEST_F(AccessPoints, and_their_policies_are_there_after_a_restart_and_follow_principals) {
    const std::string alias = create("reports", in_vpc("vpc-1")).element("Alias");
    put_policy(statement("Allow", std::string(user_arn), "s3:GetObject", std::string(point_arn) + "/object/*"));
    World after(w);
    EXPECT_EQ(after.get("/" + alias + "/dir/k").status, 403);
    after.origin = from_vpc("vpc-1");
    EXPECT_EQ(after.get("/" + alias + "/dir/k").body, "v");
    EXPECT_EQ(sync_wait(follow_principal(after.s3, std::string(user_arn), "AIDAGONE", [] { return true; })), 1);
    EXPECT_THAT(after.call("GET", "/v20180820/accesspoint/reports/policy", home).body, HasSubstr("AIDAGONE"));
}

TEST_F(AccessPoints, follow_principals_however_many_name_one) {
    const std::string policy =
        statement("Allow", std::string(user_arn), "s3:GetObject", "arn:aws:s3:us-east-1:123456789012:accesspoint/p");
    std::function<Result<int>(BucketState&)> add = [&](BucketState& state) -> Result<int> {
        for (int i = 0; i < 1000; ++i) {
            AccessPoint point;
            point.name = "p" + std::to_string(i);
            point.account = AccountId("123456789012");
            point.region = Region("us-east-1");
            point.bucket = "demo-bucket";
            point.set_policy(policy);
            std::string id = point.id();
            state.access_points.put(std::move(id), std::move(point));
        }
        return 0;
    };
    ASSERT_TRUE(sync_wait(w.s3.buckets.change<int>(std::move(add))));
    EXPECT_EQ(sync_wait(follow_principal(w.s3, std::string(user_arn), "AIDAGONE", [] { return true; })), 1000);
    const auto after = w.s3.buckets.read();
    for (const auto& [id, point] : after->access_points) EXPECT_THAT(point->policy(), HasSubstr("AIDAGONE")) << id;
}

TEST_F(AccessPoints, block_public_access_of_the_account_counts_for_every_bucket) {
    const std::string path = "configuration/publicAccessBlock";
    EXPECT_EQ(control("GET", path).code(), "NoSuchPublicAccessBlockConfiguration");
    w.remove("/demo-bucket?publicAccessBlock");
    const std::string open = statement("Allow", "*", "s3:GetObject", "arn:aws:s3:::demo-bucket/*");
    ASSERT_EQ(w.put("/demo-bucket?policy", open).status, 204);
    w.caller = anonymous();
    EXPECT_EQ(w.get("/demo-bucket/dir/k").body, "v");
    w.caller = root_of("123456789012");
    EXPECT_EQ(control("PUT", path,
                      "<PublicAccessBlockConfiguration><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true"
                      "</RestrictPublicBuckets></PublicAccessBlockConfiguration>")
                  .status,
              201);
    Answer got = control("GET", path);
    EXPECT_EQ(got.element("RestrictPublicBuckets"), "true");
    EXPECT_EQ(got.element("BlockPublicAcls"), "false");
    EXPECT_EQ(w.put("/demo-bucket?policy", open).code(), "AccessDenied");
    w.caller = anonymous();
    EXPECT_EQ(w.get("/demo-bucket/dir/k").status, 403);
    w.caller = root_of("123456789012");
    EXPECT_EQ(control("DELETE", path).status, 204);
    w.caller = anonymous();
    EXPECT_EQ(w.get("/demo-bucket/dir/k").body, "v");
}

TEST_F(AccessPoints, tags_of_buckets_and_access_points_are_read_and_changed_by_arn) {
    const std::string bucket = "tags/arn%3Aaws%3As3%3A%3A%3Ademo-bucket";
    EXPECT_THAT(control("GET", bucket).elements("Key"), ElementsAre());
    w.put("/demo-bucket?tagging", "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>");
    EXPECT_THAT(control("GET", bucket).elements("Key"), ElementsAre("a"));
    EXPECT_EQ(control("GET", "tags/arn:aws:s3:::demo-bucket").elements("Value"), std::vector<std::string>{"1"});
    const std::string more = "<TagResourceRequest><Tags><Tag><Key>b</Key><Value>2</Value></Tag></Tags></TagResourceRequest>";
    EXPECT_EQ(control("POST", bucket, more).status, 204);
    EXPECT_EQ(control("DELETE", bucket + "?tagKeys=a&tagKeys=none").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?tagging").element("Key"), "b");
    EXPECT_EQ(control("DELETE", bucket + "?tagKeys=b").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?tagging").code(), "NoSuchTagSet");
    EXPECT_EQ(control("GET", "tags/arn%3Aaws%3As3%3A%3A%3Ano-bucket").code(), "NoSuchBucket");

    create("reports");
    const std::string point = "tags/" + std::string(point_arn);
    EXPECT_EQ(control("POST", point, more).status, 204);
    EXPECT_EQ(control("GET", point).element("Value"), "2");
    as_user(R"({"Statement":[]})");
    EXPECT_EQ(control("GET", point).status, 403);
    EXPECT_EQ(control("GET", bucket).status, 403);
}

TEST(HostNames, of_access_points_are_told_from_those_of_buckets) {
    const std::vector<std::string> none;
    HostName host = parse_host("ap-123456789012.s3-accesspoint.eu-west-1.amazonaws.com", none);
    EXPECT_TRUE(host.access_point);
    EXPECT_EQ(host.bucket, "ap-123456789012");
    EXPECT_EQ(host.region, "eu-west-1");
    EXPECT_FALSE(parse_host("bucket.s3.eu-west-1.amazonaws.com", none).access_point);
}

}  // namespace
}  // namespace sekisho::s3::test
