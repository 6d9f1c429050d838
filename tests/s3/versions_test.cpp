// Versioning: what each operation makes of a key's versions, in AWS's words. (Sequences at random: versions_model_test.cpp.)
#include "services/s3/versions.h"

#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/emptying.h"
#include "services/s3/history.h"
#include "services/s3/multipart.h"

namespace sekisho::s3::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

std::string configuration(const std::string& inside) {
    return "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + inside +
           "</VersioningConfiguration>";
}

class Versions : public testing::Test {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }
    void set(const std::string& status) {
        Answer answer = w.put("/demo-bucket?versioning", configuration("<Status>" + status + "</Status>"));
        ASSERT_EQ(answer.status, 200) << answer.body;
    }
    std::string put(const std::string& key, const std::string& body) {
        return w.put("/demo-bucket/" + key, body).header("x-amz-version-id");
    }
    std::string get(const std::string& key, const std::string& version) {
        return w.get("/demo-bucket/" + key + "?versionId=" + version).body;
    }
    Answer delete_many(const std::string& objects) {
        std::string body = "<Delete>" + objects + "</Delete>";
        authn::Digest md5(authn::Digest::Kind::md5);
        md5.update(body);
        return w.post("/demo-bucket?delete", body, {{"Content-MD5", to_base64(md5.finish())}});
    }
    std::vector<std::string> versions(const std::string& more = "") {
        return w.get("/demo-bucket?versions" + more).elements("VersionId");
    }
    World w;
};

TEST_F(Versions, of_a_bucket_that_never_had_any_are_not_mentioned) {
    Answer none = w.get("/demo-bucket?versioning");
    EXPECT_THAT(none.body, HasSubstr("<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"));
    EXPECT_EQ(none.element("Status"), "");
    EXPECT_EQ(put("k", "x"), "");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), "");
    EXPECT_EQ(w.remove("/demo-bucket/k").header("x-amz-delete-marker"), "");
    EXPECT_EQ(versions().size(), 0u);
}

TEST_F(Versions, are_switched_by_documents_of_exactly_this_form) {
    struct Case {
        std::string document, code;
    };
    const Case cases[] = {{"", "MissingRequestBodyError"},
                          {configuration(""), "IllegalVersioningConfigurationException"},
                          {configuration("<Status></Status>"), "IllegalVersioningConfigurationException"},
                          {configuration("<Status>enabled</Status>"), "MalformedXML"},
                          {configuration("<Status> Enabled </Status>"), "MalformedXML"},
                          {configuration("<Status>Disabled</Status>"), "MalformedXML"},
                          {configuration("<Status>Enabled</Status><Status>Enabled</Status>"), "MalformedXML"},
                          {configuration("<Status>Enabled</Status><Foo/>"), "MalformedXML"},
                          {configuration("<Status>Enabled</Status><MfaDelete>disabled</MfaDelete>"), "MalformedXML"},
                          {configuration("<Status>Enabled</Status>") + "x", "MalformedXML"},
                          {configuration("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>"), "AccessDenied"}};
    for (const Case& one : cases) EXPECT_EQ(w.put("/demo-bucket?versioning", one.document).code(), one.code) << one.document;
    EXPECT_EQ(w.get("/demo-bucket?versioning").element("Status"), "") << "what is refused changes nothing";
    EXPECT_EQ(w.put("/demo-bucket?versioning", cases[10].document).message(),
              "Mfa Authentication must be used for this request");

    EXPECT_EQ(w.put("/demo-bucket?versioning", configuration("<Status>Suspended</Status>")).status, 200);
    Answer suspended = w.get("/demo-bucket?versioning");
    EXPECT_EQ(suspended.element("Status"), "Suspended");
    EXPECT_EQ(suspended.element("MfaDelete"), "") << "is told only of whom it was said";
    w.put("/demo-bucket?versioning", configuration("<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete>"));
    Answer enabled = w.get("/demo-bucket?versioning");
    EXPECT_EQ(enabled.element("Status"), "Enabled");
    EXPECT_EQ(enabled.element("MfaDelete"), "Disabled");
}

