#include "authn/authenticate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "authn/sign.h"
#include "authn/support.h"
#include "base/bytes.h"

namespace sekisho::authn {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

const Time example_time = *parse_amz_basic("20130524T000000Z");
constexpr Expected s3{.dialect = wire::Dialect::rest_xml, .service = "s3", .region = "us-east-1"};
constexpr Expected iam{.dialect = wire::Dialect::query, .service = "iam", .region = "us-east-1"};
constexpr Expected ec2{.dialect = wire::Dialect::ec2, .service = "ec2", .region = "us-east-1"};

Result<Caller> verify(http::Request& request, const Expected& expected = s3, Time now = example_time, OneKey key = {}) {
    SigningKeys keys;
    return authenticate(request, expected, key, keys, now);
}

std::string detail(const ApiError& error, std::string_view name) {
    for (const auto& [key, value] : error.details)
        if (key == name) return value;
    return "(none)";
}

std::string authorization(std::string_view signed_headers, std::string_view signature) {
    return "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
           std::string(signed_headers) + ",Signature=" + std::string(signature);
}

// S3 API reference, "Examples: Signature Calculations in AWS Signature Version 4".
http::Request example_get() {
    return make_request("GET", "/test.txt",
                        {{"Host", "examplebucket.s3.amazonaws.com"},
                         {"Authorization", authorization("host;range;x-amz-content-sha256;x-amz-date",
                                                         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")},
                         {"Range", "bytes=0-9"},
                         {"x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
                         {"x-amz-date", "20130524T000000Z"}});
}

TEST(Authenticate, accepts_the_documentations_get_object) {
    http::Request request = example_get();
    auto caller = verify(request);
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->arn, "arn:aws:iam::123456789012:user/alice");
    EXPECT_EQ(caller->access_key_id, example_key);
    EXPECT_EQ(caller->proof, Caller::Proof::header);
    EXPECT_EQ(caller->scope_region, "us-east-1");
    EXPECT_FALSE(caller->signature_age_ms);
}

TEST(Authenticate, accepts_the_documentations_put_object_with_a_date_header) {
    http::Request request =
        make_request("PUT", "/test%24file.text",
                     {{"Host", "examplebucket.s3.amazonaws.com"},
                      {"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                      {"Authorization", authorization("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                                                      "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")},
                      {"x-amz-date", "20130524T000000Z"},
                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                      {"x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"}},
                     "Welcome to Amazon S3.");
    ASSERT_TRUE(verify(request));
    EXPECT_EQ(read_all(request), "Welcome to Amazon S3.");
}

TEST(Authenticate, accepts_the_documentations_get_bucket_lifecycle_and_list_objects) {
    std::vector<std::pair<std::string, std::string>> headers{
        {"Host", "examplebucket.s3.amazonaws.com"},
        {"x-amz-date", "20130524T000000Z"},
        {"x-amz-content-sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}};
    http::Request lifecycle = make_request("GET", "/?lifecycle", headers);
    lifecycle.headers.add("Authorization", authorization("host;x-amz-content-sha256;x-amz-date",
                                                         "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
    EXPECT_TRUE(verify(lifecycle));
    http::Request list = make_request("GET", "/?max-keys=2&prefix=J", headers);
    list.headers.add("Authorization", authorization("host;x-amz-content-sha256;x-amz-date",
                                                    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
    EXPECT_TRUE(verify(list));
}

constexpr std::string_view example_url =
    "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_"
    "request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

http::Request presigned(std::string target = std::string(example_url)) {
    return make_request("GET", std::move(target), {{"Host", "examplebucket.s3.amazonaws.com"}});
}

TEST(Authenticate, accepts_the_documentations_presigned_url_until_it_expires) {
    http::Request request = presigned();
    auto caller = verify(request, s3, example_time + 24h);
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->proof, Caller::Proof::query);
    EXPECT_EQ(caller->signature_age_ms, 86'400'000);

    auto late = verify(request, s3, example_time + 24h + 1s);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "AccessDenied");
    EXPECT_EQ(late.error().status, 403);
    EXPECT_EQ(late.error().message, "Request has expired");
    EXPECT_EQ(detail(late.error(), "X-Amz-Expires"), "86400");
    EXPECT_EQ(detail(late.error(), "Expires"), "2013-05-25T00:00:00Z");
    EXPECT_EQ(detail(late.error(), "ServerTime"), "2013-05-25T00:00:01Z");

    auto early = verify(request, s3, example_time - 16min);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().message, "Request is not valid yet");
}

TEST(Authenticate, accepts_what_botocore_signs_and_nothing_that_was_changed_after) {
    std::ifstream file(SEKISHO_TEST_DATA "/signed_requests.json");
    nlohmann::json fixtures = nlohmann::json::parse(file);
    ASSERT_GE(fixtures.size(), 100u);
    const Time now = *parse_amz_basic("20261123T161252Z");
    for (const auto& f : fixtures) {
        std::string service = f["service"], body = f["body"];
        Expected expected{.dialect = service == "s3"    ? wire::Dialect::rest_xml
                                     : service == "ec2" ? wire::Dialect::ec2
                                                        : wire::Dialect::query,
                          .service = service,
                          .region = "us-east-1",
                          .payload = body};
        OneKey key;
        key.token = f["token"];
        auto build = [&](std::string method, std::string target, std::string content) {
            std::vector<std::pair<std::string, std::string>> headers;
            for (const auto& h : f["headers"]) headers.emplace_back(h[0], h[1]);
            return make_request(std::move(method), std::move(target), std::move(headers), std::move(content));
        };
        std::string method = f["method"], target = f["target"];
        http::Request good = build(method, target, body);
        auto caller = verify(good, expected, now, key);
        ASSERT_TRUE(caller) << f.dump() << caller.error().message << detail(caller.error(), "CanonicalRequest");
        if (service == "s3") {
            EXPECT_EQ(read_all(good), body);
        }

        http::Request other_method = build("PATCH", target, body);
        EXPECT_FALSE(verify(other_method, expected, now, key)) << f.dump();
        http::Request other_target = build(method, target + (good.query.empty() ? "?x" : "&x=1"), body);
        EXPECT_FALSE(verify(other_target, expected, now, key)) << f.dump();
        http::Request other_host = build(method, target, body);
        other_host.headers.set("Host", "elsewhere");
        EXPECT_FALSE(verify(other_host, expected, now, key)) << f.dump();
        OneKey wrong = key;
        wrong.secret += "x";
        http::Request again = build(method, target, body);
        EXPECT_FALSE(verify(again, expected, now, wrong)) << f.dump();
        if (service != "s3" && !f["presigned"]) {
            Expected changed = expected;
            changed.payload = "Action=DeleteEverything";
            EXPECT_FALSE(verify(again, changed, now, key)) << f.dump();
        }
    }
}

TEST(Authenticate, reads_equal_requests_in_different_encodings_alike) {
    Signer signer{std::string(example_key), std::string(example_secret), "", "us-east-1", "s3"};
    http::Request request = make_request("GET", "/a%2Bb%20c~?prefix=%C3%A4&list-type=2", {{"Host", "h"}});
    sign(request, "", signer, example_time);
    request.path = "/a+b%20c%7e";
    request.query = "list-type=2&prefix=%c3%a4";
    EXPECT_TRUE(verify(request));
}

struct Wrong {
    std::string_view what;
    std::string_view name, value;  // header to replace; empty value: remove
    std::string_view code;
    int status;
    std::string_view message;
};

TEST(Authenticate, answers_each_way_to_be_wrong_in_a_header_as_s3_does) {
    constexpr std::string_view begin = "AWS4-HMAC-SHA256 Credential=";
    const std::string key(example_key);
    const std::string rest = ",SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8";
    auto credential = [&](std::string text) { return std::string(begin) + text + rest; };
    const std::string region = credential(key + "/20130524/eu-west-1/s3/aws4_request");
    const std::string service = credential(key + "/20130524/us-east-1/ec2/aws4_request");
    const std::string terminal = credential(key + "/20130524/us-east-1/s3/aws4_reques");
    const std::string short_credential = credential(key + "/20130524/us-east-1/aws4_request");
    const std::string date = credential(key + "/2013-5-24/us-east-1/s3/aws4_request");
    const std::string yesterday = credential(key + "/20130523/us-east-1/s3/aws4_request");
    const std::string unknown = credential("AKIAUNKNOWN/20130524/us-east-1/s3/aws4_request");
    const std::string nobody = credential("/20130524/us-east-1/s3/aws4_request");
    const std::string no_signature = std::string(begin) + key + "/20130524/us-east-1/s3/aws4_request,SignedHeaders=host";
    const std::string host_unsigned = authorization("range;x-amz-content-sha256;x-amz-date", std::string(64, '0'));
    const std::string hash_unsigned = authorization("host;range;x-amz-date", std::string(64, '0'));
    const Wrong table[] = {
        {"nothing signed", "Authorization", "", "AccessDenied", 403, "Access Denied"},
        {"signature version 2", "Authorization", "AWS AKIAIOSFODNN7EXAMPLE:qgk2+6Sv9/oM7G3qLEjTH1a1l1g=", "InvalidRequest", 400,
         "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."},
        {"another scheme", "Authorization", "Basic dXNlcjpwYXNz", "InvalidArgument", 400, "Unsupported Authorization Type"},
        {"no space", "Authorization", "AWS4-HMAC-SHA256", "InvalidArgument", 400,
         "Authorization header is invalid -- one and only one ' ' (space) required"},
        {"region", "Authorization", region, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'"},
        {"service", "Authorization", service, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; incorrect service \"ec2\". This endpoint belongs to \"s3\"."},
        {"terminal", "Authorization", terminal, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; incorrect terminal \"aws4_reques\". This endpoint uses \"aws4_request\"."},
        {"credential of four parts", "Authorization", short_credential, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; the Credential is mal-formed; expecting "
         "\"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."},
        {"scope date", "Authorization", date, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; incorrect date format \"2013-5-24\". This date in the credential must be in "
         "the "
         "format \"yyyyMMdd\"."},
        {"scope of yesterday", "Authorization", yesterday, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; Invalid credential date \"20130523\". This date is not the same as "
         "X-Amz-Date: "
         "\"20130524\"."},
        {"no access key", "Authorization", nobody, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; a non-empty Access Key (AKID) must be provided in the credential."},
        {"no signature", "Authorization", no_signature, "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; missing Signature."},
        {"nothing but the scheme", "Authorization", "AWS4-HMAC-SHA256 Credential", "AuthorizationHeaderMalformed", 400,
         "The authorization header is malformed; the authorization component \"Credential\" is malformed."},
        {"unknown key", "Authorization", unknown, "InvalidAccessKeyId", 403,
         "The AWS Access Key Id you provided does not exist in our records."},
        {"no date", "x-amz-date", "", "AccessDenied", 403, "AWS authentication requires a valid Date or x-amz-date header"},
        {"bad date", "x-amz-date", "yesterday", "AccessDenied", 403,
         "AWS authentication requires a valid Date or x-amz-date header"},
        {"host not signed", "Authorization", host_unsigned, "AccessDenied", 403,
         "There were headers present in the request which were not signed"},
        {"an x-amz header not signed", "Authorization", hash_unsigned, "AccessDenied", 403,
         "There were headers present in the request which were not signed"},
        {"one more x-amz header", "x-amz-acl", "public-read", "AccessDenied", 403,
         "There were headers present in the request which were not signed"},
        {"no content hash", "x-amz-content-sha256", "", "InvalidRequest", 400,
         "Missing required header for this request: x-amz-content-sha256"},
        {"SigV4A", "x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "NotImplemented", 501,
         "A header you provided implies functionality that is not implemented"},
        {"streaming without length", "x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "MissingContentLength", 411,
         "You must provide the Content-Length HTTP header."},
        {"range changed", "Range", "bytes=0-99", "SignatureDoesNotMatch", 403,
         "The request signature we calculated does not match the signature you provided. Check your key and signing method."},
    };
    for (const Wrong& wrong : table) {
        http::Request request = example_get();
        if (wrong.value.empty())
            request.headers.erase(wrong.name);
        else
            request.headers.set(std::string(wrong.name), std::string(wrong.value));
        auto caller = verify(request);
        ASSERT_FALSE(caller) << wrong.what;
        EXPECT_EQ(caller.error().code, wrong.code) << wrong.what;
        EXPECT_EQ(caller.error().status, wrong.status) << wrong.what;
        EXPECT_EQ(caller.error().message, wrong.message) << wrong.what;
    }
}

TEST(Authenticate, shows_s3s_callers_what_was_compared) {
    http::Request request = example_get();
    request.headers.set("Range", "bytes=0-99");
    ApiError error = verify(request).error();
    EXPECT_EQ(detail(error, "AWSAccessKeyId"), example_key);
    EXPECT_THAT(detail(error, "CanonicalRequest"),
                StartsWith("GET\n/test.txt\n\nhost:examplebucket.s3.amazonaws.com\nrange:bytes=0-99\n"));
    EXPECT_THAT(detail(error, "CanonicalRequestBytes"), StartsWith("47 45 54 0a"));
    EXPECT_THAT(detail(error, "StringToSign"),
                StartsWith("AWS4-HMAC-SHA256\n20130524T000000Z\n20130524/us-east-1/s3/aws4_request\n"));
    EXPECT_EQ(detail(error, "SignatureProvided"), "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Authenticate, names_the_region_it_expected_and_takes_any_where_none_is_expected) {
    Expected elsewhere = s3;
    elsewhere.region = "eu-west-1";
    http::Request request = example_get();
    EXPECT_EQ(detail(verify(request, elsewhere).error(), "Region"), "eu-west-1");
    elsewhere.region = "";
    EXPECT_TRUE(verify(request, elsewhere));
}

TEST(Authenticate, allows_a_clock_to_be_15_minutes_off_on_s3) {
    for (auto off : {-15min, 15min}) {
        http::Request request = example_get();
        EXPECT_TRUE(verify(request, s3, example_time + off));
    }
    for (std::chrono::seconds off : {-15min - 1s, 15min + 1s}) {
        http::Request request = example_get();
        ApiError error = verify(request, s3, example_time + off).error();
        EXPECT_EQ(error.code, "RequestTimeTooSkewed");
        EXPECT_EQ(detail(error, "RequestTime"), "20130524T000000Z");
        EXPECT_EQ(detail(error, "MaxAllowedSkewMilliseconds"), "900000");
    }
}

TEST(Authenticate, answers_each_way_to_be_wrong_in_a_presigned_url_as_s3_does) {
    auto with = [](std::string_view from, std::string_view to) {
        std::string url(example_url);
        url.replace(url.find(from), from.size(), to);
        return url;
    };
    struct {
        std::string url;
        std::string_view code, message;
    } const table[] = {
        {with("&X-Amz-Expires=86400", ""), "AuthorizationQueryParametersError",
         "Query-string authentication version 4 requires"},
        {with("&X-Amz-SignedHeaders=host", ""), "AuthorizationQueryParametersError",
         "Query-string authentication version 4 requires"},
        {with("=AWS4-HMAC-SHA256", "=AWS4-HMAC-MD5"), "AuthorizationQueryParametersError", "X-Amz-Algorithm only supports"},
        {with("=86400", "=soon"), "AuthorizationQueryParametersError", "X-Amz-Expires should be a number"},
        {with("=86400", "=-1"), "AuthorizationQueryParametersError", "X-Amz-Expires must be non-negative"},
        {with("=86400", "=604801"), "AuthorizationQueryParametersError", "X-Amz-Expires must be less than a week (in seconds)"},
        {with("=86400", "=604800"), "SignatureDoesNotMatch", "The request signature we calculated"},
        {with("20130524T000000Z", "20130524"), "AuthorizationQueryParametersError",
         "X-Amz-Date must be in the ISO8601 Long Format"},
        {with("us-east-1", "eu-west-1"), "AuthorizationQueryParametersError",
         "Error parsing the X-Amz-Credential parameter; the region 'eu-west-1' is wrong; expecting 'us-east-1'"},
        {with("%2Fs3%2F", "%2F"), "AuthorizationQueryParametersError",
         "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed"},
        {with("AKIAIOSFODNN7EXAMPLE", "AKIAUNKNOWN"), "InvalidAccessKeyId", "The AWS Access Key Id you provided"},
        {with("test.txt", "other.txt"), "SignatureDoesNotMatch", "The request signature we calculated"},
        {with("604d404", "604d405"), "SignatureDoesNotMatch", "The request signature we calculated"},
        {std::string(example_url) + "&versionId=1", "SignatureDoesNotMatch", "The request signature we calculated"},
    };
    for (const auto& wrong : table) {
        http::Request request = presigned(wrong.url);
        auto caller = verify(request);
        ASSERT_FALSE(caller) << wrong.url;
        EXPECT_EQ(caller.error().code, wrong.code) << wrong.url;
        EXPECT_THAT(caller.error().message, StartsWith(std::string(wrong.message))) << wrong.url;
    }
}

TEST(Authenticate, refuses_a_request_that_is_signed_in_header_and_query_at_once) {
    http::Request request = example_get();
    request.query = presigned().query;
    ApiError error = verify(request).error();
    EXPECT_EQ(error.code, "InvalidArgument");
    EXPECT_THAT(error.message, StartsWith("Only one auth mechanism allowed"));
    EXPECT_EQ(detail(error, "ArgumentName"), "Authorization");
}

TEST(Authenticate, refuses_an_unsigned_amz_header_beside_a_presigned_url) {
    http::Request request = presigned();
    request.headers.add("X-Amz-Acl", "public-read");
    EXPECT_EQ(detail(verify(request).error(), "HeadersNotSigned"), "x-amz-acl");
}

TEST(Authenticate, lets_the_unsigned_in_only_where_the_service_does) {
    Expected open = s3;
    open.anonymous_allowed = true;
    http::Request request = make_request("GET", "/b/k", {{"Host", "h"}});
    auto caller = verify(request, open);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->kind, Caller::Kind::anonymous);
    EXPECT_EQ(verify(request, iam).error().code, "MissingAuthenticationToken");
    EXPECT_EQ(verify(request, iam).error().status, 403);
    EXPECT_EQ(verify(request, ec2).error().code, "MissingParameter");
}

TEST(Authenticate, words_bad_keys_and_tokens_as_each_service_does) {
    struct {
        Credential::Standing standing;
        std::string_view s3, s3_status, query, ec2, json;
    } const table[] = {
        {Credential::Standing::unknown, "InvalidAccessKeyId", "403", "InvalidClientTokenId", "AuthFailure",
         "UnrecognizedClientException"},
        {Credential::Standing::bad_token, "InvalidToken", "400", "InvalidClientTokenId", "AuthFailure",
         "UnrecognizedClientException"},
        {Credential::Standing::expired_token, "ExpiredToken", "400", "ExpiredToken", "RequestExpired", "ExpiredTokenException"},
    };
    for (const auto& row : table) {
        OneKey key;
        key.token = "token";
        key.standing = row.standing;
        auto answer = [&](wire::Dialect dialect, std::string_view service) {
            Signer signer{std::string(example_key), std::string(example_secret), "token", "us-east-1", std::string(service)};
            http::Request request = make_request("POST", "/", {{"Host", "h"}});
            sign(request, "", signer, example_time);
            Expected expected{.dialect = dialect, .service = service, .region = "us-east-1"};
            return verify(request, expected, example_time, key).error();
        };
        EXPECT_EQ(answer(wire::Dialect::rest_xml, "s3").code, row.s3);
        EXPECT_EQ(std::to_string(answer(wire::Dialect::rest_xml, "s3").status), row.s3_status);
        EXPECT_EQ(answer(wire::Dialect::query, "iam").code, row.query);
        EXPECT_EQ(answer(wire::Dialect::query, "iam").status, 403);
        EXPECT_EQ(answer(wire::Dialect::ec2, "ec2").code, row.ec2);
        EXPECT_EQ(answer(wire::Dialect::json, "sekisho").code, row.json);
    }
}

http::Request signed_for(std::string_view service, std::string_view body) {
    Signer signer{std::string(example_key), std::string(example_secret), "", "us-east-1", std::string(service)};
    http::Request request = make_request("POST", "/", {{"Host", "h"}, {"Content-Type", "application/x-www-form-urlencoded"}});
    sign(request, body, signer, example_time);
    return request;
}

TEST(Authenticate, covers_the_whole_body_of_a_query_request) {
    http::Request request = signed_for("iam", "Action=GetUser");
    Expected expected = iam;
    expected.payload = "Action=GetUser";
    EXPECT_TRUE(verify(request, expected));
    expected.payload = "Action=DeleteUser";
    EXPECT_EQ(verify(request, expected).error().code, "SignatureDoesNotMatch");
}

TEST(Authenticate, tells_query_callers_about_time_and_scope_as_the_signing_guide_does) {
    http::Request request = signed_for("iam", "");
    ApiError late = verify(request, iam, example_time + 15min + 1s).error();
    EXPECT_EQ(late.code, "SignatureDoesNotMatch");
    EXPECT_EQ(late.message,
              "Signature expired: 20130524T000000Z is now earlier than 20130524T000001Z (20130524T001501Z - 15 min.)");
    ApiError early = verify(request, iam, example_time - 5min - 1s).error();
    EXPECT_EQ(early.message,
              "Signature not yet current: 20130524T000000Z is still later than 20130523T235959Z (20130523T235459Z + 5 min.)");
    EXPECT_TRUE(verify(request, iam, example_time - 5min));

    Expected sts = iam;
    sts.service = "sts";
    EXPECT_EQ(verify(request, sts).error().message, "Credential should be scoped to correct service: 'sts'. ");
    Expected west = iam;
    west.region = "us-west-2";
    EXPECT_EQ(verify(request, west).error().message, "Credential should be scoped to a valid region, not 'us-east-1'. ");
    EXPECT_EQ(verify(request, west).error().status, 403);
}

TEST(Authenticate, calls_an_unfinished_header_incomplete_on_query_services) {
    http::Request request = signed_for("iam", "");
    request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e");
    ApiError error = verify(request, iam).error();
    EXPECT_EQ(error.code, "IncompleteSignature");
    EXPECT_EQ(error.status, 400);
    EXPECT_THAT(error.message,
                StartsWith("Authorization header requires 'Signature' parameter. Authorization header requires "
                           "'SignedHeaders' parameter. (Hashed with SHA-256 and encoded with Base64) Authorization="));
}

TEST(Authenticate, tells_ec2_callers_no_more_than_that_they_failed) {
    http::Request request = signed_for("ec2", "Action=DescribeVpcs");
    ApiError error = verify(request, ec2).error();  // another payload
    EXPECT_EQ(error.code, "AuthFailure");
    EXPECT_EQ(error.status, 401);
    EXPECT_EQ(verify(request, ec2, example_time + 1h).error().code, "RequestExpired");
}

TEST(Authenticate, accepts_a_presigned_sts_call) {
    Signer signer{std::string(example_key), std::string(example_secret), "", "us-east-1", "sts"};
    http::Request request =
        make_request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", {{"Host", "sts.amazonaws.com"}});
    request.path = "/";
    request.query = "Action=GetCallerIdentity&Version=2011-06-15";
    presign(request, signer, example_time, 60);
    Expected sts{.dialect = wire::Dialect::query, .service = "sts", .region = "us-east-1"};
    EXPECT_TRUE(verify(request, sts));
    EXPECT_THAT(verify(request, sts, example_time + 61s).error().message, HasSubstr("(20130524T000101Z - 1 min.)"));
}

// What boto3 (1.26) made for us-east-1: client.generate_presigned_url("get_object", …) with Expires frozen.
constexpr std::string_view v2_url =
    "/examplebucket/a%20b/"
    "t%2B1.txt?response-content-type=text%2Fplain%3B%20x&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature="
    "Kv5v5vf9fkyuzizfyI4AzGpMkgc%3D&Expires=1369357200";

TEST(SignatureV2, is_accepted_in_a_url_where_boto3_still_makes_it) {
    http::Request request = presigned(std::string(v2_url));
    auto caller = verify(request);
    ASSERT_TRUE(caller) << caller.error().message << detail(caller.error(), "StringToSign");
    EXPECT_EQ(caller->proof, Caller::Proof::query_v2);
    EXPECT_FALSE(caller->signature_age_ms);

    Expected frankfurt = s3;
    frankfurt.region = "eu-central-1";
    EXPECT_EQ(verify(request, frankfurt).error().message,
              "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
    Expected another_service = s3;  // which only the host would choose, and Version 2 does not sign it
    another_service.signature_v2_allowed = false;
    EXPECT_EQ(verify(request, another_service).error().code, "InvalidRequest");
    ApiError late = verify(request, s3, example_time + 1h + 1s).error();
    EXPECT_EQ(late.message, "Request has expired");
    EXPECT_EQ(detail(late, "Expires"), "2013-05-24T01:00:00Z");
    EXPECT_TRUE(verify(request, s3, example_time + 1h));
}

TEST(SignatureV2, covers_method_path_bucket_headers_and_what_chooses_an_operation) {
    auto refused = [](std::string url, std::string_view method = "GET", std::string_view header = "") {
        http::Request request = presigned(std::move(url));
        request.method = method;
        if (!header.empty()) request.headers.add(std::string(header), "x");
        auto caller = verify(request);
        return caller ? std::string("accepted") : caller.error().code;
    };
    const std::string url(v2_url);
    EXPECT_EQ(refused(url), "accepted");
    EXPECT_EQ(refused(url + "&prefix=a"), "accepted");
    EXPECT_EQ(refused(url + "&acl"), "SignatureDoesNotMatch");
    EXPECT_EQ(refused(url + "&versionId=1"), "SignatureDoesNotMatch");
    EXPECT_EQ(refused(url + "&attributes"), "InvalidRequest");
    EXPECT_EQ(refused(url + "&x-amz-acl=public-read"), "SignatureDoesNotMatch");
    EXPECT_EQ(refused(url + "&x-amz-meta-a=1%0Ax-amz-meta-b:2"), "InvalidRequest");
    EXPECT_EQ(refused(url, "DELETE"), "SignatureDoesNotMatch");
    EXPECT_EQ(refused(url, "GET", "x-amz-acl"), "SignatureDoesNotMatch");
    EXPECT_EQ(refused("/other" + url), "SignatureDoesNotMatch");
    EXPECT_EQ(refused(url.substr(0, url.find("Expires=")) + "Expires=soon&Signature=x&AWSAccessKeyId=a"), "AccessDenied");
    EXPECT_EQ(refused("/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=x"), "AccessDenied");
    http::Request elsewhere = presigned(url);
    Expected virtual_host = s3;
    virtual_host.virtual_bucket = "examplebucket";
    EXPECT_EQ(verify(elsewhere, virtual_host).error().code, "SignatureDoesNotMatch");
}

TEST(SignatureV2, in_virtual_host_style_signs_the_bucket_of_the_host) {
    http::Request request = presigned(
        std::string("/a%20b/"
                    "t%2B1.txt?response-content-type=text%2Fplain%3B%20x&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature="
                    "QOo039wFI7J4hk9PtU6%2FtmBbJ14%3D&x-amz-security-token=session%2Ftoken%2Bx%3D&Expires=1369357200"));
    Expected virtual_host = s3;
    virtual_host.virtual_bucket = "examplebucket";
    OneKey key;
    key.token = "session/token+x=";
    auto caller = verify(request, virtual_host, example_time, key);
    ASSERT_TRUE(caller) << caller.error().message << detail(caller.error(), "StringToSign");
    EXPECT_FALSE(verify(request, s3, example_time, key));
}

TEST(SigningKeys, give_the_same_key_from_memory_and_forget_the_least_recently_used) {
    SigningKeys keys(2);
    Sha256 first = keys.get("s1", "20130524", "us-east-1", "s3");
    EXPECT_EQ(view(first), view(derive_signing_key("s1", "20130524", "us-east-1", "s3")));
    keys.get("s2", "20130524", "us-east-1", "s3");
    keys.get("s1", "20130524", "us-east-1", "s3");
    keys.get("s3", "20130524", "us-east-1", "s3");
    EXPECT_EQ(keys.size(), 2u);
    EXPECT_EQ(view(keys.get("s1", "20130524", "us-east-1", "s3")), view(first));
    EXPECT_NE(view(keys.get("s1", "20130525", "us-east-1", "s3")), view(first));
    EXPECT_EQ(keys.size(), 2u);
}

}  // namespace
}  // namespace sekisho::authn
