// Object lock: configurations, retention, legal holds, and what they keep from being deleted.
#include "authn/digest.h"
#include "base/bytes.h"
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

using namespace std::chrono_literals;

Fields with_digest(std::string_view body, Fields more = {}) {
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(body);
    more.emplace_back("Content-MD5", to_base64(md5.finish()));
    return more;
}

constexpr std::string_view protected_text = "Access Denied because object protected by object lock.";

class ObjectLocks : public testing::Test {
   protected:
    void SetUp() override {
        Answer made = w.put("/locked", "", {{"x-amz-bucket-object-lock-enabled", "true"}});
        ASSERT_EQ(made.status, 200) << made.body;
    }
    Answer send(const std::string& target, const std::string& body, Fields more = {}) {
        return w.put(target, body, with_digest(body, std::move(more)));
    }
    Answer configure(std::string_view retention) {
        return send("/locked?object-lock",
                    fmt::format("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{}"
                                "</ObjectLockConfiguration>",
                                retention));
    }
    static std::string rule(std::string_view inner) {
        return fmt::format("<Rule><DefaultRetention>{}</DefaultRetention></Rule>", inner);
    }
    std::string days_from_now(int days) { return iso8601(w.clock.now() + days * 24h); }
    Answer retain(std::string_view mode, int days, Fields more = {}) {
        return send("/locked/k?retention",
                    fmt::format("<Retention><Mode>{}</Mode><RetainUntilDate>{}</RetainUntilDate></Retention>", mode,
                                days_from_now(days)),
                    std::move(more));
    }
    Answer hold(std::string_view status) {
        return send("/locked/k?legal-hold", fmt::format("<LegalHold><Status>{}</Status></LegalHold>", status));
    }
    std::string put(Fields more = {}) {
        Answer made = send("/locked/k", "bytes", std::move(more));
        EXPECT_EQ(made.status, 200) << made.body;
        return made.header("x-amz-version-id");
    }
    Answer erase(const std::string& version, Fields more = {}) {
        return w.remove("/locked/k?versionId=" + version, std::move(more));
    }
    const Fields bypass{{"x-amz-bypass-governance-retention", "true"}};
    World w;
};

TEST_F(ObjectLocks, a_bucket_made_with_it_has_versioning_that_stays) {
    EXPECT_EQ(w.get("/locked?versioning").element("Status"), "Enabled");
    Answer suspended =
        send("/locked?versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>");
    EXPECT_EQ(suspended.status, 409);
    EXPECT_EQ(suspended.code(), "InvalidBucketState");
    EXPECT_EQ(w.get("/locked?versioning").element("Status"), "Enabled");
    Answer lock = w.get("/locked?object-lock");
    EXPECT_EQ(lock.element("ObjectLockEnabled"), "Enabled");
    EXPECT_EQ(lock.body.find("<Rule>"), std::string::npos);
    EXPECT_NE(put(), "") << "the first write finds the shards as they should be";
    World again(w);
    EXPECT_EQ(again.get("/locked?object-lock").element("ObjectLockEnabled"), "Enabled");
}