TEST_F(Versions, are_kept_of_every_write_while_enabled) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "22");
    EXPECT_THAT(one, MatchesRegex("[A-Za-z0-9._]{32}"));
    EXPECT_NE(one, two);
    EXPECT_EQ(one.substr(0, 10) > two.substr(0, 10), true) << "as texts the newest comes first, also within a millisecond";
    EXPECT_NE(one.substr(10), two.substr(10)) << "and the rest is nobody's guess";
    EXPECT_EQ(w.get("/demo-bucket/k").body, "22");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), two);
    EXPECT_EQ(get("k", one), "1");
    EXPECT_EQ(w.head("/demo-bucket/k?versionId=" + one).header("x-amz-version-id"), one);
    EXPECT_EQ(w.head("/demo-bucket/k?versionId=" + one).header("Content-Length"), "1");
    EXPECT_THAT(versions(), ElementsAre(two, one));
    EXPECT_THAT(w.get("/demo-bucket?versions").elements("IsLatest"), ElementsAre("true", "false"));
    EXPECT_THAT(w.get("/demo-bucket?list-type=2").elements("Size"), ElementsAre("2"));
}

TEST_F(Versions, go_on_from_the_newest_when_the_clock_goes_back) {
    set("Enabled");
    std::string one = put("k", "1");
    w.clock.advance(std::chrono::milliseconds(-100'000));
    std::string two = put("k", "2"), three = put("k", "3");
    EXPECT_THAT(versions(), ElementsAre(three, two, one));
    EXPECT_EQ(w.get("/demo-bucket/k").body, "3");
}

TEST_F(Versions, of_before_are_null_versions) {
    put("k", "before");
    set("Enabled");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), "null");
    std::string id = put("k", "after");
    EXPECT_EQ(get("k", "null"), "before");
    EXPECT_THAT(versions(), ElementsAre(id, "null"));
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + id).status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "before") << "is the newest again";
    EXPECT_THAT(versions(), ElementsAre("null"));
}

TEST_F(Versions, while_suspended_replace_the_null_version_only) {
    set("Enabled");
    std::string kept = put("k", "kept");
    set("Suspended");
    EXPECT_EQ(put("k", std::string(100'000, 'x')), "") << "a suspended bucket's write does not tell the version";
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), "null");
    EXPECT_EQ(put("k", "second"), "");
    EXPECT_EQ(w.blobs(), 0u) << "the null version before is erased";
    EXPECT_THAT(versions(), ElementsAre("null", kept));
    set("Enabled");
    std::string newest = put("k", "newest");
    set("Suspended");
    put("k", "third");
    EXPECT_THAT(versions(), ElementsAre("null", newest, kept)) << "an older null version is replaced, too";
    EXPECT_EQ(get("k", "null"), "third");
}

TEST_F(Versions, a_delete_marker_hides_the_object_and_says_so) {
    set("Enabled");
    std::string id = put("k", "x");
    Answer removed = w.remove("/demo-bucket/k");
    EXPECT_EQ(removed.status, 204);
    EXPECT_EQ(removed.header("x-amz-delete-marker"), "true");
    const std::string marker = removed.header("x-amz-version-id");

    for (const char* query : {"", "?acl", "?tagging", "?attributes"}) {
        Answer got = w.get(std::string("/demo-bucket/k") + query, {{"x-amz-object-attributes", "ETag"}});
        EXPECT_EQ(got.status, 404) << query;
        EXPECT_EQ(got.code(), "NoSuchKey") << query;
        EXPECT_EQ(got.header("x-amz-delete-marker"), "true") << query;
        EXPECT_EQ(got.header("x-amz-version-id"), marker) << query;
    }
    EXPECT_EQ(w.head("/demo-bucket/k").status, 404);
    EXPECT_EQ(w.head("/demo-bucket/k").header("x-amz-delete-marker"), "true");

    Answer by_id = w.get("/demo-bucket/k?versionId=" + marker);
    EXPECT_EQ(by_id.status, 405);
    EXPECT_EQ(by_id.code(), "MethodNotAllowed");
    EXPECT_EQ(by_id.element("Method"), "GET");
    EXPECT_EQ(by_id.element("ResourceType"), "DeleteMarker");
    EXPECT_EQ(by_id.header("Allow"), "DELETE");
    EXPECT_EQ(by_id.header("x-amz-delete-marker"), "true");
    EXPECT_EQ(by_id.header("x-amz-version-id"), marker);
    EXPECT_THAT(by_id.header("Last-Modified"), HasSubstr("GMT"));
    EXPECT_EQ(w.head("/demo-bucket/k?versionId=" + marker).status, 405);
    Answer tagged = w.put("/demo-bucket/k?tagging", "<Tagging><TagSet/></Tagging>");
    EXPECT_EQ(tagged.code(), "MethodNotAllowed") << "a delete marker can not be changed";
    EXPECT_EQ(tagged.header("x-amz-delete-marker"), "");

    EXPECT_EQ(w.get("/demo-bucket?list-type=2").elements("Key").size(), 0u);
    EXPECT_EQ(w.get("/demo-bucket").elements("Key").size(), 0u);
    Answer listed = w.get("/demo-bucket?versions");
    EXPECT_THAT(listed.elements("VersionId"), ElementsAre(marker, id));
    EXPECT_EQ(listed.elements("DeleteMarker").size(), 1u);
    EXPECT_THAT(listed.element("DeleteMarker"), HasSubstr("<IsLatest>true</IsLatest>"));
    EXPECT_THAT(listed.element("DeleteMarker"), testing::Not(HasSubstr("Size")));

    Answer undone = w.remove("/demo-bucket/k?versionId=" + marker);
    EXPECT_EQ(undone.header("x-amz-delete-marker"), "true");
    EXPECT_EQ(undone.header("x-amz-version-id"), marker);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "x");
}

