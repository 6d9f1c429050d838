// Form uploads: what browsers post, the policy that covers it, and what is refused.
#include "authn/post_form.h"
#include "authn/digest.h"
#include "base/bytes.h"
#include "s3/support.h"
#include "services/s3/post_policy.h"

namespace sekisho::s3::test {
namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view boundary = "----boundary7MA4";

std::string body_of(const Form& fields, std::string_view file = "the file", std::string_view file_name = "a.txt") {
    std::string body;
    for (const auto& [name, value] : fields)
        body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name, value);
    body += fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: text/x-any\r\n\r\n", boundary,
        file_name);
    body.append(file).append(fmt::format("\r\n--{}--\r\n", boundary));
    return body;
}

std::string unescaped(std::string text) {
    for (std::size_t at; (at = text.find("&quot;")) != std::string::npos;) text.replace(at, 6, "\"");
    return text;
}

Fields form_headers() { return {{"Content-Type", fmt::format("multipart/form-data; boundary={}", boundary)}}; }

class FormUploads : public testing::Test {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }
    Answer post(const Form& fields, std::string_view file = "the file", std::string_view file_name = "a.txt") {
        return w.post("/demo-bucket", body_of(fields, file, file_name), form_headers());
    }
    // The form with a policy of these conditions, which end in an hour of the world's clock.
    Form with_policy(Form fields, std::string_view conditions) {
        const std::string policy = fmt::format(R"({{"expiration":"{}","conditions":[{}]}})",
                                               iso8601(w.clock.now() + std::chrono::hours(1)), conditions);
        fields.emplace_back("policy", to_base64(policy));
        return fields;
    }
    World w;
};