TEST_F(ObjectLocks, a_bucket_without_it_takes_no_locks_until_it_has_versioning_and_a_configuration) {
    w.make_bucket("plain");
    w.put("/plain/k", "x");
    EXPECT_EQ(w.get("/plain?object-lock").code(), "ObjectLockConfigurationNotFoundError");
    for (std::string target : {"/plain/k?retention", "/plain/k?legal-hold"}) {
        EXPECT_EQ(w.get(target).message(), "Bucket is missing Object Lock Configuration") << target;
        EXPECT_EQ(send(target, target.ends_with("hold") ? "<LegalHold><Status>ON</Status></LegalHold>" : "<Retention/>").code(),
                  "InvalidRequest");
    }
    EXPECT_EQ(send("/plain/l", "x", {{"x-amz-object-lock-legal-hold", "ON"}}).message(),
              "Bucket is missing Object Lock Configuration");
    const std::string configuration =
        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    EXPECT_EQ(send("/plain?object-lock", configuration).code(), "InvalidBucketState");
    send("/plain?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    EXPECT_EQ(send("/plain?object-lock", configuration).status, 200);
    EXPECT_EQ(send("/plain/l", "x", {{"x-amz-object-lock-legal-hold", "ON"}}).status, 200);
}

TEST_F(ObjectLocks, configurations_that_are_none_are_refused) {
    struct Case {
        std::string inner, code;
    };
    const Case cases[] = {{"<Mode>GOVERNANCE</Mode><Days>1</Days><Years>1</Years>", "MalformedXML"},
                          {"<Mode>GOVERNANCE</Mode>", "MalformedXML"},
                          {"<Mode>governance</Mode><Days>1</Days>", "MalformedXML"},
                          {"<Days>1</Days>", "MalformedXML"},
                          {"<Mode>GOVERNANCE</Mode><Days>x</Days>", "MalformedXML"},
                          {"<Mode>GOVERNANCE</Mode><Days>0</Days>", "InvalidRetentionPeriod"},
                          {"<Mode>GOVERNANCE</Mode><Years>-1</Years>", "InvalidRetentionPeriod"},
                          {"<Mode>GOVERNANCE</Mode><Days>36501</Days>", "InvalidRetentionPeriod"},
                          {"<Mode>COMPLIANCE</Mode><Years>101</Years>", "InvalidRetentionPeriod"}};
    for (const Case& c : cases) EXPECT_EQ(configure(rule(c.inner)).code(), c.code) << c.inner;
    EXPECT_EQ(configure("<Rule/>").code(), "MalformedXML");
    EXPECT_EQ(send("/locked?object-lock",
                   "<ObjectLockConfiguration><ObjectLockEnabled>Disabled</ObjectLockEnabled>"
                   "</ObjectLockConfiguration>")
                  .code(),
              "MalformedXML");
    EXPECT_EQ(w.put("/locked?object-lock", "<ObjectLockConfiguration/>").code(), "InvalidRequest") << "without a digest";
    EXPECT_EQ(configure(rule("<Mode>COMPLIANCE</Mode><Years>100</Years>")).status, 200);
    EXPECT_EQ(w.get("/locked?object-lock").element("Years"), "100");
}

TEST_F(ObjectLocks, new_versions_have_the_default_retention_unless_they_bring_their_own) {
    configure(rule("<Mode>GOVERNANCE</Mode><Days>10</Days>"));
    put();
    Answer head = w.head("/locked/k");
    EXPECT_EQ(head.header("x-amz-object-lock-mode"), "GOVERNANCE");
    EXPECT_EQ(head.header("x-amz-object-lock-retain-until-date"), iso8601_millis(w.clock.now() + 10 * 24h));
    EXPECT_EQ(head.header("x-amz-object-lock-legal-hold"), "");
    put({{"x-amz-object-lock-mode", "COMPLIANCE"},
         {"x-amz-object-lock-retain-until-date", days_from_now(3)},
         {"x-amz-object-lock-legal-hold", "ON"}});
    head = w.head("/locked/k");
    EXPECT_EQ(head.header("x-amz-object-lock-mode"), "COMPLIANCE");
    EXPECT_EQ(head.header("x-amz-object-lock-legal-hold"), "ON");
    EXPECT_EQ(w.put("/locked/k", "bytes").message(),
              "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters");
    EXPECT_EQ(w.put("/locked/copy", "", {{"x-amz-copy-source", "locked/k"}}).status, 200);
    head = w.head("/locked/copy");
    EXPECT_EQ(head.header("x-amz-object-lock-mode"), "GOVERNANCE") << "the default's, not the source's";
    EXPECT_EQ(head.header("x-amz-object-lock-legal-hold"), "");

    Answer begun = w.post("/locked/multi?uploads", "", {{"x-amz-object-lock-legal-hold", "ON"}});
    std::string etag = w.put("/locked/multi?partNumber=1&uploadId=" + begun.element("UploadId"), "part").header("ETag");
    EXPECT_EQ(w.post("/locked/multi?uploadId=" + begun.element("UploadId"),
                     "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                         "</ETag></Part></CompleteMultipartUpload>")
                  .status,
              200);
    head = w.head("/locked/multi");
    EXPECT_EQ(head.header("x-amz-object-lock-legal-hold"), "ON");
    EXPECT_EQ(head.header("x-amz-object-lock-mode"), "GOVERNANCE");
}

TEST_F(ObjectLocks, headers_that_are_none_are_refused) {
    const std::string soon = days_from_now(1);
    struct Case {
        Fields headers;
        std::string message;
    };
    const Case cases[] = {
        {{{"x-amz-object-lock-mode", "GOVERNANCE"}},
         "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"},
        {{{"x-amz-object-lock-retain-until-date", soon}},
         "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"},
        {{{"x-amz-object-lock-mode", "none"}, {"x-amz-object-lock-retain-until-date", soon}}, "Unknown wormMode directive."},
        {{{"x-amz-object-lock-mode", "GOVERNANCE"}, {"x-amz-object-lock-retain-until-date", "tomorrow"}},
         "The retain until date must be provided in ISO 8601 format"},
        {{{"x-amz-object-lock-mode", "GOVERNANCE"}, {"x-amz-object-lock-retain-until-date", days_from_now(-1)}},
         "The retain until date must be in the future!"},
        {{{"x-amz-object-lock-legal-hold", "on"}}, "Legal Hold must be either of &apos;ON&apos; or &apos;OFF&apos;"},
    };
    for (const Case& c : cases) {
        Answer answer = send("/locked/k", "x", c.headers);
        EXPECT_EQ(answer.code(), "InvalidArgument") << c.message;
        if (c.message.find('&') == std::string::npos) EXPECT_EQ(answer.message(), c.message);
    }
    EXPECT_EQ(w.get("/locked/k").status, 404);
}

TEST_F(ObjectLocks, retention_in_governance_mode_keeps_a_version_from_all_but_who_may_bypass_it) {
    const std::string version = put();
    EXPECT_EQ(w.get("/locked/k?retention").code(), "NoSuchObjectLockConfiguration");
    EXPECT_EQ(retain("GOVERNANCE", 10).status, 200);
    EXPECT_EQ(w.get("/locked/k?retention").element("RetainUntilDate"), iso8601_millis(w.clock.now() + 10 * 24h));
    Answer refused = erase(version);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.message(), protected_text);
    EXPECT_EQ(w.remove("/locked/k").status, 204) << "a delete marker hides it only";
    EXPECT_EQ(erase(version).status, 403);
    w.caller = user_of("123456789012", "u");
    w.policies.by_arn[w.caller.arn] = R"({"Statement":{"Effect":"Allow","Action":["s3:DeleteObject*"],"Resource":"*"}})";
    EXPECT_THAT(erase(version, bypass).message(), testing::HasSubstr("s3:BypassGovernanceRetention"));
    w.policies.by_arn[w.caller.arn] =
        R"({"Statement":{"Effect":"Allow","Action":["s3:DeleteObject*","s3:BypassGovernanceRetention"],"Resource":"*"}})";
    EXPECT_EQ(erase(version).status, 403) << "without asking for it";
    EXPECT_EQ(erase(version, bypass).status, 204);
}

TEST_F(ObjectLocks, retention_grows_but_shrinks_only_in_governance_mode_and_by_bypass) {
    put();
    retain("GOVERNANCE", 10);
    EXPECT_EQ(retain("GOVERNANCE", 12).status, 200);
    EXPECT_EQ(retain("GOVERNANCE", 11).message(), protected_text);
    EXPECT_EQ(retain("COMPLIANCE", 13).status, 403);
    EXPECT_EQ(send("/locked/k?retention", "<Retention/>").status, 403);
    EXPECT_EQ(retain("GOVERNANCE", 2, bypass).status, 200);
    EXPECT_EQ(send("/locked/k?retention", "<Retention/>", bypass).status, 200);
    EXPECT_EQ(w.get("/locked/k?retention").code(), "NoSuchObjectLockConfiguration");
    retain("GOVERNANCE", 1);
    EXPECT_EQ(retain("COMPLIANCE", 10, bypass).status, 200);
    const std::string version = w.head("/locked/k").header("x-amz-version-id");
    EXPECT_EQ(retain("COMPLIANCE", 9, bypass).status, 403);
    EXPECT_EQ(retain("GOVERNANCE", 20, bypass).status, 403);
    EXPECT_EQ(send("/locked/k?retention", "<Retention/>", bypass).status, 403);
    EXPECT_EQ(erase(version, bypass).status, 403) << "root, with every right";
    EXPECT_EQ(retain("COMPLIANCE", 11).status, 200);
    w.clock.advance(12 * 24h);
    EXPECT_EQ(retain("GOVERNANCE", 1).status, 200) << "it is over";
    w.clock.advance(48h);
    EXPECT_EQ(erase(version).status, 204);
}

TEST_F(ObjectLocks, a_legal_hold_keeps_a_version_from_everybody_until_it_is_off) {
    const std::string version = put();
    EXPECT_EQ(w.get("/locked/k?legal-hold").code(), "NoSuchObjectLockConfiguration");
    EXPECT_EQ(hold("on").code(), "MalformedXML");
    EXPECT_EQ(hold("ON").status, 200);
    EXPECT_EQ(w.get("/locked/k?legal-hold").element("Status"), "ON");
    EXPECT_EQ(erase(version, bypass).message(), protected_text);
    const std::string body = fmt::format("<Delete><Object><Key>k</Key><VersionId>{}</VersionId></Object></Delete>", version);
    Answer many = w.post("/locked?delete", body, with_digest(body, bypass));
    EXPECT_EQ(many.element("Code"), "AccessDenied");
    EXPECT_EQ(many.element("VersionId"), version);
    EXPECT_EQ(hold("OFF").status, 200);
    EXPECT_EQ(w.head("/locked/k").header("x-amz-object-lock-legal-hold"), "OFF");
    EXPECT_EQ(erase(version).status, 204);
}

TEST_F(ObjectLocks, mass_deletions_leave_what_is_locked) {
    const std::string locked =
        put({{"x-amz-object-lock-mode", "GOVERNANCE"}, {"x-amz-object-lock-retain-until-date", days_from_now(1)}});
    const std::string free = put();
    const std::string body = fmt::format(
        "<Delete><Object><Key>k</Key><VersionId>{}</VersionId></Object><Object><Key>k</Key><VersionId>{}</VersionId></Object></"
        "Delete>",
        locked, free);
    Answer some = w.post("/locked?delete", body, with_digest(body));
    EXPECT_EQ(some.elements("Deleted").size(), 1u);
    EXPECT_EQ(some.elements("Error").size(), 1u);
    EXPECT_EQ(w.get("/locked/k").header("x-amz-version-id"), locked);
    Answer all = w.post("/locked?delete", body, with_digest(body, bypass));
    EXPECT_EQ(all.elements("Deleted").size(), 2u);
    EXPECT_EQ(w.get("/locked/k").status, 404);
}

TEST_F(ObjectLocks, a_lock_that_comes_between_a_deletions_approval_and_its_commit_holds) {
    const std::string version = put();
    w.after_approval = [&] { hold("ON"); };
    EXPECT_EQ(erase(version).status, 403);
    EXPECT_EQ(w.get("/locked/k").body, "bytes");
}

TEST_F(ObjectLocks, replies_tell_of_locks_only_who_may_know) {
    put({{"x-amz-object-lock-mode", "GOVERNANCE"},
         {"x-amz-object-lock-retain-until-date", days_from_now(1)},
         {"x-amz-object-lock-legal-hold", "OFF"}});
    w.caller = user_of("123456789012", "u");
    w.policies.by_arn[w.caller.arn] =
        R"({"Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectLegalHold"],"Resource":"*"}})";
    for (Answer answer : {w.get("/locked/k"), w.head("/locked/k")}) {
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.header("x-amz-object-lock-mode"), "");
        EXPECT_EQ(answer.header("x-amz-object-lock-retain-until-date"), "");
        EXPECT_EQ(answer.header("x-amz-object-lock-legal-hold"), "OFF");
    }
    EXPECT_THAT(w.get("/locked/k?retention").message(), testing::HasSubstr("s3:GetObjectRetention"));
}