TEST_F(Versions, a_delete_marker_is_made_of_keys_that_never_were_and_of_deleted_ones) {
    set("Enabled");
    std::string first = w.remove("/demo-bucket/k").header("x-amz-version-id");
    std::string second = w.remove("/demo-bucket/k").header("x-amz-version-id");
    EXPECT_THAT(versions(), ElementsAre(second, first));
    set("Suspended");
    EXPECT_EQ(w.remove("/demo-bucket/k").header("x-amz-version-id"), "null");
    EXPECT_EQ(w.remove("/demo-bucket/k").header("x-amz-version-id"), "null");
    EXPECT_THAT(versions(), ElementsAre("null", second, first));
    EXPECT_EQ(w.remove("/demo-bucket").code(), "BucketNotEmpty") << "delete markers are something";
    for (const std::string& id : {first, second, std::string("null")})
        EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + id).header("x-amz-delete-marker"), "true");
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
}

TEST_F(Versions, that_are_deleted_are_gone_with_their_bytes_and_only_they) {
    set("Enabled");
    const std::string big(100'000, 'x');
    std::string one = put("k", big), two = put("k", big + "2"), three = put("k", big + "3");
    EXPECT_EQ(w.blobs(), 3u);
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + two).header("x-amz-version-id"), two);
    EXPECT_EQ(w.blobs(), 2u);
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + two).status, 204) << "once more is no error";
    EXPECT_TRUE(get("k", one) == big);
    w.remove("/demo-bucket/k?versionId=" + three);
    EXPECT_TRUE(w.get("/demo-bucket/k").body == big);
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), one);
    w.remove("/demo-bucket/k?versionId=" + one);
    EXPECT_EQ(w.get("/demo-bucket/k").code(), "NoSuchKey");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-delete-marker"), "");
    EXPECT_EQ(w.blobs(), 0u);
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
}

TEST_F(Versions, ids_that_are_none_are_refused_and_absent_ones_not_found) {
    set("Enabled");
    std::string id = put("k", "x");
    const std::string absent = id.substr(0, 10) + std::string(22, 'a');
    for (const char* method : {"GET", "HEAD", "DELETE"})
        for (const std::string& bad : {std::string("abc"), id + "A", id.substr(1), std::string("NULL"), std::string(32, '-')})
            EXPECT_EQ(w.call(method, "/demo-bucket/k?versionId=" + bad).status, 400) << method << bad;
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=abc").message(), "Invalid version id specified");
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=").message(), "Version id cannot be the empty string");
    for (const char* key : {"k", "missing"}) {
        Answer none = w.get(std::string("/demo-bucket/") + key + "?versionId=" + absent);
        EXPECT_EQ(none.status, 404);
        EXPECT_EQ(none.code(), "NoSuchVersion");
        EXPECT_EQ(none.element("Key"), key);
        EXPECT_EQ(none.element("VersionId"), absent);
    }
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=null").code(), "NoSuchVersion");
    EXPECT_EQ(w.get("/demo-bucket/k?retention&versionId=" + std::string(4000, 'a')).status, 400) << "however long";
    EXPECT_EQ(w.put("/demo-bucket/k?partNumber=1&uploadId=0&versionId=" + id, "x").message(),
              "This operation does not accept a version-id.");
}

