// A random sequence of operations with versions agrees with a simple model of what AWS documents.
#include <algorithm>
#include <map>
#include <random>

#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/rows.h"

namespace sekisho::s3::test {
namespace {

struct Version {
    std::string id;  // "null" for the null version
    bool marker = false;
    std::string body;
    std::string tag;
    bool operator==(const Version&) const = default;
};

// Newest first.
using Versions = std::vector<Version>;

class Model {
   public:
    std::string status;  // "", "Enabled", "Suspended"
    std::map<std::string, Versions> keys;

    const Version* find(const std::string& key, const std::string& id) const {
        auto at = keys.find(key);
        if (at == keys.end()) return nullptr;
        for (const Version& version : at->second)
            if (id.empty() || version.id == id) return &version;
        return nullptr;
    }
    void add(const std::string& key, Version version) {
        Versions& all = keys[key];
        if (version.id == "null") std::erase_if(all, [](const Version& one) { return one.id == "null"; });
        all.insert(all.begin(), std::move(version));
    }
    void remove(const std::string& key, const std::string& id) {
        auto at = keys.find(key);
        if (at == keys.end()) return;
        std::erase_if(at->second, [&](const Version& one) { return one.id == id; });
        if (at->second.empty()) keys.erase(at);
    }
};

struct Listed {
    std::string key, id;
    bool marker = false, latest = false;
    bool operator==(const Listed&) const = default;
    friend void PrintTo(const Listed& one, std::ostream* out) {
        *out << one.key << ' ' << one.id << (one.marker ? " marker" : "") << (one.latest ? " latest" : "");
    }
};

// <Version> and <DeleteMarker> elements in their order.
std::vector<Listed> entries_of(const std::string& document) {
    std::vector<Listed> found;
    for (std::size_t at = 0;;) {
        std::size_t version = document.find("<Version>", at), marker = document.find("<DeleteMarker>", at);
        std::size_t next = std::min(version, marker);
        if (next == std::string::npos) return found;
        Answer part;
        part.body = document.substr(next, document.find(next == version ? "</Version>" : "</DeleteMarker>", next) - next);
        found.push_back({part.element("Key"), part.element("VersionId"), next == marker, part.element("IsLatest") == "true"});
        at = next + 1;
    }
}

class VersionsAgainstModel : public testing::TestWithParam<int> {
   protected:
    void SetUp() override { w.make_bucket("demo-bucket"); }

    unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }
    std::string some_key() { return keys[below(static_cast<unsigned>(keys.size()))]; }
    // One that is there, mostly.
    std::string some_version(const std::string& key) {
        auto at = model.keys.find(key);
        if (at == model.keys.end() || below(10) == 0) return below(2) ? "null" : absent;
        return at->second[below(static_cast<unsigned>(at->second.size()))].id;
    }
    // Larger ones are blobs.
    std::string some_body() { return std::string(below(4) == 0 ? 20'000 + below(100) : below(50), 'a' + below(26)) + "."; }
    static std::string path(const std::string& key) { return "/demo-bucket/" + percent_encode(key, true); }

    void step() {
        const std::string key = some_key();
        const unsigned what = below(100);
        if (what < 4) {
            set_versioning(below(2) ? "Enabled" : "Suspended");
        } else if (what < 34) {
            std::string body = some_body();
            Answer put = w.put(path(key), body);
            ASSERT_EQ(put.status, 200) << put.body;
            added(key, put.header("x-amz-version-id"), {"", false, body, ""});
        } else if (what < 42) {
            const std::string from = some_key();
            const bool named = below(2);
            const std::string id = named ? some_version(from) : "";
            const Version* source = model.find(from, id);
            const bool to_itself = from == key && !(named && !model.status.empty());
            Answer copy =
                w.put(path(key), "",
                      {{"x-amz-copy-source", "demo-bucket/" + percent_encode(from, true) + (named ? "?versionId=" + id : "")}});
            ASSERT_EQ(copy.status == 200, source && !source->marker && !to_itself) << copy.body;
            if (copy.status == 200) added(key, copy.header("x-amz-version-id"), {"", false, source->body, source->tag});
        } else if (what < 50) {
            multipart(key);
        } else if (what < 62) {
            Answer removed = w.remove(path(key));
            ASSERT_EQ(removed.status, 204);
            if (model.status.empty())
                model.remove(key, "null");
            else
                model.add(key, marker(removed.header("x-amz-version-id")));
            EXPECT_EQ(removed.header("x-amz-delete-marker"), model.status.empty() ? "" : "true");
        } else if (what < 74) {
            const std::string id = some_version(key);
            const Version* there = model.find(key, id);
            Answer removed = w.remove(path(key) + "?versionId=" + id);
            ASSERT_EQ(removed.status, 204) << removed.body;
            EXPECT_EQ(removed.header("x-amz-version-id"), id);
            EXPECT_EQ(removed.header("x-amz-delete-marker"), there && there->marker ? "true" : "");
            model.remove(key, id);
        } else if (what < 80) {
            remove_many();
        } else if (what < 86) {
            tag(key);
        } else {
            read(key, below(2) ? "" : some_version(key));
        }
        w.clock.advance(std::chrono::milliseconds(below(3)));
    }

    void set_versioning(const std::string& status) {
        Answer set = w.put("/demo-bucket?versioning",
                           "<VersioningConfiguration><Status>" + status + "</Status></VersioningConfiguration>");
        ASSERT_EQ(set.status, 200) << set.body;
        model.status = status;
    }
    Version marker(std::string id) {
        EXPECT_EQ(id == "null", model.status == "Suspended");
        return {std::move(id), true, "", ""};
    }
    void added(const std::string& key, std::string id, Version version) {
        EXPECT_EQ(id.empty(), model.status != "Enabled");
        version.id = id.empty() ? "null" : std::move(id);
        if (model.status.empty()) model.keys.erase(key);
        model.add(key, std::move(version));
    }
    void multipart(const std::string& key) {
        std::string upload = w.post(path(key) + "?uploads").element("UploadId"), body = some_body();
        std::string etag = w.put(path(key) + "?partNumber=1&uploadId=" + upload, body).header("ETag");
        Answer done =
            w.post(path(key) + "?uploadId=" + upload, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" + etag +
                                                          "</ETag></Part></CompleteMultipartUpload>");
        ASSERT_EQ(done.status, 200) << done.body;
        added(key, done.header("x-amz-version-id"), {"", false, body, ""});
    }
    void remove_many() {
        std::string body = "<Delete>";
        std::vector<std::pair<std::string, std::string>> items;
        for (unsigned n = 1 + below(6); n > 0; --n) {
            const std::string key = some_key(), id = below(2) ? some_version(key) : "";
            items.emplace_back(key, id);
            body += "<Object><Key>" + key + "</Key>" + (id.empty() ? "" : "<VersionId>" + id + "</VersionId>") + "</Object>";
        }
        authn::Digest md5(authn::Digest::Kind::md5);
        body += "</Delete>";
        md5.update(body);
        Answer answer = w.post("/demo-bucket?delete", body, {{"Content-MD5", to_base64(md5.finish())}});
        std::vector<std::string> deleted = answer.elements("Deleted");
        ASSERT_EQ(deleted.size(), items.size()) << answer.body;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto& [key, id] = items[i];
            Answer one;
            one.body = deleted[i];
            EXPECT_EQ(one.element("Key"), key);
            EXPECT_EQ(one.element("VersionId"), id);
            const Version* there = id.empty() ? nullptr : model.find(key, id);
            const bool tells = id.empty() ? !model.status.empty() : there && there->marker;
            EXPECT_EQ(one.element("DeleteMarker"), tells ? "true" : "") << deleted[i];
            if (!id.empty())
                model.remove(key, id);
            else if (model.status.empty())
                model.remove(key, "null");
            else
                model.add(key, marker(one.element("DeleteMarkerVersionId")));
        }
    }
    void tag(const std::string& key) {
        const std::string id = below(2) ? "" : some_version(key), value = std::to_string(below(1000));
        const Version* there = model.find(key, id);
        Answer set = w.put(path(key) + "?tagging" + (id.empty() ? "" : "&versionId=" + id),
                           "<Tagging><TagSet><Tag><Key>t</Key><Value>" + value + "</Value></Tag></TagSet></Tagging>");
        ASSERT_EQ(set.status == 200, there && !there->marker) << set.body;
        if (set.status == 200) const_cast<Version*>(there)->tag = value;
    }
    void read(const std::string& key, const std::string& id) {
        const Version* there = model.find(key, id);
        const std::string target = path(key) + (id.empty() ? "" : "?versionId=" + id);
        Answer got = w.get(target), head = w.head(target);
        EXPECT_EQ(got.status, head.status);
        EXPECT_EQ(got.header("x-amz-version-id"), head.header("x-amz-version-id"));
        if (!there) {
            EXPECT_EQ(got.code(), id.empty() ? "NoSuchKey" : "NoSuchVersion");
            EXPECT_EQ(got.header("x-amz-delete-marker"), "");
        } else if (there->marker) {
            EXPECT_EQ(got.code(), id.empty() ? "NoSuchKey" : "MethodNotAllowed");
            EXPECT_EQ(got.header("x-amz-delete-marker"), "true");
            EXPECT_EQ(got.header("x-amz-version-id"), there->id);
        } else {
            EXPECT_EQ(got.status, 200);
            EXPECT_TRUE(got.body == there->body);
            EXPECT_EQ(got.header("x-amz-version-id"), model.status.empty() ? "" : there->id);
            EXPECT_EQ(w.get(path(key) + "?tagging" + (id.empty() ? "" : "&versionId=" + id)).element("Value"), there->tag);
        }
    }

    void compare_all() {
        std::vector<Listed> expected;
        std::vector<std::string> current;
        std::size_t blobs = 0;
        for (const auto& [key, versions] : model.keys) {
            if (!versions.front().marker) current.push_back(key);
            for (const Version& version : versions) {
                expected.push_back({key, version.id, version.marker, &version == &versions.front()});
                blobs += version.body.size() > inline_bytes_max;
            }
        }
        std::vector<Listed> paged;
        std::string from;
        const std::string size = std::to_string(1 + below(7));
        for (;;) {
            Answer page = w.get("/demo-bucket?versions&max-keys=" + size + from);
            ASSERT_EQ(page.status, 200) << page.body;
            ASSERT_LE(paged.size(), expected.size());
            for (Listed& one : entries_of(page.body)) paged.push_back(std::move(one));
            if (page.element("IsTruncated") != "true") break;
            from = "&key-marker=" + percent_encode(page.element("NextKeyMarker"), true) +
                   "&version-id-marker=" + page.element("NextVersionIdMarker");
        }
        ASSERT_EQ(paged, expected);
        EXPECT_EQ(w.get("/demo-bucket?list-type=2").elements("Key"), current);
        EXPECT_GE(w.blobs(), blobs) << "parts of a multipart upload are blobs, too, however small";
        for (const auto& [key, versions] : model.keys) {
            read(key, "");
            for (const Version& version : versions) read(key, version.id);
        }
    }

    World w{GetParam() % 3 + 1};
    Model model;
    std::mt19937 random{static_cast<unsigned>(GetParam()) * 104'729u + 7u};
    const std::vector<std::string> keys{"a", "a/", "a/b", "a!", "b", "\xc3\xa9"};
    const std::string absent = std::string(32, 'z');
};

TEST_P(VersionsAgainstModel, a_random_sequence_of_operations_with_versions_agrees_with_a_simple_model) {
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 25; ++i) {
            step();
            if (HasFatalFailure()) FAIL() << "round " << round << ", step " << i;
        }
        compare_all();
        if (HasFailure()) FAIL() << "round " << round;
    }
    // Nothing is left of what is deleted.
    for (int left = 100'000; !model.keys.empty(); --left) {
        ASSERT_GT(left, 0);
        const std::string key = model.keys.begin()->first, id = some_version(key);
        ASSERT_EQ(w.remove(path(key) + "?versionId=" + id).status, 204);
        model.remove(key, id);
    }
    EXPECT_EQ(w.blobs(), 0u);
    EXPECT_EQ(w.remove("/demo-bucket").status, 204);
}
INSTANTIATE_TEST_SUITE_P(Seeds, VersionsAgainstModel, testing::Range(0, 16));

}  // namespace
}  // namespace sekisho::s3::test
