// CORS: a bucket's rules, preflights, and the headers of the requests after them.
#include "authn/digest.h"
#include "base/bytes.h"
#include "s3/support.h"

namespace sekisho::s3::test {
namespace {

Fields with_md5(std::string_view body) {
    authn::Digest md5(authn::Digest::Kind::md5);
    md5.update(body);
    return {{"Content-MD5", to_base64(md5.finish())}};
}

std::string unquoted(std::string text) {
    for (std::size_t at; (at = text.find("&quot;")) != std::string::npos;) text.replace(at, 6, "\"");
    return text;
}

std::string configuration(std::string_view rules) { return fmt::format("<CORSConfiguration>{}</CORSConfiguration>", rules); }

std::string rule(std::string_view origin, std::string_view method, std::string_view more = {}) {
    return fmt::format("<CORSRule>{}<AllowedMethod>{}</AllowedMethod><AllowedOrigin>{}</AllowedOrigin></CORSRule>", more,
                       method, origin);
}

class CrossOriginSharing : public testing::Test {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }
    Answer set(const std::string& rules) {
        const std::string body = configuration(rules);
        return w.put("/demo-bucket?cors", body, with_md5(body));
    }
    Answer preflight(const std::string& target, const std::string& origin, const std::string& method,
                     const std::string& headers = {}) {
        Fields fields{{"Origin", origin}, {"Access-Control-Request-Method", method}};
        if (!headers.empty()) fields.emplace_back("Access-Control-Request-Headers", headers);
        return w.call("OPTIONS", target, fields);
    }
    World w;
};

TEST_F(CrossOriginSharing, a_configuration_comes_back_as_it_was_put_until_it_is_deleted) {
    EXPECT_EQ(w.get("/demo-bucket?cors").code(), "NoSuchCORSConfiguration");
    const std::string rules =
        "<CORSRule><ID>one</ID><AllowedHeader>x-*</AllowedHeader><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT"
        "</AllowedMethod><AllowedOrigin>https://*.example.com</AllowedOrigin><ExposeHeader>ETag</ExposeHeader>"
        "<MaxAgeSeconds>30</MaxAgeSeconds></CORSRule><CORSRule><AllowedMethod>HEAD</AllowedMethod><AllowedOrigin>*"
        "</AllowedOrigin></CORSRule>";
    EXPECT_EQ(set(rules).status, 200);
    EXPECT_THAT(w.get("/demo-bucket?cors").body, testing::HasSubstr(rules));
    World again(w);
    EXPECT_THAT(again.get("/demo-bucket?cors").body, testing::HasSubstr(rules)) << "also after a restart";
    EXPECT_EQ(w.remove("/demo-bucket?cors").status, 204);
    EXPECT_EQ(w.remove("/demo-bucket?cors").status, 204);
    EXPECT_EQ(w.get("/demo-bucket?cors").code(), "NoSuchCORSConfiguration");
}

TEST_F(CrossOriginSharing, what_is_no_configuration_is_refused_with_its_reason) {
    struct Case {
        std::string rules, code, message;
    };
    std::string many;
    for (int i = 0; i < 101; ++i) many += rule("*", "GET");
    const Case cases[] = {
        {rule("*", "PATCH"), "InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is PATCH"},
        {rule("*", "get"), "InvalidRequest", "Found unsupported HTTP method in CORS config. Unsupported method is get"},
        {rule("http://*.*", "GET"), "InvalidRequest", "AllowedOrigin \"http://*.*\" can not have more than one wildcard."},
        {rule("*", "GET", "<AllowedHeader>*-*</AllowedHeader>"), "InvalidRequest",
         "AllowedHeader \"*-*\" can not have more than one wildcard."},
        {rule("*", "GET", "<ExposeHeader>x-*</ExposeHeader>"), "InvalidRequest",
         "ExposeHeader \"x-*\" contains wildcard. We currently do not support wildcard for ExposeHeader."},
        {many, "InvalidRequest", "The number of CORS rules should not exceed allowed limit of 100 rules."},
        {"", "MalformedXML", ""},
        {"<CORSRule><AllowedMethod>GET</AllowedMethod></CORSRule>", "MalformedXML", ""},
        {"<CORSRule><AllowedOrigin>*</AllowedOrigin></CORSRule>", "MalformedXML", ""},
        {rule("*", "GET", "<ID>" + std::string(256, 'x') + "</ID>"), "MalformedXML", ""},
        {rule("*", "GET", "<MaxAgeSeconds>soon</MaxAgeSeconds>"), "MalformedXML", ""},
        {rule("*", "GET", "<ExposeHeader>a&#10;Set-Cookie: b</ExposeHeader>"), "MalformedXML", ""},
        {rule("*", "GET", "<Other>1</Other>"), "MalformedXML", ""},
    };
    for (const Case& c : cases) {
        Answer answer = set(c.rules);
        EXPECT_EQ(answer.code(), c.code) << c.rules;
        EXPECT_TRUE(c.message.empty() || unquoted(answer.message()) == c.message) << answer.message();
    }
    EXPECT_EQ(w.get("/demo-bucket?cors").code(), "NoSuchCORSConfiguration");
    EXPECT_EQ(set(many.substr(0, many.size() / 101 * 100)).status, 200) << "a hundred rules";
    const std::string large = configuration(rule("*", "GET") + std::string(65 * 1024, ' '));
    EXPECT_EQ(w.put("/demo-bucket?cors", large, with_md5(large)).code(), "MaxMessageLengthExceeded");
    EXPECT_EQ(w.put("/demo-bucket?cors", configuration(rule("*", "GET"))).message(),
              "Missing required header for this request: Content-MD5 OR x-amz-checksum-*");
}

TEST_F(CrossOriginSharing, preflights_need_no_caller_and_answer_by_the_first_rule_that_allows) {
    set(rule("https://*.example.com", "PUT", "<AllowedHeader>x-amz-*</AllowedHeader>") +
        rule("https://a.example.com", "GET", "<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>60</MaxAgeSeconds>") +
        rule("*", "HEAD"));
    w.caller = anonymous();
    Answer put = preflight("/demo-bucket/k?X-Amz-Signature=any", "https://a.example.com", "PUT", "X-Amz-Date, x-amz-meta-a");
    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(put.header("Access-Control-Allow-Origin"), "https://a.example.com");
    EXPECT_EQ(put.header("Access-Control-Allow-Methods"), "PUT");
    EXPECT_EQ(put.header("Access-Control-Allow-Headers"), "x-amz-date, x-amz-meta-a");
    EXPECT_EQ(put.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(put.header("Vary"), "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
    EXPECT_EQ(put.body, "");
    Answer get = preflight("/demo-bucket", "https://a.example.com", "GET");
    EXPECT_EQ(get.header("Access-Control-Expose-Headers"), "ETag");
    EXPECT_EQ(get.header("Access-Control-Max-Age"), "60");
    Answer head = preflight("/demo-bucket", "https://other.org", "HEAD");
    EXPECT_EQ(head.header("Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(head.header("Access-Control-Allow-Credentials"), "");
    struct Case {
        std::string origin, method, headers;
    };
    const Case refused[] = {{"https://other.org", "GET", ""},
                            {"https://example.com", "PUT", ""},
                            {"HTTPS://A.EXAMPLE.COM", "PUT", ""},
                            {"https://a.example.com", "DELETE", ""},
                            {"https://a.example.com", "PUT", "x-amz-date,content-type"},
                            {"https://a.example.com", "GET", "x-amz-date"}};
    for (const Case& c : refused) {
        Answer answer = preflight("/demo-bucket/k", c.origin, c.method, c.headers);
        EXPECT_EQ(answer.status, 403) << c.origin << c.method << c.headers;
        EXPECT_EQ(answer.code(), "AccessForbidden");
        EXPECT_EQ(answer.element("Method"), c.method);
        EXPECT_EQ(answer.element("ResourceType"), "OBJECT");
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
    }
}

TEST_F(CrossOriginSharing, preflights_that_ask_nothing_or_of_no_bucket_tell_nothing) {
    Answer without = preflight("/demo-bucket", "https://a", "GET");
    EXPECT_EQ(without.message(), "CORSResponse: CORS is not enabled for this bucket.");
    EXPECT_EQ(without.element("ResourceType"), "BUCKET");
    EXPECT_EQ(preflight("/no-such-bucket/k", "https://a", "GET").message(), "CORSResponse: Bucket not found");
    EXPECT_EQ(w.call("OPTIONS", "/demo-bucket").message(), "Insufficient information. Origin request header needed.");
    Answer no_method = w.call("OPTIONS", "/demo-bucket", {{"Origin", "https://a"}});
    EXPECT_EQ(no_method.status, 400);
    EXPECT_EQ(no_method.message(), "Invalid Access-Control-Request-Method: null");
    EXPECT_EQ(preflight("/demo-bucket", "https://a", "PATCH").message(), "Invalid Access-Control-Request-Method: PATCH");
    set(rule("*", "GET"));
    EXPECT_EQ(preflight("/demo-bucket/none", "https://a", "GET").status, 200) << "whether or not there is such a key";
    w.endpoint = "vpce-0123456789abcdef0";
    w.region = "eu-west-1";
    EXPECT_EQ(preflight("/demo-bucket", "https://a", "GET").message(), "CORSResponse: Bucket not found")
        << "an endpoint of another region";
}

TEST_F(CrossOriginSharing, replies_and_errors_say_which_scripts_may_see_them) {
    set(rule("https://a", "GET", "<ExposeHeader>ETag</ExposeHeader>") + rule("https://b", "PUT"));
    w.put("/demo-bucket/k", "x");
    auto get = [&](const std::string& target, const std::string& origin) { return w.get(target, {{"Origin", origin}}); };
    EXPECT_EQ(get("/demo-bucket/k", "https://a").header("Access-Control-Allow-Origin"), "https://a");
    EXPECT_EQ(get("/demo-bucket/k", "https://a").header("Access-Control-Expose-Headers"), "ETag");
    EXPECT_EQ(get("/demo-bucket/k", "https://b").header("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(w.get("/demo-bucket/k").header("Vary"), "");
    Answer missing = get("/demo-bucket/none", "https://a");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.header("Access-Control-Allow-Origin"), "https://a");
    w.caller = anonymous();
    Answer denied = get("/demo-bucket/k", "https://a");
    EXPECT_EQ(denied.status, 403);
    EXPECT_EQ(denied.header("Access-Control-Allow-Origin"), "https://a");
    EXPECT_EQ(w.put("/demo-bucket/k", "x", {{"Origin", "https://b"}}).header("Access-Control-Allow-Methods"), "PUT");
}

TEST_F(CrossOriginSharing, rules_are_read_and_written_with_rights_of_their_own) {
    w.policies.by_arn["arn:aws:iam::123456789012:user/u"] =
        R"({"Statement":{"Effect":"Allow","Action":"s3:GetBucketCORS","Resource":"*"}})";
    w.caller = user_of("123456789012", "u");
    EXPECT_EQ(w.get("/demo-bucket?cors").code(), "NoSuchCORSConfiguration");
    EXPECT_THAT(set(rule("*", "GET")).message(), testing::HasSubstr("s3:PutBucketCORS"));
    EXPECT_THAT(w.remove("/demo-bucket?cors").message(), testing::HasSubstr("s3:PutBucketCORS"));
}

}  // namespace
}  // namespace sekisho::s3::test