TEST_F(Versions, are_tagged_one_by_one) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2");
    auto tags = [](const char* value) {
        return std::string("<Tagging><TagSet><Tag><Key>t</Key><Value>") + value + "</Value></Tag></TagSet></Tagging>";
    };
    EXPECT_EQ(w.put("/demo-bucket/k?tagging", tags("new")).header("x-amz-version-id"), two);
    EXPECT_EQ(w.put("/demo-bucket/k?tagging&versionId=" + one, tags("old")).header("x-amz-version-id"), one);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging").element("Value"), "new");
    Answer old = w.get("/demo-bucket/k?tagging&versionId=" + one);
    EXPECT_EQ(old.element("Value"), "old");
    EXPECT_EQ(old.header("x-amz-version-id"), one);
    Answer removed = w.remove("/demo-bucket/k?tagging&versionId=" + one);
    EXPECT_EQ(removed.status, 204);
    EXPECT_EQ(removed.header("x-amz-version-id"), one);
    EXPECT_EQ(w.get("/demo-bucket/k?tagging&versionId=" + one).element("Value"), "");
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-tagging-count"), "1");
    EXPECT_EQ(get("k", one), "1");
}

TEST_F(Versions, are_sources_of_copies) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2");
    const std::string from = "demo-bucket/k?versionId=" + one;
    Answer copied = w.put("/demo-bucket/copy", "", {{"x-amz-copy-source", from}});
    EXPECT_EQ(copied.header("x-amz-copy-source-version-id"), one);
    EXPECT_EQ(w.get("/demo-bucket/copy").body, "1");
    EXPECT_EQ(w.get("/demo-bucket/copy").header("x-amz-version-id"), copied.header("x-amz-version-id"));
    Answer back = w.put("/demo-bucket/k", "", {{"x-amz-copy-source", from}});
    EXPECT_EQ(back.status, 200) << "an earlier version is made the newest again";
    EXPECT_EQ(w.get("/demo-bucket/k").body, "1");
    EXPECT_EQ(w.put("/demo-bucket/k", "", {{"x-amz-copy-source", "demo-bucket/k"}}).code(), "InvalidRequest");

    std::string upload = w.post("/demo-bucket/p?uploads").element("UploadId");
    const std::string part = "/demo-bucket/p?partNumber=1&uploadId=" + upload;
    Answer by_part = w.put(part, "", {{"x-amz-copy-source", "demo-bucket/k?versionId=" + two}});
    EXPECT_EQ(by_part.header("x-amz-copy-source-version-id"), two);
    Answer done =
        w.post("/demo-bucket/p?uploadId=" + upload, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                                                        by_part.element("ETag") + "</ETag></Part></CompleteMultipartUpload>");
    EXPECT_EQ(done.header("x-amz-version-id").size(), 32u) << done.body;
    EXPECT_EQ(w.get("/demo-bucket/p").body, "2");
    upload = w.post("/demo-bucket/p?uploads").element("UploadId");

    const std::string marker = w.remove("/demo-bucket/k").header("x-amz-version-id");
    for (const std::string& target : {std::string("/demo-bucket/new"), "/demo-bucket/p?partNumber=1&uploadId=" + upload}) {
        Answer hidden = w.put(target, "", {{"x-amz-copy-source", "demo-bucket/k"}});
        EXPECT_EQ(hidden.code(), "NoSuchKey");
        EXPECT_EQ(hidden.header("x-amz-delete-marker"), "true");
        EXPECT_EQ(hidden.header("x-amz-version-id"), marker);
        Answer of_marker = w.put(target, "", {{"x-amz-copy-source", "demo-bucket/k?versionId=" + marker}});
        EXPECT_EQ(of_marker.code(), "InvalidRequest");
        EXPECT_THAT(of_marker.message(), HasSubstr("may not specifically refer to a delete marker by version id"));
        EXPECT_EQ(w.put(target, "", {{"x-amz-copy-source", "demo-bucket/k?versionId=" + std::string(32, 'a')}}).code(),
                  "NoSuchVersion");
        EXPECT_EQ(w.put(target, "", {{"x-amz-copy-source", "demo-bucket/k?versionId="}}).message(),
                  "Version id cannot be the empty string");
    }
    EXPECT_EQ(w.put("/demo-bucket/new", "", {{"x-amz-copy-source", "demo-bucket/k?versionId=abc"}}).code(), "InvalidRequest");
    EXPECT_EQ(
        w.put("/demo-bucket/p?partNumber=1&uploadId=" + upload, "", {{"x-amz-copy-source", "demo-bucket/k?versionId=abc"}})
            .code(),
        "InvalidArgument");
}

