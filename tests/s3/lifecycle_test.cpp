// Lifecycle: configurations, what replies say of them, and the passes that apply them.
#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

using namespace std::chrono_literals;

constexpr auto day = 24h;

class LifecycleRules : public testing::Test {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }
    Answer set(const std::string& rules, Fields more = {}) {
        const std::string body = "<LifecycleConfiguration>" + rules + "</LifecycleConfiguration>";
        authn::Digest md5(authn::Digest::Kind::md5);
        md5.update(body);
        more.emplace_back("Content-MD5", to_base64(md5.finish()));
        return w.put("/demo-bucket?lifecycle", body, std::move(more));
    }
    static std::string rule(std::string_view action, std::string_view scope = "<Filter/>", std::string_view id = "r") {
        return fmt::format("<Rule><ID>{}</ID>{}<Status>Enabled</Status>{}</Rule>", id, scope, action);
    }
    static std::string days(int count) { return fmt::format("<Expiration><Days>{}</Days></Expiration>", count); }
    static std::string prefix(std::string_view text) { return fmt::format("<Filter><Prefix>{}</Prefix></Filter>", text); }
    void with_versions() {
        w.put("/demo-bucket?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    }
    void pass() { sync_wait(w.s3.lifecycles.pass()); }
    std::vector<std::string> keys() { return w.get("/demo-bucket").elements("Key"); }
    std::size_t versions() { return w.get("/demo-bucket?versions").elements("VersionId").size(); }
    World w;
};

TEST_F(LifecycleRules, come_back_as_they_were_put) {
    EXPECT_EQ(w.get("/demo-bucket?lifecycle").code(), "NoSuchLifecycleConfiguration");
    const std::string rules =
        rule(days(31), "<Prefix>old/</Prefix>", "one") +
        rule("<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration>", prefix("new/"), "two") +
        rule(
            "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration><NoncurrentVersionExpiration>"
            "<NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions></"
            "NoncurrentVersionExpiration>"
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
            "<Filter></Filter>", "three") +
        rule(days(1),
             "<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeGreaterThan>10</"
             "ObjectSizeGreaterThan>"
             "<ObjectSizeLessThan>20</ObjectSizeLessThan></And></Filter>",
             "four") +
        rule(days(1), "<Filter><Tag><Key>k</Key><Value></Value></Tag></Filter>", "five");
    Answer put = set(rules);
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.header("x-amz-transition-default-minimum-object-size"), "all_storage_classes_128K");
    EXPECT_THAT(w.get("/demo-bucket?lifecycle").body, testing::HasSubstr(rules));
    World again(w);
    EXPECT_THAT(again.get("/demo-bucket?lifecycle").body, testing::HasSubstr(rules));
    EXPECT_EQ(set(rule(days(1)), {{"x-amz-transition-default-minimum-object-size", "varies_by_storage_class"}})
                  .header("x-amz-transition-default-minimum-object-size"),
              "varies_by_storage_class");
    set("<Rule><Prefix/><Status>Disabled</Status>" + days(1) + "</Rule>");
    EXPECT_EQ(w.get("/demo-bucket?lifecycle").element("ID").size(), 36u) << "rules without an id get one";
    EXPECT_EQ(w.remove("/demo-bucket?lifecycle").status, 204);
    EXPECT_EQ(w.remove("/demo-bucket?lifecycle").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?lifecycle").code(), "NoSuchLifecycleConfiguration");
}

TEST_F(LifecycleRules, that_are_none_are_refused_with_their_reason) {
    struct Case {
        std::string rules, code;
    };
    std::string many;
    for (int i = 0; i < 1001; ++i) many += rule(days(1), "<Prefix/>", std::to_string(i));
    const std::string tag = "<Tag><Key>k</Key><Value>v</Value></Tag>";
    const Case cases[] = {
        {"", "MalformedXML"},
        {many, "MalformedXML"},
        {rule(days(1), ""), "MalformedXML"},
        {rule(days(1), "<Prefix/><Filter/>"), "MalformedXML"},
        {"<Rule><Prefix/><Status>enabled</Status>" + days(1) + "</Rule>", "MalformedXML"},
        {"<Rule><Prefix/>" + days(1) + "</Rule>", "MalformedXML"},
        {rule(""), "InvalidRequest"},
        {rule(days(0)), "InvalidArgument"},
        {rule(days(-1)), "InvalidArgument"},
        {rule("<Expiration/>"), "MalformedXML"},
        {rule("<Expiration><Days>1</Days><Date>2030-01-01T00:00:00Z</Date></Expiration>"), "MalformedXML"},
        {rule("<Expiration><Date>2030-01-01T00:00:01Z</Date></Expiration>"), "InvalidArgument"},
        {rule("<Expiration><Date>soon</Date></Expiration>"), "MalformedXML"},
        {rule("<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>"),
         "InvalidArgument"},
        {rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</"
              "NewerNoncurrentVersions>"
              "</NoncurrentVersionExpiration>"),
         "InvalidArgument"},
        {rule(days(1), "<Prefix/>", std::string(256, 'x')), "InvalidArgument"},
        {rule(days(1)) + rule(days(2)), "InvalidArgument"},
        {rule(days(1), "<Filter><Prefix>a</Prefix>" + tag + "</Filter>"), "MalformedXML"},
        {rule(days(1), "<Filter><And>" + tag + "</And></Filter>"), "MalformedXML"},
        {rule(days(1), "<Filter><And>" + tag + tag + "</And></Filter>"), "InvalidRequest"},
        {rule(days(1),
              "<Filter><And><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>5</ObjectSizeLessThan></And>"
              "</Filter>"),
         "InvalidRequest"},
        {rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
              "<Filter>" + tag + "</Filter>"),
         "InvalidRequest"},
        {rule("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
              "<Filter>" + tag + "</Filter>"),
         "InvalidRequest"},
        {rule("<Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>"), "NotImplemented"},
        {rule("<Transition><Date>2030-01-01T01:00:00Z</Date><StorageClass>GLACIER</StorageClass></Transition>"),
         "InvalidArgument"},
        {rule("<Transition><Days>30</Days></Transition>"), "MalformedXML"},
    };
    for (const Case& c : cases) EXPECT_EQ(set(c.rules).code(), c.code) << c.rules.substr(0, 300);
    EXPECT_EQ(w.get("/demo-bucket?lifecycle").code(), "NoSuchLifecycleConfiguration");
    EXPECT_EQ(w.put("/demo-bucket?lifecycle", "<LifecycleConfiguration/>").code(), "InvalidRequest") << "without a digest";
}