TEST_F(FormUploads, make_objects_with_what_their_fields_say) {
    Answer made = post({{"key", "up/${filename}"},
                        {"Content-Type", "text/plain"},
                        {"x-amz-meta-Colour", "red"},
                        {"tagging", "<Tagging><TagSet><Tag><Key>a b</Key><Value>1=2</Value></Tag></TagSet></Tagging>"},
                        {"x-amz-storage-class", "STANDARD_IA"},
                        {"x-ignore-me", "yes"}},
                       "bytes\r\n--boundary\r\n", R"(C:\folder\a \"b\".txt)");
    EXPECT_EQ(made.status, 204) << made.body;
    EXPECT_EQ(made.operation, "PostObject");
    EXPECT_EQ(made.header("Location"), "http://127.0.0.1:4566/demo-bucket/up/a%20%22b%22.txt");
    Answer got = w.get("/demo-bucket/up/a%20%22b%22.txt");
    EXPECT_EQ(got.body, "bytes\r\n--boundary\r\n");
    EXPECT_EQ(got.header("Content-Type"), "text/plain");
    EXPECT_EQ(got.header("x-amz-meta-colour"), "red");
    EXPECT_EQ(got.header("x-amz-storage-class"), "STANDARD_IA");
    EXPECT_EQ(got.header("ETag"), made.header("ETag"));
    Answer tags = w.get("/demo-bucket/up/a%20%22b%22.txt?tagging");
    EXPECT_EQ(tags.element("Key") + "=" + tags.element("Value"), "a b=1=2");
    EXPECT_EQ(post({{"key", "k"}}).status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k").header("Content-Type"), "binary/octet-stream") << "not the form's own type";
}

TEST_F(FormUploads, stream_files_of_any_size_in_pieces_of_any_size) {
    std::string file;
    for (int i = 0; file.size() < 300'000; ++i) file += fmt::format("{}\r\n--{}x", i, boundary.substr(0, i % boundary.size()));
    for (std::size_t piece : {1ul, 7ul, 4096ul, 1'000'000ul}) {
        w.piece_bytes = piece;
        EXPECT_EQ(post({{"key", "large"}}, file).status, 204) << piece;
        EXPECT_EQ(w.get("/demo-bucket/large").body, file) << piece;
        EXPECT_EQ(post({{"key", "none"}}, "").status, 204) << piece;
        EXPECT_EQ(w.head("/demo-bucket/none").header("ETag"), "\"d41d8cd98f00b204e9800998ecf8427e\"");
    }
}

TEST_F(FormUploads, answer_as_the_form_wishes) {
    EXPECT_EQ(post({{"key", "k"}, {"success_action_status", "200"}}).status, 200);
    EXPECT_EQ(post({{"key", "k"}, {"success_action_status", "404"}}).status, 204);
    Answer created = post({{"key", "a&b"}, {"success_action_status", "201"}});
    EXPECT_EQ(created.status, 201);
    EXPECT_EQ(created.element("Bucket") + "/" + created.element("Key"), "demo-bucket/a&amp;b");
    EXPECT_EQ(created.element("Location"), "http://127.0.0.1:4566/demo-bucket/a%26b");
    Answer there = post({{"key", "k 1"}, {"success_action_redirect", "https://a.example/done?x=1"}});
    EXPECT_EQ(there.status, 303);
    EXPECT_EQ(there.header("Location"),
              "https://a.example/done?x=1&bucket=demo-bucket&key=k%201&etag=" + percent_encode(there.header("ETag")));
    for (std::string url : {"not a url", "javascript:alert(1)", "https://a\r\nSet-Cookie: b"})
        EXPECT_EQ(post({{"key", "k"}, {"success_action_redirect", url}}).status, 204) << url;
}

TEST_F(FormUploads, that_are_no_forms_are_refused) {
    EXPECT_EQ(w.post("/demo-bucket", "x", {{"Content-Type", "text/plain"}}).status, 412);
    const std::string whole = body_of({{"key", "k"}});
    auto raw = [&](std::string body) { return w.post("/demo-bucket", std::move(body), form_headers()).code(); };
    EXPECT_EQ(raw(whole.substr(0, whole.size() - 30)), "MalformedPOSTRequest");
    EXPECT_EQ(raw(""), "MalformedPOSTRequest");
    EXPECT_EQ(raw("x" + whole), "MalformedPOSTRequest");
    EXPECT_EQ(
        raw(fmt::format("--{}\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--{}--\r\n", boundary, boundary)),
        "IncorrectNumberOfFilesInPostRequest");
    EXPECT_EQ(raw(fmt::format("--{}\r\nContent-Type: text/plain\r\n\r\nk\r\n--{}--\r\n", boundary, boundary)),
              "MalformedPOSTRequest");
    EXPECT_EQ(raw(fmt::format("--{}\r\nX: {}\r\n\r\nk", boundary, std::string(5000, 'x'))),
              "MaxPostPreDataLengthExceededError");
    EXPECT_EQ(post({{"key", "k"}, {"x-ignore-a", std::string(20 * 1024, 'x')}}).code(), "MaxPostPreDataLengthExceededError");
    EXPECT_EQ(post({{"key", "k"}, {"x-ignore-a", std::string(19 * 1024, 'x')}}).status, 204);
    EXPECT_EQ(post({{"Content-Type", "a"}}).message(),
              "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.");
    EXPECT_EQ(post({{"key", ""}}).code(), "InvalidArgument");
    EXPECT_EQ(post({{"key", std::string(1025, 'k')}}).code(), "KeyTooLongError");
    EXPECT_EQ(post({{"key", "a"}, {"KEY", "b"}}).code(), "InvalidArgument") << "two of one name";
    EXPECT_EQ(post({{"key", "k"}, {"x-amz-meta-a", "b\r\nSet-Cookie: c"}}).code(), "InvalidArgument");
    EXPECT_EQ(post({{"key", "k"}, {"x-amz-meta-a\tb", "c"}}).code(), "InvalidArgument");
    EXPECT_EQ(post({{"key", "k"}, {"x-amz-checksum-sha256", "no"}}).code(), "InvalidRequest");
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(FormUploads, are_held_to_their_policy) {
    const std::string_view all = R"({"bucket":"demo-bucket"},["starts-with","$key","user/"],{"acl":"bucket-owner-full-control"},
        ["starts-with","$Content-Type","image/"],["content-length-range",3,10],["StArTs-WiTh","$x-amz-meta-A",""])";
    const Form good{{"key", "user/k"}, {"aCl", "bucket-owner-full-control"}, {"Content-Type", "image/png"}};
    EXPECT_EQ(post(with_policy(good, all)).status, 204);
    struct Case {
        std::string field, value, message;
    };
    const Case cases[] = {
        {"key", "other/k", R"(Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "user/"])"},
        {"aCl", "private",
         R"(Invalid according to Policy: Policy Condition failed: ["eq", "$acl", "bucket-owner-full-control"])"},
        {"Content-Type", "image/png,text/html",
         R"(Invalid according to Policy: Policy Condition failed: ["starts-with", "$Content-Type", "image/"])"},
        {"x-amz-meta-b", "1", "Invalid according to Policy: Extra input fields: x-amz-meta-b"},
        {"success_action_status", "201", "Invalid according to Policy: Extra input fields: success_action_status"},
        {"tagging", "<Tagging><TagSet/></Tagging>", "Invalid according to Policy: Extra input fields: tagging"},
    };
    for (const Case& c : cases) {
        Form form = good;
        std::erase_if(form, [&](const auto& field) { return field.first == c.field; });
        form.emplace_back(c.field, c.value);
        Answer answer = post(with_policy(form, all));
        EXPECT_EQ(answer.status, 403) << c.field;
        EXPECT_EQ(unescaped(answer.message()), c.message);
    }
    EXPECT_EQ(post(with_policy(good, all), "12").code(), "EntityTooSmall");
    EXPECT_EQ(post(with_policy(good, all), "12345678901").code(), "EntityTooLarge");
    EXPECT_EQ(post(with_policy({{"key", "k"}}, R"({"key":"k"})")).message(),
              "Invalid according to Policy: Extra input fields: bucket");
    EXPECT_EQ(post(with_policy({{"key", "k"}, {"bucket", "other"}}, R"({"key":"k"},{"bucket":"other"})")).status, 403)
        << "the bucket is the one that was sent to";
    Form form = with_policy(good, all);
    w.clock.advance(std::chrono::hours(2));
    EXPECT_EQ(post(form).message(), "Invalid according to Policy: Policy expired.");
}

TEST_F(FormUploads, with_a_policy_that_is_none_are_refused) {
    for (std::string_view policy :
         {"", "[]", "{}", R"({"expiration":"2030-01-01T00:00:00Z"})", R"({"conditions":[]})",
          R"({"EXPIRATION":"2030-01-01T00:00:00Z","conditions":[]})", R"({"expiration":"soon","conditions":[]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[{}]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[{"a":"b","c":"d"}]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[["content-length-range",0]]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[["content-length-range",-1,0]]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[["ends-with","$key","a"]]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[["eq","key","a"]]})",
          R"({"expiration":"2030-01-01T00:00:00Z","conditions":[["eq","$key",1]]})"}) {
        Answer answer = post({{"key", "k"}, {"policy", to_base64(policy)}});
        EXPECT_EQ(answer.code(), "InvalidPolicyDocument") << policy;
        EXPECT_EQ(answer.status, 400);
    }
    EXPECT_EQ(post({{"key", "k"}, {"policy", "not base64!"}}).code(), "InvalidPolicyDocument");
}

TEST_F(FormUploads, are_authorized_as_puts_by_the_road_they_came) {
    w.put("/demo-bucket?policy",
          R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject",
        "Resource":"arn:aws:s3:::demo-bucket/*","Condition":{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}}]})");
    EXPECT_EQ(post({{"key", "k"}}).code(), "AccessDenied");
    w.origin = from_vpc("vpc-1");
    EXPECT_EQ(post({{"key", "k"}}).status, 204);
    w.caller = anonymous();
    EXPECT_EQ(post({{"key", "k"}}).code(), "AccessDenied");
    w.caller = user_of("123456789012", "u");
    EXPECT_THAT(post({{"key", "k"}}).message(), testing::HasSubstr("is not authorized to perform: s3:PutObject"));
}