TEST_F(Versions, many_are_deleted_with_their_markers_told) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2");
    Answer first = delete_many("<Object><Key>k</Key></Object><Object><Key>never</Key></Object>");
    ASSERT_EQ(first.elements("DeleteMarkerVersionId").size(), 2u) << first.body;
    EXPECT_THAT(first.elements("DeleteMarker"), ElementsAre("true", "true"));
    const std::string marker = first.elements("DeleteMarkerVersionId")[0];
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), marker);

    auto object = [](const std::string& version) {
        return "<Object><Key>k</Key><VersionId>" + version + "</VersionId></Object>";
    };
    Answer second = delete_many(object(marker) + object(one) + object(std::string(32, 'a')) + object("not-an-id"));
    EXPECT_THAT(second.elements("VersionId"), ElementsAre(marker, one, std::string(32, 'a'), "not-an-id"));
    EXPECT_THAT(second.elements("DeleteMarkerVersionId"), ElementsAre(marker));
    EXPECT_THAT(second.elements("Code"), ElementsAre("NoSuchVersion"));
    EXPECT_EQ(w.get("/demo-bucket/k").header("x-amz-version-id"), two);
}

TEST_F(Versions, of_one_key_go_in_one_request_in_any_order_and_few_commits) {
    set("Enabled");
    std::string objects;
    std::vector<std::string> ids;
    for (int i = 0; i < 600; ++i) ids.push_back(put("k", std::to_string(i)));
    for (std::size_t i = 0; i < ids.size(); i += 2)
        objects += "<Object><Key>k</Key><VersionId>" + ids[i] + "</VersionId></Object>";
    for (std::size_t i = ids.size() - 1; i > 1; i -= 2)
        objects += "<Object><Key>k</Key><VersionId>" + ids[i] + "</VersionId></Object>";
    Answer answer = delete_many(objects);
    EXPECT_EQ(answer.elements("Deleted").size(), 599u) << answer.body;
    EXPECT_THAT(versions(), ElementsAre(ids[1]));
    EXPECT_EQ(w.get("/demo-bucket/k").body, "1");
}

TEST_F(Versions, conditional_writes_and_deletions_look_at_the_newest_version) {
    set("Enabled");
    Answer one = w.put("/demo-bucket/k", "1", {{"If-None-Match", "*"}});
    EXPECT_EQ(one.status, 200);
    EXPECT_EQ(w.put("/demo-bucket/k", "2", {{"If-None-Match", "*"}}).code(), "PreconditionFailed");
    Answer two = w.put("/demo-bucket/k", "2", {{"If-Match", one.header("ETag")}});
    EXPECT_EQ(two.status, 200);
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", one.header("ETag")}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + one.header("x-amz-version-id"), {{"If-Match", one.header("ETag")}}).code(),
              "PreconditionFailed");
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", two.header("ETag")}}).header("x-amz-delete-marker"), "true");
    EXPECT_EQ(w.remove("/demo-bucket/k", {{"If-Match", "*"}}).code(), "PreconditionFailed");
    EXPECT_EQ(w.put("/demo-bucket/k", "3", {{"If-Match", two.header("ETag")}}).code(), "NoSuchKey");
    EXPECT_EQ(w.put("/demo-bucket/k", "3", {{"If-None-Match", "*"}}).status, 200) << "a delete marker is no object";
    EXPECT_EQ(versions().size(), 4u);
    Answer unmatched = delete_many("<Object><Key>k</Key><ETag>\"other\"</ETag></Object>");
    EXPECT_THAT(unmatched.elements("Code"), ElementsAre("PreconditionFailed"));
}