TEST_F(LifecycleRules, are_told_by_replies_about_objects_that_they_will_expire) {
    set(rule(days(2), prefix("logs/"), "by days") + rule("<Expiration><Date>2026-09-25T00:00:00Z</Date></Expiration>",
                                                         "<Filter><Tag>"
                                                         "<Key>k</Key><Value>v</Value></Tag></Filter>",
                                                         "by date"));
    // The world's clock stands at 2026-09-21T14:13:20Z.
    const std::string by_days = R"(expiry-date="Thu, 24 Sep 2026 00:00:00 GMT", rule-id="by%20days")";
    EXPECT_EQ(w.put("/demo-bucket/logs/a", "x").header("x-amz-expiration"), by_days);
    EXPECT_EQ(w.get("/demo-bucket/logs/a").header("x-amz-expiration"), by_days);
    EXPECT_EQ(w.head("/demo-bucket/logs/a").header("x-amz-expiration"), by_days);
    EXPECT_EQ(w.put("/demo-bucket/b", "", {{"x-amz-copy-source", "demo-bucket/logs/a"}}).header("x-amz-expiration"), "");
    EXPECT_EQ(w.put("/demo-bucket/c", "x", {{"x-amz-tagging", "k=v"}}).header("x-amz-expiration"),
              R"(expiry-date="Fri, 25 Sep 2026 00:00:00 GMT", rule-id="by%20date")");
    set(rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>"));
    Answer begun = w.post("/demo-bucket/k?uploads");
    EXPECT_EQ(begun.header("x-amz-abort-date"), "Wed, 23 Sep 2026 00:00:00 GMT");
    EXPECT_EQ(begun.header("x-amz-abort-rule-id"), "r");
}

TEST_F(LifecycleRules, expire_objects_at_the_midnight_after_their_days) {
    for (std::string key : {"logs/a", "logs/b", "other"}) w.put("/demo-bucket/" + key, std::string(100'000, 'x'));
    set(rule(days(1), prefix("logs/")));
    pass();
    EXPECT_EQ(keys().size(), 3u);
    w.clock.advance(day + 9h);  // 23:13 of the next day
    pass();
    EXPECT_EQ(keys().size(), 3u);
    w.put("/demo-bucket/logs/b", "new");
    w.clock.advance(1h);
    pass();
    EXPECT_THAT(keys(), testing::ElementsAre("logs/b", "other"));
    EXPECT_EQ(w.blobs(), 1u);
}

TEST_F(LifecycleRules, see_sizes_and_tags_and_disabled_rules_do_nothing) {
    w.put("/demo-bucket/small", "x");
    w.put("/demo-bucket/large", std::string(50, 'x'));
    w.put("/demo-bucket/tagged", std::string(20, 'x'), {{"x-amz-tagging", "k=v&l=w"}});
    w.put("/demo-bucket/other", std::string(20, 'x'), {{"x-amz-tagging", "k=other"}});
    w.clock.advance(10 * day);
    set("<Rule><Prefix/><Status>Disabled</Status>" + days(1) + "</Rule>");
    pass();
    EXPECT_EQ(keys().size(), 4u);
    set(rule(days(1), "<Filter><ObjectSizeLessThan>2</ObjectSizeLessThan></Filter>", "1") +
        rule(days(1), "<Filter><ObjectSizeGreaterThan>20</ObjectSizeGreaterThan></Filter>", "2") +
        rule(days(1), "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>", "3"));
    pass();
    EXPECT_THAT(keys(), testing::ElementsAre("other"));
}

TEST_F(LifecycleRules, work_through_thousands_of_objects_in_all_shards) {
    World many(3);
    many.make_bucket("demo-bucket");
    for (int i = 0; i < 2500; ++i) many.put(fmt::format("/demo-bucket/{}{}", i % 5 == 0 ? "keep" : "gone/", i), "x");
    const std::string body = "<LifecycleConfiguration>" + rule(days(1), prefix("gone/")) + "</LifecycleConfiguration>";
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(body);
    ASSERT_EQ(many.put("/demo-bucket?lifecycle", body, {{"Content-MD5", to_base64(md5.finish())}}).status, 200);
    many.clock.advance(3 * day);
    sync_wait(many.s3.lifecycles.pass());
    EXPECT_EQ(many.get("/demo-bucket?prefix=gone/").elements("Key").size(), 0u);
    EXPECT_EQ(many.get("/demo-bucket").elements("Key").size(), 500u);
}

TEST_F(LifecycleRules, put_a_delete_marker_over_current_versions_and_take_it_away_once_it_is_alone) {
    with_versions();
    w.put("/demo-bucket/k", "1");
    set(rule(days(1) + "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>"));
    w.clock.advance(3 * day);
    pass();
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-delete-marker"), "true");
    EXPECT_EQ(versions(), 2u);
    pass();
    EXPECT_EQ(versions(), 2u) << "one marker is enough, and the version is young as a noncurrent one";
    w.clock.advance(3 * day);
    pass();
    pass();
    EXPECT_EQ(versions(), 0u);
}

TEST_F(LifecycleRules, keep_the_newest_noncurrent_versions_that_they_are_told_to) {
    with_versions();
    for (int i = 0; i < 6; ++i) {
        w.put("/demo-bucket/k", std::to_string(i));
        w.clock.advance(day);
    }
    set(rule(
        "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>"
        "</NoncurrentVersionExpiration>"));
    w.clock.advance(10 * day);
    pass();
    EXPECT_EQ(versions(), 3u);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "5");
    pass();
    EXPECT_EQ(versions(), 3u);
}

TEST_F(LifecycleRules, count_noncurrent_days_from_when_a_version_was_replaced) {
    with_versions();
    w.put("/demo-bucket/k", "old");
    w.clock.advance(30 * day);
    w.put("/demo-bucket/k", "new");
    set(rule("<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>"));
    w.clock.advance(4 * day);
    pass();
    EXPECT_EQ(versions(), 2u);
    w.clock.advance(2 * day);
    pass();
    EXPECT_EQ(versions(), 1u);
}

TEST_F(LifecycleRules, remove_delete_markers_that_hide_nothing_only_where_told_to) {
    with_versions();
    w.remove("/demo-bucket/alone");
    w.put("/demo-bucket/kept", "x");
    w.remove("/demo-bucket/kept");
    w.clock.advance(5 * day);
    set(rule("<NoncurrentVersionExpiration><NoncurrentDays>100</NoncurrentDays></NoncurrentVersionExpiration>"));
    pass();
    EXPECT_EQ(versions(), 3u);
    set(rule("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>"));
    pass();
    EXPECT_EQ(versions(), 2u);
    EXPECT_EQ(w.get("/demo-bucket/kept").header("x-amz-delete-marker"), "true");
}

TEST_F(LifecycleRules, pass_over_no_lock) {
    w.put("/locked", "", {{"x-amz-bucket-object-lock-enabled", "true"}});
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update("x");
    const std::string digest = to_base64(md5.finish());
    auto put = [&](Fields headers) {
        headers.emplace_back("Content-MD5", digest);
        return w.put("/locked/k", "x", std::move(headers)).header("x-amz-version-id");
    };
    const std::string held = put({{"x-amz-object-lock-legal-hold", "ON"}});
    const std::string retained = put({{"x-amz-object-lock-mode", "GOVERNANCE"},
                                      {"x-amz-object-lock-retain-until-date", iso8601(w.clock.now() + 100 * day)}});
    const std::string free = put({});
    put({});
    const std::string body =
        "<LifecycleConfiguration>" +
        rule("<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>") +
        "</LifecycleConfiguration>";
    authn::Digest of_body(authn::Digest::Kind::md5);
    of_body.update(body);
    ASSERT_EQ(w.put("/locked?lifecycle", body, {{"Content-MD5", to_base64(of_body.finish())}}).status, 200);
    w.clock.advance(10 * day);
    pass();
    EXPECT_EQ(w.get("/locked/k?versionId=" + free).status, 404);
    EXPECT_EQ(w.get("/locked/k?versionId=" + held).status, 200);
    EXPECT_EQ(w.get("/locked/k?versionId=" + retained).status, 200);
    w.clock.advance(100 * day);
    pass();
    EXPECT_EQ(w.get("/locked/k?versionId=" + retained).status, 404) << "its retention is over";
    EXPECT_EQ(w.get("/locked/k?versionId=" + held).status, 200);
}

TEST_F(LifecycleRules, abort_uploads_that_are_not_completed) {
    set(rule("<AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
             prefix("a")));
    for (std::string key : {"a1", "b1"}) {
        std::string upload = w.post("/demo-bucket/" + key + "?uploads").element("UploadId");
        w.put("/demo-bucket/" + key + "?partNumber=1&uploadId=" + upload, std::string(100'000, 'x'));
    }
    w.clock.advance(1 * day);
    pass();
    EXPECT_EQ(w.get("/demo-bucket?uploads").elements("UploadId").size(), 2u);
    w.clock.advance(2 * day);
    pass();
    EXPECT_EQ(w.get("/demo-bucket?uploads").elements("UploadId").size(), 1u);
    EXPECT_EQ(w.blobs(), 1u);
}

TEST_F(LifecycleRules, leave_what_is_written_while_they_are_applied) {
    w.put("/demo-bucket/k", "old");
    set(rule(days(1)));
    w.clock.advance(5 * day);
    w.tables->before_get("o/k", [&] { w.put("/demo-bucket/k", "new"); });
    pass();
    EXPECT_EQ(w.get("/demo-bucket/k").body, "new");
    w.clock.advance(5 * day);
    w.tables->before_commit("o/k", [&] { w.put("/demo-bucket/k", "newer"); });
    pass();
    EXPECT_EQ(w.get("/demo-bucket/k").body, "newer");
}

TEST_F(LifecycleRules, are_applied_at_start_when_they_change_and_every_hour) {
    Lifecycles& lifecycles = w.s3.lifecycles;
    EXPECT_TRUE(lifecycles.due());
    pass();
    EXPECT_FALSE(lifecycles.due());
    set(rule(days(1)));
    EXPECT_TRUE(lifecycles.due());
    pass();
    w.clock.advance(59min);
    EXPECT_FALSE(lifecycles.due());
    w.clock.advance(1min);
    EXPECT_TRUE(lifecycles.due());
}

}  // namespace
}  // namespace sekisho::s3::test