TEST_F(ObjectLocks, policies_see_what_lock_a_request_asks_for) {
    w.put("/locked?policy", R"({"Version":"2012-10-17","Statement":[
        {"Effect":"Deny","Principal":"*","Action":"s3:PutObjectRetention","Resource":"arn:aws:s3:::locked/*",
         "Condition":{"NumericGreaterThan":{"s3:object-lock-remaining-retention-days":"10"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::locked/*",
         "Condition":{"StringEquals":{"s3:object-lock-mode":"COMPLIANCE"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:PutObjectLegalHold","Resource":"arn:aws:s3:::locked/*",
         "Condition":{"StringEquals":{"s3:object-lock-legal-hold":"OFF"}}}]})");
    put();
    EXPECT_EQ(retain("GOVERNANCE", 11).code(), "AccessDenied");
    EXPECT_EQ(retain("GOVERNANCE", 10).status, 200);
    EXPECT_EQ(hold("ON").status, 200);
    EXPECT_EQ(hold("OFF").code(), "AccessDenied");
    auto with = [&](std::string mode, int days) {
        return send("/locked/l", "x",
                    {{"x-amz-object-lock-mode", mode}, {"x-amz-object-lock-retain-until-date", days_from_now(days)}});
    };
    EXPECT_THAT(with("COMPLIANCE", 1).message(), testing::HasSubstr("s3:PutObject on"));
    EXPECT_THAT(with("GOVERNANCE", 20).message(), testing::HasSubstr("s3:PutObjectRetention"));
    EXPECT_EQ(with("GOVERNANCE", 5).status, 200);
}

}  // namespace
}  // namespace sekisho::s3::test