TEST_F(Versions, are_asked_about_by_actions_of_their_own_with_their_id) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2");
    w.caller = user_of("123456789012", "u");
    std::string& policy = w.policies.by_arn["arn:aws:iam::123456789012:user/u"];
    policy =
        R"({"Statement":{"Effect":"Allow","Action":["s3:GetObject","s3:DeleteObject","s3:GetObjectTagging"],"Resource":"*"}})";
    EXPECT_EQ(w.get("/demo-bucket/k").status, 200);
    EXPECT_THAT(w.get("/demo-bucket/k?versionId=" + two).message(), HasSubstr("s3:GetObjectVersion "));
    EXPECT_THAT(w.get("/demo-bucket/k?tagging&versionId=" + two).message(), HasSubstr("s3:GetObjectVersionTagging "));
    EXPECT_THAT(w.remove("/demo-bucket/k?versionId=" + two).message(), HasSubstr("s3:DeleteObjectVersion "));
    EXPECT_THAT(w.get("/demo-bucket?versions").message(), HasSubstr("s3:ListBucketVersions "));
    EXPECT_THAT(w.get("/demo-bucket?versioning").message(), HasSubstr("s3:GetBucketVersioning "));
    EXPECT_THAT(w.put("/demo-bucket?versioning", "").message(), HasSubstr("s3:PutBucketVersioning "));
    EXPECT_THAT(w.put("/demo-bucket/c", "", {{"x-amz-copy-source", "demo-bucket/k?versionId=" + one}}).message(),
                HasSubstr("s3:GetObjectVersion "));
    policy =
        R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEqualsIfExists":{"s3:VersionId":")" +
        one + R"("}}}})";
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=" + one).status, 200);
    EXPECT_EQ(w.get("/demo-bucket/k?versionId=" + two).status, 403);
    Answer deleted = delete_many("<Object><Key>k</Key><VersionId>" + two +
                                 "</VersionId></Object><Object><Key>k</Key><VersionId>" + one + "</VersionId></Object>");
    EXPECT_THAT(deleted.elements("Code"), ElementsAre("AccessDenied"));
    EXPECT_EQ(deleted.elements("Deleted").size(), 1u);
    policy = R"({"Statement":{"Effect":"Allow","Action":"s3:DeleteObject","Resource":"*"}})";
    w.remove("/demo-bucket/k");
    policy = R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}})";
    EXPECT_EQ(w.get("/demo-bucket/k").status, 403) << "who may not list does not learn that the key is deleted";
}

TEST_F(Versions, a_reader_of_an_older_version_in_parts_reads_it_to_its_end) {
    set("Enabled");
    w.piece_bytes = 256 * 1024;
    std::string upload = w.post("/demo-bucket/k?uploads").element("UploadId"), list;
    for (int number : {1, 2}) {
        Answer part = w.put(fmt::format("/demo-bucket/k?partNumber={}&uploadId={}", number, upload),
                            std::string(part_bytes_min, number == 1 ? 'a' : 'b'));
        list += fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", number, part.header("ETag"));
    }
    std::string id =
        w.post("/demo-bucket/k?uploadId=" + upload, "<CompleteMultipartUpload>" + list + "</CompleteMultipartUpload>")
            .header("x-amz-version-id");
    const std::string whole = std::string(part_bytes_min, 'a') + std::string(part_bytes_min, 'b');
    // It becomes an older version while the reader takes hold of its blobs …
    w.after_approval = [&] { w.tables->before_get("o/k", [&] { put("k", "2"); }); };
    EXPECT_TRUE(w.get("/demo-bucket/k").body == whole);
    // … and is deleted while it is read.
    http::Reply reading = w.begin("GET", "/demo-bucket/k?versionId=" + id);
    w.remove("/demo-bucket/k?versionId=" + id);
    EXPECT_TRUE(World::finish(std::move(reading)).body == whole);
    EXPECT_EQ(w.blobs(), 0u);
}

TEST_F(Versions, a_write_that_began_before_versioning_was_enabled_keeps_what_is_there) {
    put("k", "before");
    w.after_approval = [&] { set("Enabled"); };
    std::string id = put("k", "after");
    EXPECT_EQ(id.size(), 32u);
    EXPECT_EQ(get("k", "null"), "before");
    set("Suspended");
    w.after_approval = [&] { set("Enabled"); };
    EXPECT_EQ(w.remove("/demo-bucket/k").header("x-amz-version-id").size(), 32u);
    EXPECT_EQ(get("k", "null"), "before");
}