// The signatures themselves: by the policy alone.
class KnownKeys final : public authn::CredentialSource {
   public:
    authn::Credential find(std::string_view key, std::string_view token, Time) const override {
        authn::Credential credential;
        if (key != "AKIDEXAMPLE") return credential;
        credential.standing = token.empty() ? authn::Credential::Standing::valid : authn::Credential::Standing::bad_token;
        credential.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        credential.caller = root_of("123456789012");
        return credential;
    }
};

TEST(FormSignatures, hold_over_the_policy_as_it_was_sent) {
    KnownKeys keys;
    authn::SigningKeys signing;
    authn::Expected expected;
    expected.service = "s3";
    const Time now = *parse_amz_basic("20151229T000000Z");
    auto ask = [&](const Form& fields) {
        authn::PostForm form;
        form.fields = fields;
        return authn::authenticate_post_form(form, expected, keys, signing, now);
    };
    const std::string policy = to_base64(R"({"expiration":"2015-12-30T12:00:00.000Z","conditions":[]})");
    const std::string key_id = "AKIDEXAMPLE/20151229/us-east-1/s3/aws4_request";
    auto key = authn::derive_signing_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20151229", "us-east-1", "s3");
    const std::string signature = to_hex(authn::view(authn::hmac_sha256(authn::view(key), policy)));
    const Form good{{"Policy", policy},
                    {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                    {"X-Amz-Credential", key_id},
                    {"X-Amz-Date", "20151229T000000Z"},
                    {"X-Amz-Signature", signature}};
    auto caller = ask(good);
    ASSERT_TRUE(caller) << caller.error().message;
    EXPECT_EQ(caller->arn, "arn:aws:iam::123456789012:root");
    EXPECT_EQ(caller->proof, authn::Caller::Proof::post_form);
    EXPECT_EQ(caller->scope_region, "us-east-1");
    struct Case {
        std::string field, value, code;
    };
    const Case cases[] = {
        {"Policy", to_base64("{}"), "SignatureDoesNotMatch"},
        {"X-Amz-Signature", std::string(64, '0'), "SignatureDoesNotMatch"},
        {"X-Amz-Signature", "", "SignatureDoesNotMatch"},
        {"X-Amz-Credential", "other/20151229/us-east-1/s3/aws4_request", "InvalidAccessKeyId"},
        {"X-Amz-Credential", "AKIDEXAMPLE/20151229/us-west-2/s3/aws4_request", "SignatureDoesNotMatch"},
        {"X-Amz-Credential", "AKIDEXAMPLE/20151230/us-east-1/s3/aws4_request", "AuthorizationHeaderMalformed"},
        {"X-Amz-Credential", "AKIDEXAMPLE/20151229/us-east-1/iam/aws4_request", "AuthorizationHeaderMalformed"},
        {"X-Amz-Credential", "AKIDEXAMPLE", "AuthorizationHeaderMalformed"},
        {"X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256", "InvalidArgument"},
        {"X-Amz-Date", "yesterday", "InvalidArgument"}};
    for (const Case& c : cases) {
        Form form = good;
        for (auto& [name, value] : form)
            if (name == c.field) value = c.value;
        auto refused = ask(form);
        ASSERT_FALSE(refused) << c.field << c.value;
        EXPECT_EQ(refused.error().code, c.code) << c.field << c.value;
    }
    for (std::size_t left_out = 0; left_out < good.size(); ++left_out) {
        Form form = good;
        form.erase(form.begin() + static_cast<std::ptrdiff_t>(left_out));
        auto refused = ask(form);
        ASSERT_FALSE(refused) << good[left_out].first;
        EXPECT_EQ(refused.error().code, "InvalidArgument");
    }
    Form with_token = good;
    with_token.emplace_back("x-amz-security-token", "bad");
    EXPECT_EQ(ask(with_token).error().code, "InvalidToken");
    expected.region = "eu-west-1";
    EXPECT_EQ(ask(good).error().code, "AuthorizationHeaderMalformed") << "an endpoint of another region";
    expected.region = {};

    const std::string v2 = to_base64(authn::hmac_sha1("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", policy));
    EXPECT_TRUE(ask({{"policy", policy}, {"AWSAccessKeyId", "AKIDEXAMPLE"}, {"signature", v2}}));
    EXPECT_EQ(ask({{"policy", policy}, {"AWSAccessKeyId", "AKIDEXAMPLE"}, {"signature", "x" + v2}}).error().code,
              "SignatureDoesNotMatch");
    EXPECT_EQ(ask({{"policy", policy}, {"AWSAccessKeyId", "AKIDEXAMPLE"}}).error().code, "InvalidArgument");
    EXPECT_EQ(ask({{"policy", policy}, {"AWSAccessKeyId", "foo"}, {"signature", v2}}).error().code, "InvalidAccessKeyId");
    EXPECT_EQ(ask({{"policy", policy}}).error().code, "InvalidArgument") << "a policy that nobody signed";
    expected.signature_v2_allowed = false;
    EXPECT_FALSE(ask({{"policy", policy}, {"AWSAccessKeyId", "AKIDEXAMPLE"}, {"signature", v2}}));
    EXPECT_EQ(ask({{"key", "k"}})->kind, authn::Caller::Kind::anonymous);
}

}  // namespace
}  // namespace sekisho::s3::test
