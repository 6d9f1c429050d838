// The pure parts: names, ranges, conditions, dispatch, documents.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "services/s3/byte_range.h"
#include "services/s3/conditions.h"
#include "services/s3/copy_source.h"
#include "services/s3/delete_request.h"
#include "services/s3/dispatch.h"
#include "services/s3/multipart.h"
#include "services/s3/names.h"
#include "services/s3/tags.h"

namespace sekisho::s3 {
namespace {

TEST(BucketName, follows_the_rules_of_general_purpose_buckets) {
    for (const char* good :
         {"abc", "my-bucket", "a.b.c", "123", "0123456789-0123456789-0123456789-0123456789-0123456789-12345678"})
        EXPECT_TRUE(valid_bucket_name(good)) << good;
    for (const char* bad : {"",
                            "ab",
                            "Abc",
                            "a_b",
                            "-abc",
                            "abc-",
                            ".abc",
                            "abc.",
                            "a..b",
                            "192.168.5.4",
                            "xn--abc",
                            "sthree-x",
                            "amzn-s3-demo-x",
                            "abc-s3alias",
                            "abc--ol-s3",
                            "abc--x-s3",
                            "abc.mrap",
                            "abc--table-s3",
                            "b\xc3\xbc"
                            "cket",
                            "0123456789-0123456789-0123456789-0123456789-0123456789-123456789"})
        EXPECT_FALSE(valid_bucket_name(bad)) << bad;
}

TEST(Host, tells_bucket_and_region) {
    const std::vector<std::string> suffixes{"localhost", "s3.example.com"};
    auto host = [&](std::string_view text) {
        HostName name = parse_host(text, suffixes);
        return name.bucket + "@" + name.region.value_or("?");
    };
    EXPECT_EQ(host("s3.amazonaws.com"), "@");
    EXPECT_EQ(host("b.s3.amazonaws.com"), "b@");
    EXPECT_EQ(host("s3.eu-west-1.amazonaws.com:443"), "@eu-west-1");
    EXPECT_EQ(host("My.Bucket.s3.eu-west-1.amazonaws.com"), "my.bucket@eu-west-1");
    EXPECT_EQ(host("b.s3-eu-west-1.amazonaws.com"), "b@eu-west-1");
    EXPECT_EQ(host("b.s3.dualstack.us-west-2.amazonaws.com"), "b@us-west-2");
    EXPECT_EQ(host("ec2.us-west-2.amazonaws.com"), "@?");
    EXPECT_EQ(host("127.0.0.1:4566"), "@?");
    EXPECT_EQ(host("[::1]:4566"), "@?");
    EXPECT_EQ(host("localhost:4566"), "@?");
    EXPECT_EQ(host("b.localhost:4566"), "b@?");
    EXPECT_EQ(host("a.b.s3.example.com"), "a.b@?");
    EXPECT_EQ(host("s3.example.com"), "@?");
    EXPECT_EQ(host(""), "@?");
}

TEST(Key, is_utf8_of_at_most_1024_bytes_without_nul) {
    EXPECT_TRUE(check_key(std::string(1024, 'k')));
    EXPECT_EQ(check_key(std::string(1025, 'k')).error().code, "KeyTooLongError");
    EXPECT_EQ(check_key("\xff").error().code, "InvalidURI");
    EXPECT_EQ(check_key(std::string_view("a\0b", 3)).error().code, "InvalidURI");
}

TEST(Range, is_one_range_or_the_whole) {
    auto range = [](std::string_view header, std::uint64_t size) -> std::string {
        auto parsed = parse_range(header, size);
        if (!parsed) return parsed.error().code;
        if (!*parsed) return "whole";
        return content_range(**parsed, size);
    };
    EXPECT_EQ(range("bytes=0-0", 10), "bytes 0-0/10");
    EXPECT_EQ(range("bytes=2-5", 10), "bytes 2-5/10");
    EXPECT_EQ(range("bytes=2-", 10), "bytes 2-9/10");
    EXPECT_EQ(range("bytes=2-99", 10), "bytes 2-9/10");
    EXPECT_EQ(range("bytes=-3", 10), "bytes 7-9/10");
    EXPECT_EQ(range("bytes=-30", 10), "bytes 0-9/10");
    EXPECT_EQ(range("bytes=-0", 10), "InvalidRange");
    EXPECT_EQ(range("bytes=10-", 10), "InvalidRange");
    EXPECT_EQ(range("bytes=0-0", 0), "InvalidRange");
    EXPECT_EQ(range("bytes=-1", 0), "InvalidRange");
    EXPECT_EQ(range("bytes=5-2", 10), "whole");
    EXPECT_EQ(range("bytes=0-1,3-4", 10), "whole");
    EXPECT_EQ(range("lines=0-1", 10), "whole");
    EXPECT_EQ(range("bytes=x-1", 10), "whole");
    EXPECT_EQ(range("bytes=18446744073709551615-", 10), "InvalidRange");
    EXPECT_EQ(range("bytes=99999999999999999999-", 10), "whole");
}

TEST(CopyRange, must_lie_in_the_source) {
    EXPECT_EQ(*parse_copy_range("bytes=0-9", 10), (ByteRange{0, 10}));
    EXPECT_EQ(*parse_copy_range("bytes=3-3", 10), (ByteRange{3, 1}));
    for (const char* bad : {"bytes=0-10", "bytes=5-", "bytes=-5", "0-5", "bytes=6-5", "bytes=0-5,6-7"})
        EXPECT_EQ(parse_copy_range(bad, 10).error().code, "InvalidArgument") << bad;
}

// RFC 9110 13.2.2 as S3 documents it for GetObject: If-Match outweighs If-Unmodified-Since, If-None-Match If-Modified-Since.
TEST(Conditions, are_judged_in_S3s_order) {
    constexpr std::int64_t modified = 1'790'000'000'500;
    const std::string before = http_date(from_epoch_millis(modified - 5000)), same = http_date(from_epoch_millis(modified)),
                      after = http_date(from_epoch_millis(modified + 5000));
    struct Case {
        std::vector<std::pair<std::string, std::string>> headers;
        Verdict verdict;
    };
    const Case cases[] = {
        {{}, Verdict::proceed},
        {{{"If-Match", "\"e\""}}, Verdict::proceed},
        {{{"If-Match", "e"}}, Verdict::proceed},
        {{{"If-Match", "*"}}, Verdict::proceed},
        {{{"If-Match", "\"x\", \"e\""}}, Verdict::proceed},
        {{{"If-Match", "\"x\""}}, Verdict::failed},
        {{{"If-None-Match", "\"e\""}}, Verdict::not_modified},
        {{{"If-None-Match", "W/\"e\""}}, Verdict::not_modified},
        {{{"If-None-Match", "*"}}, Verdict::not_modified},
        {{{"If-None-Match", "\"x\""}}, Verdict::proceed},
        {{{"If-Modified-Since", before}}, Verdict::proceed},
        {{{"If-Modified-Since", same}}, Verdict::not_modified},
        {{{"If-Modified-Since", after}}, Verdict::not_modified},
        {{{"If-Modified-Since", "yesterday"}}, Verdict::proceed},
        {{{"If-Unmodified-Since", before}}, Verdict::failed},
        {{{"If-Unmodified-Since", same}}, Verdict::proceed},
        {{{"If-Match", "\"e\""}, {"If-Unmodified-Since", before}}, Verdict::proceed},
        {{{"If-Match", "\"x\""}, {"If-Unmodified-Since", after}}, Verdict::failed},
        {{{"If-None-Match", "\"e\""}, {"If-Modified-Since", before}}, Verdict::not_modified},
        {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", after}}, Verdict::proceed},
        {{{"If-Match", "\"x\""}, {"If-None-Match", "\"e\""}}, Verdict::failed},
    };
    for (const Case& one : cases) {
        http::Headers headers;
        std::string shown;
        for (const auto& [name, value] : one.headers) {
            headers.add(name, value);
            shown += name + ": " + value + "; ";
        }
        EXPECT_EQ(judge(parse_conditions(headers), "e", modified).verdict, one.verdict) << shown;
    }
}

std::string operation(Level level, std::string method, std::string query, std::vector<std::string> headers = {}) {
    http::Request request;
    request.method = std::move(method);
    for (std::string& name : headers) request.headers.add(std::move(name), "value");
    auto found = operation_of(level, request, *wire::Params::parse(query, true));
    return found ? std::string(*found) : found.error().code;
}

TEST(Dispatch, finds_the_operation_by_method_query_and_headers) {
    EXPECT_EQ(operation(Level::service, "GET", ""), "ListBuckets");
    EXPECT_EQ(operation(Level::service, "POST", ""), "MethodNotAllowed");
    EXPECT_EQ(operation(Level::bucket, "GET", ""), "ListObjects");
    EXPECT_EQ(operation(Level::bucket, "GET", "list-type=2&prefix=a"), "ListObjectsV2");
    EXPECT_EQ(operation(Level::bucket, "GET", "versions"), "ListObjectVersions");
    EXPECT_EQ(operation(Level::bucket, "GET", "uploads="), "ListMultipartUploads");
    EXPECT_EQ(operation(Level::bucket, "GET", "policy&x-id=GetBucketPolicy"), "GetBucketPolicy");
    EXPECT_EQ(operation(Level::bucket, "GET", "acl&policy"), "InvalidArgument");
    EXPECT_EQ(operation(Level::bucket, "GET", "analytics"), "ListBucketAnalyticsConfigurations");
    EXPECT_EQ(operation(Level::bucket, "GET", "analytics&id=x"), "GetBucketAnalyticsConfiguration");
    EXPECT_EQ(operation(Level::bucket, "PUT", ""), "CreateBucket");
    EXPECT_EQ(operation(Level::bucket, "PUT", "versioning"), "PutBucketVersioning");
    EXPECT_EQ(operation(Level::bucket, "PUT", "location"), "MethodNotAllowed");
    EXPECT_EQ(operation(Level::bucket, "POST", "delete"), "DeleteObjects");
    EXPECT_EQ(operation(Level::bucket, "POST", ""), "PostObject");
    EXPECT_EQ(operation(Level::bucket, "PATCH", ""), "MethodNotAllowed");
    EXPECT_EQ(operation(Level::object, "GET", "x-id=GetObject"), "GetObject");
    EXPECT_EQ(operation(Level::object, "GET", "partNumber=2"), "GetObject");
    EXPECT_EQ(operation(Level::object, "GET", "uploadId=u"), "ListParts");
    EXPECT_EQ(operation(Level::object, "GET", "torrent"), "NotImplemented");
    EXPECT_EQ(operation(Level::object, "PUT", ""), "PutObject");
    EXPECT_EQ(operation(Level::object, "PUT", "", {"x-amz-copy-source"}), "CopyObject");
    EXPECT_EQ(operation(Level::object, "PUT", "partNumber=1&uploadId=u"), "UploadPart");
    EXPECT_EQ(operation(Level::object, "PUT", "partNumber=1&uploadId=u", {"X-Amz-Copy-Source"}), "UploadPartCopy");
    EXPECT_EQ(operation(Level::object, "PUT", "uploadId=u"), "InvalidArgument");
    EXPECT_EQ(operation(Level::object, "POST", "uploads"), "CreateMultipartUpload");
    EXPECT_EQ(operation(Level::object, "POST", "uploadId=u"), "CompleteMultipartUpload");
    EXPECT_EQ(operation(Level::object, "POST", "select&select-type=2"), "NotImplemented");
    EXPECT_EQ(operation(Level::object, "POST", "restore"), "NotImplemented");
    EXPECT_EQ(operation(Level::object, "POST", ""), "MethodNotAllowed");
    EXPECT_EQ(operation(Level::object, "DELETE", "uploadId=u"), "AbortMultipartUpload");
    EXPECT_EQ(operation(Level::object, "DELETE", "tagging"), "DeleteObjectTagging");
    EXPECT_EQ(operation(Level::object, "HEAD", ""), "HeadObject");
}

TEST(DeleteDocument, names_one_to_a_thousand_objects) {
    auto parsed = parse_delete_request(
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a &amp; b</Key></Object>"
        "<Object><Key> </Key><VersionId>null</VersionId></Object><Quiet>true</Quiet></Delete>");
    ASSERT_TRUE(parsed);
    EXPECT_TRUE(parsed->quiet);
    ASSERT_EQ(parsed->items.size(), 2u);
    EXPECT_EQ(parsed->items[0].key, "a & b");
    EXPECT_EQ(parsed->items[1].key, " ");
    EXPECT_EQ(parsed->items[1].version, "null");

    std::string many = "<Delete>";
    for (int i = 0; i < 1000; ++i) many += "<Object><Key>k</Key></Object>";
    EXPECT_TRUE(parse_delete_request(many + "</Delete>"));
    EXPECT_FALSE(parse_delete_request(many + "<Object><Key>k</Key></Object></Delete>"));
    for (const char* bad : {"", "x", "<Delete/>", "<Delete></Delete>", "<Other><Object><Key>k</Key></Object></Other>",
                            "<Delete><Object></Object></Delete>", "<Delete><Object><Key/></Object></Delete>",
                            "<!DOCTYPE d [<!ENTITY a \"aaaa\">]><Delete><Object><Key>&a;</Key></Object></Delete>",
                            "<Delete><Object><Key>\xff</Key></Object></Delete>"})
        EXPECT_EQ(parse_delete_request(bad).error().code, "MalformedXML") << bad;
}

TEST(Document, that_is_nested_too_deeply_is_refused) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<a>";
    for (int i = 0; i < 100'000; ++i) deep += "</a>";
    EXPECT_FALSE(parse_delete_request("<Delete>" + deep + "</Delete>"));
}

TEST(CompleteDocument, lists_parts_with_tags_and_checksums) {
    auto parsed = parse_complete_request(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"abc\"</ETag>"
        "<ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part><Part><ETag>&quot;def&quot;</ETag><PartNumber>7</PartNumber></Part>"
        "</CompleteMultipartUpload>");
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->size(), 2u);
    EXPECT_EQ((*parsed)[0].etag, "abc");
    EXPECT_EQ((*parsed)[0].checksum->raw, std::string(4, '\0'));
    EXPECT_EQ((*parsed)[1].etag, "def");
    EXPECT_EQ((*parsed)[1].number, 7);
    EXPECT_EQ(parse_complete_request("<CompleteMultipartUpload/>").error().code, "MalformedXML");
    EXPECT_EQ(parse_complete_request("<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>e</ETag></Part>"
                                     "</CompleteMultipartUpload>")
                  .error()
                  .code,
              "InvalidArgument");
}

TEST(TaggingHeader, is_a_query_string_of_at_most_ten_tags) {
    EXPECT_THAT(*parse_tagging_header("a=1&b=x%20y&c="),
                testing::ElementsAre(testing::Pair("a", "1"), testing::Pair("b", "x y"), testing::Pair("c", "")));
    EXPECT_EQ(parse_tagging_header("a=1&a=2").error().code, "InvalidTag");
    EXPECT_EQ(parse_tagging_header("aws:x=1").error().code, "InvalidTag");
    EXPECT_EQ(parse_tagging_header("a=%01").error().code, "InvalidTag");
    EXPECT_EQ(parse_tagging_header("=1").error().code, "InvalidArgument");
    EXPECT_EQ(parse_tagging_header("a=%zz").error().code, "InvalidArgument");
    EXPECT_EQ(parse_tagging_header(std::string(129, 'k') + "=1").error().code, "InvalidTag");
    EXPECT_EQ(parse_tagging_header("k=" + std::string(257, 'v')).error().code, "InvalidTag");
    EXPECT_EQ(parse_tagging_header("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1").error().code, "BadRequest");
}

TEST(CopySourceHeader, names_bucket_and_key) {
    auto source = [](std::string_view header) {
        auto parsed = parse_copy_source(header);
        return parsed ? parsed->bucket + "|" + parsed->key + "|" + parsed->version.value_or("") : parsed.error().code;
    };
    EXPECT_EQ(source("/b/k"), "b|k|");
    EXPECT_EQ(source("b/dir/k%20x"), "b|dir/k x|");
    EXPECT_EQ(source("b/a%3FversionId=z"), "b|a?versionId=z|");
    EXPECT_EQ(source("b/k?versionId=null"), "b|k|null");
    EXPECT_EQ(source("b/k?versionId=abc"), "InvalidArgument");
    EXPECT_EQ(source("b"), "InvalidArgument");
    EXPECT_EQ(source("b/"), "InvalidArgument");
    EXPECT_EQ(source("//k"), "InvalidArgument");
    EXPECT_EQ(source("b/%zz"), "InvalidArgument");
    EXPECT_EQ(source("arn:aws:s3:us-east-1:123456789012:accesspoint/a/object/dir/k"),
              "arn:aws:s3:us-east-1:123456789012:accesspoint/a|dir/k|");
    EXPECT_EQ(source("arn:aws:s3:us-east-1:123456789012:accesspoint/a"), "InvalidArgument");
}

}  // namespace
}  // namespace sekisho::s3