TEST_F(Versions, whose_enabling_ended_between_the_bucket_and_its_shards_hold_from_the_next_write_on) {
    put("k", "before");
    w.tables->before_commit("open", [] { throw Fault("the disk"); });
    EXPECT_THROW(w.put("/demo-bucket?versioning", configuration("<Status>Enabled</Status>")), Fault);
    EXPECT_EQ(w.get("/demo-bucket?versioning").element("Status"), "Enabled");
    EXPECT_EQ(put("k", "after").size(), 32u);
    EXPECT_EQ(get("k", "null"), "before");
    EXPECT_EQ(w.post("/demo-bucket/k?uploads").status, 200);

    w.tables->before_commit("open", [] { throw Fault("the disk, again"); });
    EXPECT_THROW(w.put("/demo-bucket?versioning", configuration("<Status>Suspended</Status>")), Fault);
    World after(w);
    EXPECT_EQ(after.put("/demo-bucket/k", "x").header("x-amz-version-id"), "");
    EXPECT_EQ(after.get("/demo-bucket/k").header("x-amz-version-id"), "null");
}

TEST_F(Versions, survive_a_restart_and_its_sweep) {
    set("Enabled");
    const std::string big(100'000, 'x');
    std::string one = put("k", big + "1"), two = put("k", big + "2");
    World after(w);
    sync_wait(after.s3.sweep());
    EXPECT_EQ(after.blobs(), 2u);
    EXPECT_TRUE(after.get("/demo-bucket/k?versionId=" + one).body == big + "1");
    EXPECT_TRUE(after.get("/demo-bucket/k?versionId=" + two).body == big + "2");
    EXPECT_EQ(after.get("/demo-bucket?versioning").element("Status"), "Enabled");
}

// The sweep reads older versions after newest ones: what becomes the newest in between it meets in neither place.
TEST_F(Versions, that_become_the_newest_while_a_sweep_reads_the_rows_keep_their_bytes) {
    set("Enabled");
    const std::string big(100'000, 'x');
    std::string one = put("k", big + "1"), two = put("k", big + "2");
    World after(w);
    after.tables->before_scan("v/", [&] { EXPECT_EQ(after.remove("/demo-bucket/k?versionId=" + two).status, 204); });
    sync_wait(after.s3.sweep());
    EXPECT_TRUE(after.get("/demo-bucket/k").body == big + "1");
    EXPECT_EQ(after.blobs(), 1u);
}

TEST_F(Versions, that_move_between_the_reads_for_one_are_found) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2");
    w.tables->before_get("v/k" + std::string(1, '\0') + one, [&] { w.remove("/demo-bucket/k?versionId=" + two); });
    EXPECT_EQ(get("k", one), "1") << "it is the newest by then";
}

TEST_F(Versions, a_deletion_whose_next_version_is_deleted_meanwhile_takes_the_one_before) {
    set("Enabled");
    std::string one = put("k", "1"), two = put("k", "2"), three = put("k", "3");
    w.tables->before_get("v/k" + std::string(1, '\0') + two, [&] { w.remove("/demo-bucket/k?versionId=" + two); });
    EXPECT_EQ(w.remove("/demo-bucket/k?versionId=" + three).status, 204);
    EXPECT_EQ(w.get("/demo-bucket/k").body, "1");
    EXPECT_THAT(versions(), ElementsAre(one));
}

TEST(VersionIds, are_ordered_by_their_sequence_and_valid_only_in_their_form) {
    SeededEntropy entropy(1);
    std::string earlier = new_version_id(1'790'000'000'000ull << 16, entropy),
                later = new_version_id((1'790'000'000'000ull << 16) + 1, entropy);
    EXPECT_LT(later, earlier);
    EXPECT_TRUE(valid_version_id(earlier));
    EXPECT_TRUE(valid_version_id("null"));
    for (const std::string& bad : {std::string(), std::string("NULL"), earlier + "a", earlier.substr(1),
                                   earlier.substr(1) + "/", earlier.substr(1) + std::string(1, '\0')})
        EXPECT_FALSE(valid_version_id(bad)) << bad;
    ObjectRow null;
    null.modified_ms = 1'790'000'000'000;
    EXPECT_LT(place_of(null), earlier) << "comes before an id of its sequence";
    null.sequence = (1'790'000'000'000ull << 16) + 2;
    EXPECT_LT(place_of(null), later);
    EXPECT_EQ(next_sequence(&null, 1'789'999'999'000), null.sequence + 1);
    EXPECT_EQ(next_sequence(&null, 1'790'000'000'001), 1'790'000'000'001ull << 16);
}

}  // namespace
}  // namespace sekisho::s3::test
