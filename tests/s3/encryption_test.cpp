// Encryption at rest and what requests and replies say of it: SSE-S3, SSE-C, the buckets' settings, master keys and rotation.
#include "authn/digest.h"
#include "base/bytes.h"
#include "base/loop.h"
#include "base/result.h"
#include "s3/support.h"
#include "services/s3/master_key_use.h"
#include "services/s3/proof.h"
#include "store/encryption/chunks.h"

namespace sekisho::s3::test {
namespace {

const std::string small = "attack at dawn, attack at dawn";
std::string large() {
    std::string bytes;
    while (bytes.size() < 300'000) bytes += "plaintext " + std::to_string(bytes.size()) + " ";
    return bytes;
}
constexpr std::string_view sse = "x-amz-server-side-encryption";
constexpr std::string_view sse_c = "x-amz-server-side-encryption-customer-algorithm";

std::string md5_of(std::string_view bytes) {
    authn::Digest digest(authn::Digest::Kind::md5);
    digest.update(bytes);
    return digest.finish();
}

const std::string key_1 = "customer key of 32 bytes, mine !", key_2 = "customer key of 32 bytes, other!";
Fields customer(const std::string& key, bool source = false) {
    const std::string start = std::string(source ? "x-amz-copy-source-" : "x-amz-") + "server-side-encryption-customer-";
    return {{start + "algorithm", "AES256"}, {start + "key", to_base64(key)}, {start + "key-MD5", to_base64(md5_of(key))}};
}
Fields operator+(Fields a, const Fields& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// Everything that lies on disk: rows' values of the bucket's shard, and blobs.
std::string on_disk(World& world, const std::string& bucket = "box") {
    std::string all;
    store::Range range;
    for (store::Row& row : sync_wait(world.tables->scan(partition_of_shard(*world.s3.find_bucket(bucket), 0), range)))
        all += row.value;
    std::vector<store::BlobId> ids;
    std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& id) { ids.push_back(id); };
    sync_wait(world.objects->for_each(visit));
    for (const store::BlobId& id : ids) {
        auto reader = sync_wait(world.objects->open(id));
        all += sync_wait(reader->read(0, store::read_bytes_max));
    }
    return all;
}

TEST(Encryption, objects_small_and_large_come_back_and_their_bytes_are_not_on_disk) {
    World world;
    world.make_bucket("box");
    for (const std::string& body : {std::string(), small, large()}) {
        Answer put = world.put("/box/k", body);
        EXPECT_EQ(put.status, 200) << put.body;
        EXPECT_EQ(put.header(sse), "AES256");
        EXPECT_EQ(put.header("ETag"), "\"" + to_hex(md5_of(body)) + "\"");
        Answer got = world.get("/box/k");
        EXPECT_TRUE(got.body == body);
        EXPECT_EQ(got.header(sse), "AES256");
        Answer head = world.head("/box/k");
        EXPECT_EQ(head.header(sse), "AES256");
        EXPECT_EQ(head.header("Content-Length"), std::to_string(body.size()));
        const std::string disk = on_disk(world);
        EXPECT_EQ(disk.find("attack at"), std::string::npos);
        EXPECT_EQ(disk.find("plaintext"), std::string::npos);
    }
    EXPECT_EQ(world.get("/box").header(sse), "");
    EXPECT_EQ(world.put("/box/k", small, {{std::string(sse), "AES256"}}).header(sse), "AES256");
}

TEST(Encryption, ranges_across_the_edges_of_chunks_are_those_of_the_object) {
    World world;
    world.make_bucket("box");
    const std::string body = large();
    world.put("/box/k", body);
    world.put("/box/small", small);
    for (auto [from, to] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {65535, 65536}, {65536, 131071}, {1, 299'999}, {131'000, 262'200}, {body.size() - 1, body.size() - 1}}) {
        Answer got = world.get("/box/k", {{"Range", fmt::format("bytes={}-{}", from, to)}});
        EXPECT_EQ(got.status, 206);
        EXPECT_TRUE(got.body == body.substr(from, to - from + 1)) << from;
    }
    EXPECT_EQ(world.get("/box/small", {{"Range", "bytes=7-8"}}).body, small.substr(7, 2));
}

TEST(Encryption, a_changed_byte_of_a_blob_is_an_error_and_no_byte_of_its_chunk_is_sent) {
    World world;
    world.make_bucket("box");
    const std::string body = large();
    world.put("/box/k", body);
    store::BlobId id;
    std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& found) { id = found; };
    sync_wait(world.objects->for_each(visit));
    std::string bytes = sync_wait(sync_wait(world.objects->open(id))->read(0, store::read_bytes_max));
    bytes[store::sealed_chunk_bytes + 5] ^= 1;
    sync_wait(world.objects->erase(id));
    auto writer = world.objects->create(id);
    sync_wait(writer->append(bytes));
    sync_wait(writer->seal());
    EXPECT_TRUE(world.get("/box/k", {{"Range", "bytes=0-65535"}}).body == body.substr(0, 65536));
    EXPECT_THROW(world.get("/box/k"), Fault);
    EXPECT_THROW(world.get("/box/k", {{"Range", "bytes=70000-70000"}}), Fault);
    EXPECT_THROW(world.put("/box/copy", "", {{"x-amz-copy-source", "/box/k"}}), Fault);
}

TEST(Encryption, a_changed_byte_of_a_plain_object_is_not_copied) {
    World world(settings_of(1, 0));
    world.make_bucket("box");
    world.put("/box/k", large());
    EXPECT_EQ(world.put("/box/copy", "", {{"x-amz-copy-source", "/box/k"}}).status, 200);
    world.remove("/box/copy");
    store::BlobId id;
    std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& found) { id = found; };
    sync_wait(world.objects->for_each(visit));
    std::string bytes = large();
    bytes[100] ^= 1;
    sync_wait(world.objects->erase(id));
    auto writer = world.objects->create(id);
    sync_wait(writer->append(bytes));
    sync_wait(writer->seal());
    EXPECT_THROW(world.put("/box/copy", "", {{"x-amz-copy-source", "/box/k"}}), Fault);
    EXPECT_EQ(world.get("/box/copy").code(), "NoSuchKey");
}

TEST(Encryption, an_object_is_proved_by_reading_it_whole) {
    for (int keys : {0, 1}) {
        World world(settings_of(1, keys));
        world.make_bucket("box");
        BucketPtr bucket = world.s3.find_bucket("box");
        auto proof = [&](std::string key) {
            auto found = std::make_shared<Found>(*sync_wait(find_object(world.s3, bucket, key)));
            return sync_wait(prove(world.s3, Target{bucket, key, found}));
        };
        world.put("/box/small", small);
        world.put("/box/k", large());
        EXPECT_EQ(proof("small"), Proof::whole);
        EXPECT_EQ(proof("k"), Proof::whole);
        store::BlobId id;
        std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& found) { id = found; };
        sync_wait(world.objects->for_each(visit));
        std::string bytes = sync_wait(sync_wait(world.objects->open(id))->read(0, store::read_bytes_max));
        bytes[200'000] ^= 1;
        sync_wait(world.objects->erase(id));
        EXPECT_EQ(proof("k"), Proof::broken) << "its blob is gone";
        auto writer = world.objects->create(id);
        sync_wait(writer->append(bytes));
        sync_wait(writer->seal());
        EXPECT_EQ(proof("k"), Proof::broken) << "a bit of its blob is another";
        world.tls = true;
        world.put("/box/c", small, customer(key_1));
        EXPECT_EQ(proof("c"), Proof::not_known);
    }
}

TEST(Encryption, rows_that_changed_places_do_not_give_another_objects_bytes) {
    World world;
    world.make_bucket("box");
    world.put("/box/mine", small);
    world.put("/box/other", "another secret");
    const std::string partition = partition_of_shard(*world.s3.find_bucket("box"), 0);
    std::optional<std::string> row = sync_wait(world.tables->get(partition, object_row_key("other")));
    store::Commit commit;
    commit.partition = partition;
    commit.put(object_row_key("mine"), *row);
    sync_wait(world.tables->commit(std::move(commit)));
    EXPECT_THROW(world.get("/box/mine"), Fault);
    EXPECT_EQ(world.get("/box/other").body, "another secret");
}

TEST(Encryption, parts_are_encrypted_and_completing_an_upload_rewrites_none) {
    World world;
    world.make_bucket("box");
    Answer created = world.post("/box/k?uploads");
    EXPECT_EQ(created.header(sse), "AES256");
    const std::string id = created.element("UploadId"), first(5 << 20, 'p'), last = large();
    Answer one = world.put("/box/k?partNumber=1&uploadId=" + id, first);
    EXPECT_EQ(one.header(sse), "AES256");
    world.put("/box/source", last);
    Answer two = world.put("/box/k?partNumber=2&uploadId=" + id, "", {{"x-amz-copy-source", "/box/source"}});
    EXPECT_EQ(two.header(sse), "AES256");
    std::vector<store::BlobId> before, after;
    std::function<void(const store::BlobId&)> visit = [&](const store::BlobId& blob) { before.push_back(blob); };
    sync_wait(world.objects->for_each(visit));
    Answer done =
        world.post("/box/k?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                                                one.header("ETag") + "</ETag></Part><Part><PartNumber>2</PartNumber><ETag>" +
                                                two.element("ETag") + "</ETag></Part></CompleteMultipartUpload>");
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.header(sse), "AES256");
    visit = [&](const store::BlobId& blob) { after.push_back(blob); };
    sync_wait(world.objects->for_each(visit));
    EXPECT_EQ(before, after);
    EXPECT_TRUE(world.get("/box/k").body == first + last);
    EXPECT_TRUE(world.get("/box/k", {{"Range", "bytes=5242000-5243000"}}).body == (first + last).substr(5242000, 1001));
    EXPECT_EQ(on_disk(world).find("pppp"), std::string::npos);
}

TEST(Encryption, plain_at_rest_claims_nothing_and_both_kinds_stay_readable) {
    World plain(settings_of(1, 0));
    plain.make_bucket("box");
    Answer put = plain.put("/box/plain", large());
    EXPECT_EQ(put.header(sse), "");
    EXPECT_EQ(plain.get("/box/plain").header(sse), "");
    EXPECT_NE(on_disk(plain).find("plaintext"), std::string::npos);
    Answer refused = plain.put("/box/k", small, {{std::string(sse), "AES256"}});
    EXPECT_EQ(refused.code(), "NotImplemented");
    EXPECT_EQ(plain.get("/box?encryption").code(), "ServerSideEncryptionConfigurationNotFoundError");

    World encrypted(plain, settings_of(1, 1));
    EXPECT_TRUE(encrypted.get("/box/plain").body == large());
    EXPECT_EQ(encrypted.get("/box/plain").header(sse), "");
    EXPECT_EQ(encrypted.put("/box/k", small).header(sse), "AES256");

    Settings off = settings_of(1, 1);
    off.encrypt_at_rest = false;
    World again(encrypted, off);
    EXPECT_EQ(again.get("/box/k").body, small);
    EXPECT_EQ(again.get("/box/k").header(sse), "AES256") << "it is";
    EXPECT_EQ(again.put("/box/k", small).header(sse), "");
    EXPECT_EQ(again.get("/box/k").body, small);
}

TEST(Encryption, a_master_key_that_is_missing_or_wrong_is_found_at_start) {
    World world;
    world.make_bucket("box");
    world.put("/box/k", small);
    EXPECT_THROW(World(world, settings_of(1, 0)), Fault);
    Settings other = settings_of();
    other.master_keys =
        std::make_shared<const store::MasterKeys>(store::MasterKeys::parse(master_keys_text.substr(45), "the second alone"));
    try {
        World(world, other);
        FAIL() << "it started";
    } catch (const Fault& fault) {
        EXPECT_THAT(fault.what(),
                    testing::HasSubstr("encrypted under master key " + world.s3.settings.master_keys->newest().value));
    }
}

TEST(Encryption, rotation_wraps_every_data_key_anew_and_the_older_master_key_is_not_needed_then) {
    World world;
    world.make_bucket("box");
    world.put("/box?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    const std::string version = world.put("/box/k", small).header("x-amz-version-id");
    world.put("/box/k", large());
    const std::string id = world.post("/box/up?uploads").element("UploadId");
    Answer part = world.put("/box/up?partNumber=1&uploadId=" + id, small);
    world.tls = true;
    world.put("/box/customer", small, customer(key_1));

    World rotated(world, settings_of(1, 2));
    EXPECT_EQ(rotated.get("/box/k?versionId=" + version).body, small) << "before anything was wrapped anew";
    EXPECT_EQ(sync_wait(master_keys_in_use(*rotated.tables)).size(), 2u);
    sync_wait(renew_data_keys(rotated.s3));
    EXPECT_EQ(sync_wait(master_keys_in_use(*rotated.tables)), std::vector{rotated.s3.settings.master_keys->newest()});

    Settings newest_only = settings_of();
    newest_only.master_keys =
        std::make_shared<const store::MasterKeys>(store::MasterKeys::parse(master_keys_text.substr(45), "the second alone"));
    World later(rotated, newest_only);
    later.tls = true;
    EXPECT_EQ(later.get("/box/k?versionId=" + version).body, small);
    EXPECT_TRUE(later.get("/box/k").body == large());
    EXPECT_EQ(later.get("/box/customer", customer(key_1)).body, small);
    Answer done = later.post("/box/up?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                                                           part.header("ETag") + "</ETag></Part></CompleteMultipartUpload>");
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(later.get("/box/up").body, small);
}

TEST(Encryption, what_moves_between_rows_while_keys_are_renewed_goes_under_the_newest) {
    World world;
    world.make_bucket("box");
    world.put("/box?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    world.put("/box/k", small);
    const std::string newer = world.put("/box/k", large()).header("x-amz-version-id");
    World rotated(world, settings_of(1, 2));
    // When the older versions are looked for, the one there was has become the newest, whose rows were looked at before.
    rotated.tables->before_scan("v/", [&] { EXPECT_EQ(rotated.remove("/box/k?versionId=" + newer).status, 204); });
    sync_wait(renew_data_keys(rotated.s3));
    const std::string partition = partition_of_shard(*rotated.s3.find_bucket("box"), 0);
    ObjectRow row = decode_object(*sync_wait(rotated.tables->get(partition, object_row_key("k"))));
    EXPECT_EQ(store::master_key_of(row.data_key), rotated.s3.settings.master_keys->newest());
    EXPECT_EQ(rotated.get("/box/k").body, small);
}

TEST(Encryption, methods_that_are_not_built_or_none_are_refused) {
    World world;
    world.make_bucket("box");
    auto with = [&](std::string value, Fields more = {}) {
        return world.put("/box/k", small, Fields{{std::string(sse), std::move(value)}} + more);
    };
    EXPECT_EQ(with("aws:kms").code(), "NotImplemented");
    EXPECT_EQ(with("aws:kms:dsse").code(), "NotImplemented");
    for (std::string none : {"", "aes256", "AES512", "aes:kms"}) {
        Answer refused = with(none);
        EXPECT_EQ(refused.code(), "InvalidArgument") << none;
        EXPECT_EQ(refused.message(), "The encryption method specified is not supported");
    }
    EXPECT_EQ(with("AES256", {{"x-amz-server-side-encryption-aws-kms-key-id", "alias/k"}}).code(), "InvalidArgument");
    EXPECT_EQ(world.get("/box/k").code(), "NoSuchKey") << "nothing was written";
    world.put("/box/k", small);
    Answer read = world.get("/box/k", {{std::string(sse), "AES256"}});
    EXPECT_EQ(read.code(), "InvalidArgument");
    EXPECT_EQ(read.message(), "x-amz-server-side-encryption header is not supported for this operation.");
}

class CustomerKeys : public testing::Test {
   protected:
    CustomerKeys() {
        world.make_bucket("box");
        world.tls = true;
    }
    World world;
};

TEST_F(CustomerKeys, an_object_answers_to_its_key_alone) {
    for (const std::string& body : {small, large()}) {
        Answer put = world.put("/box/k", body, customer(key_1));
        EXPECT_EQ(put.status, 200) << put.body;
        EXPECT_EQ(put.header(sse_c), "AES256");
        EXPECT_EQ(put.header("x-amz-server-side-encryption-customer-key-MD5"), to_base64(md5_of(key_1)));
        EXPECT_EQ(put.header(sse), "");
        EXPECT_NE(put.header("ETag"), "\"" + to_hex(md5_of(body)) + "\"");
        Answer got = world.get("/box/k", customer(key_1));
        EXPECT_TRUE(got.body == body);
        EXPECT_EQ(got.header(sse_c), "AES256");
        EXPECT_EQ(got.header("ETag"), put.header("ETag"));
        EXPECT_EQ(world.head("/box/k", customer(key_1)).status, 200);

        Answer without = world.get("/box/k");
        EXPECT_EQ(without.code(), "InvalidRequest");
        EXPECT_EQ(without.message(),
                  "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
                  "retrieve the object.");
        EXPECT_EQ(world.head("/box/k").status, 400);
        Answer wrong = world.get("/box/k", customer(key_2));
        EXPECT_EQ(wrong.status, 403);
        EXPECT_EQ(wrong.code(), "AccessDenied");
        EXPECT_EQ(world.head("/box/k", customer(key_2)).status, 403);
        EXPECT_EQ(world.get("/box/k?attributes", {{"x-amz-object-attributes", "ETag"}}).code(), "InvalidRequest");
        EXPECT_EQ(world.get("/box/k?attributes", Fields{{"x-amz-object-attributes", "ETag"}} + customer(key_1)).status, 200);
        const std::string disk = on_disk(world);
        EXPECT_EQ(disk.find(key_1), std::string::npos);
        EXPECT_EQ(disk.find("attack at"), std::string::npos);
        EXPECT_EQ(disk.find("plaintext"), std::string::npos);
    }
    EXPECT_EQ(world.remove("/box/k").status, 204) << "deleting needs no key";
}

TEST_F(CustomerKeys, every_way_to_be_wrong_has_its_answer) {
    struct Case {
        Fields headers;
        std::string code, message;
    };
    const std::string a(sse_c), k = "x-amz-server-side-encryption-customer-key", m = k + "-MD5";
    const std::string key = to_base64(key_1), md5 = to_base64(md5_of(key_1)), brief = "0123456789";
    const std::string start = "Requests specifying Server Side Encryption with Customer provided keys must provide ";
    for (const Case& one : std::vector<Case>{
             {{{k, key}, {m, md5}}, "InvalidArgument", start + "a valid encryption algorithm."},
             {{{m, md5}}, "InvalidArgument", start + "a valid encryption algorithm."},
             {{{a, "AES512"}, {k, key}, {m, md5}},
              "InvalidEncryptionAlgorithmError",
              "The Encryption request you specified is not valid. Supported value: AES256."},
             {{{a, "AES256"}, {m, md5}}, "InvalidArgument", start + "an appropriate secret key."},
             {{{a, "AES256"}, {k, key}}, "InvalidArgument", start + "the client calculated MD5 of the secret key."},
             {{{a, "AES256"}, {k, key}, {m, to_base64(md5_of("x"))}},
              "InvalidArgument",
              "The calculated MD5 hash of the key did not match the hash that was provided."},
             {{{a, "AES256"}, {k, to_base64(brief)}, {m, to_base64(md5_of(brief))}},
              "InvalidArgument",
              "The secret key was invalid for the specified algorithm."},
             {{{a, "AES256"}, {k, "no base64!"}, {m, md5}},
              "InvalidArgument",
              "The secret key was invalid for the specified algorithm."},
             {customer(key_1) + Fields{{std::string(sse), "AES256"}}, "InvalidArgument",
              "Server Side Encryption with Customer provided key is incompatible with the encryption method specified"}}) {
        Answer refused = world.put("/box/k", small, one.headers);
        EXPECT_EQ(refused.status, 400);
        EXPECT_EQ(refused.code(), one.code);
        EXPECT_EQ(refused.message(), one.message);
    }
    EXPECT_EQ(world.get("/box/k").code(), "NoSuchKey") << "nothing was written";
    world.put("/box/plain", small);
    Answer not_needed = world.get("/box/plain", customer(key_1));
    EXPECT_EQ(not_needed.code(), "InvalidRequest");
    EXPECT_EQ(not_needed.message(), "The encryption parameters are not applicable to this object.");
    world.put("/box/k", small, customer(key_1));
    EXPECT_EQ(world.get("/box/k", {{a, "AES256"}, {k, key}}).status, 200) << "a read may leave out the MD5";
    EXPECT_EQ(world.get("/box/k", {{a, "AES256"}, {k, to_base64(brief)}}).status, 403);
    world.tls = false;
    Answer open = world.get("/box/k", customer(key_1));
    EXPECT_EQ(open.code(), "InvalidArgument");
    EXPECT_THAT(open.message(), testing::HasSubstr("must be made over a secure connection"));
    EXPECT_EQ(world.put("/box/k", small, customer(key_1)).code(), "InvalidArgument");
}

TEST_F(CustomerKeys, copies_need_the_sources_key_and_take_the_targets) {
    world.put("/box/k", large(), customer(key_1));
    auto copy = [&](std::string to, Fields headers) {
        return world.put("/box/" + to, "", Fields{{"x-amz-copy-source", "/box/k"}} + headers);
    };
    EXPECT_EQ(copy("x", {}).code(), "InvalidRequest");
    EXPECT_EQ(copy("x", customer(key_2, true)).status, 403);
    EXPECT_EQ(copy("s3", customer(key_1, true)).header(sse), "AES256");
    EXPECT_TRUE(world.get("/box/s3").body == large());
    Answer other = copy("c", customer(key_1, true) + customer(key_2));
    EXPECT_EQ(other.header(sse_c), "AES256");
    EXPECT_EQ(other.header(sse), "");
    EXPECT_TRUE(world.get("/box/c", customer(key_2)).body == large());
    EXPECT_EQ(copy("k", customer(key_1, true) + customer(key_2)).status, 200) << "to itself, under another key";
    EXPECT_TRUE(world.get("/box/k", customer(key_2)).body == large());
    EXPECT_EQ(world.put("/box/n", "", Fields{{"x-amz-copy-source", "/box/s3"}} + customer(key_1, true)).code(),
              "InvalidRequest");
}

TEST_F(CustomerKeys, parts_come_with_the_key_of_their_upload) {
    const std::string id = world.post("/box/k?uploads", "", customer(key_1)).element("UploadId");
    const std::string part_1 = "/box/k?partNumber=1&uploadId=" + id, part_2 = "/box/k?partNumber=2&uploadId=" + id;
    Answer without = world.put(part_1, small);
    EXPECT_EQ(without.code(), "InvalidRequest");
    EXPECT_EQ(without.message(),
              "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
              "encryption parameters.");
    Answer wrong = world.put(part_1, small, customer(key_2));
    EXPECT_EQ(wrong.code(), "InvalidRequest");
    EXPECT_EQ(wrong.message(), "The provided encryption parameters did not match the ones used originally.");
    const std::string first(5 << 20, 'p');
    Answer one = world.put(part_1, first, customer(key_1));
    EXPECT_EQ(one.header(sse_c), "AES256");
    EXPECT_NE(one.header("ETag"), "\"" + to_hex(md5_of(first)) + "\"");
    Answer two = world.put(part_2, small, customer(key_1));
    Answer done =
        world.post("/box/k?uploadId=" + id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>" +
                                                one.header("ETag") + "</ETag></Part><Part><PartNumber>2</PartNumber><ETag>" +
                                                two.header("ETag") + "</ETag></Part></CompleteMultipartUpload>");
    EXPECT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(done.header(sse), "");
    EXPECT_THAT(done.element("ETag"), testing::HasSubstr("-2"));
    EXPECT_TRUE(world.get("/box/k", customer(key_1)).body == first + small);
    EXPECT_EQ(world.get("/box/k").code(), "InvalidRequest");

    const std::string plain = world.post("/box/p?uploads").element("UploadId");
    EXPECT_EQ(world.put("/box/p?partNumber=1&uploadId=" + plain, small, customer(key_1)).code(), "InvalidRequest");
}

TEST_F(CustomerKeys, each_version_has_its_own_key) {
    world.put("/box?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>");
    const std::string first = world.put("/box/k", small, customer(key_1)).header("x-amz-version-id");
    world.put("/box/k", "second", customer(key_2));
    EXPECT_EQ(world.get("/box/k", customer(key_2)).body, "second");
    EXPECT_EQ(world.get("/box/k?versionId=" + first, customer(key_1)).body, small);
    EXPECT_EQ(world.get("/box/k?versionId=" + first, customer(key_2)).status, 403);
}

TEST_F(CustomerKeys, a_bucket_can_block_them_and_still_gives_what_is_there) {
    world.put("/box/k", small, customer(key_1));
    auto set = [&](std::string types) {
        return world.put("/box?encryption",
                         "<ServerSideEncryptionConfiguration><Rule>" + types + "</Rule></ServerSideEncryptionConfiguration>");
    };
    EXPECT_EQ(set("<BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes>").status, 200);
    Answer blocked = world.put("/box/n", small, customer(key_1));
    EXPECT_EQ(blocked.status, 403);
    EXPECT_EQ(blocked.code(), "AccessDenied");
    EXPECT_THAT(blocked.message(),
                testing::HasSubstr("because this bucket has blocked upload requests that specify Server Side"));
    EXPECT_EQ(world.post("/box/n?uploads", "", customer(key_1)).status, 403);
    EXPECT_EQ(world.get("/box/k", customer(key_1)).body, small);
    EXPECT_EQ(world.get("/box?encryption").element("EncryptionType"), "SSE-C");
    EXPECT_EQ(
        set("<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>")
            .status,
        200);
    EXPECT_EQ(world.put("/box/n", small, customer(key_1)).status, 403) << "a rule that does not mention the block leaves it";
    World again(world);
    again.tls = true;
    EXPECT_EQ(again.put("/box/n", small, customer(key_1)).status, 403);
    EXPECT_EQ(set("<BlockedEncryptionTypes><EncryptionType>NONE</EncryptionType></BlockedEncryptionTypes>").status, 200);
    EXPECT_EQ(world.put("/box/n", small, customer(key_1)).status, 200);
}

TEST(BucketEncryption, an_unconfigured_bucket_says_what_is_done) {
    World world;
    world.make_bucket("box");
    EXPECT_THAT(world.get("/box?encryption").body,
                testing::HasSubstr("<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>"
                                   "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>false</BucketKeyEnabled></Rule>"));
    auto set = [&](std::string rules) {
        return world.put("/box?encryption",
                         "<ServerSideEncryptionConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + rules +
                             "</ServerSideEncryptionConfiguration>");
    };
    const std::string method = "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>";
    const std::string end = "</SSEAlgorithm></ApplyServerSideEncryptionByDefault>";
    const std::string aes = "<Rule>" + method + "AES256" + end + "<BucketKeyEnabled>true</BucketKeyEnabled></Rule>";
    EXPECT_EQ(set(aes).status, 200);
    EXPECT_EQ(world.get("/box?encryption").element("BucketKeyEnabled"), "true");
    EXPECT_EQ(set("<Rule>" + method + "aws:kms" + end + "</Rule>").code(), "NotImplemented");
    EXPECT_EQ(set("<Rule>" + method + "aws:kms:dsse" + end + "</Rule>").code(), "NotImplemented");
    EXPECT_EQ(set("<Rule>" + method + "aes" + end + "</Rule>").code(), "MalformedXML");
    EXPECT_EQ(set("").code(), "MalformedXML");
    EXPECT_EQ(set(aes + aes).code(), "MalformedXML");
    EXPECT_EQ(set("<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k"
                  "</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>")
                  .code(),
              "InvalidArgument");
    EXPECT_EQ(
        set("<Rule><BlockedEncryptionTypes><EncryptionType>SSE-X</EncryptionType></BlockedEncryptionTypes></Rule>").code(),
        "MalformedXML");
    EXPECT_EQ(world.remove("/box?encryption").status, 204);
    EXPECT_EQ(world.remove("/box?encryption").status, 204);
    EXPECT_EQ(world.get("/box?encryption").element("BucketKeyEnabled"), "false");
    EXPECT_EQ(world.get("/none?encryption").code(), "NoSuchBucket");
}

TEST(BucketEncryption, a_policy_can_ask_for_the_headers_of_encryption) {
    World world;
    world.make_bucket("box");
    const std::string user = "arn:aws:iam::123456789012:user/u";
    auto only = [&](std::string key, std::string value) {
        world.policies.by_arn[user] =
            R"({"Statement":{"Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{")" + key +
            R"(":")" + value + R"("}}}})";
    };
    world.caller = user_of("123456789012", "u");
    world.tls = true;
    only("s3:x-amz-server-side-encryption", "AES256");
    EXPECT_EQ(world.put("/box/k", small).status, 403) << "that it is encrypted anyway is no header";
    EXPECT_EQ(world.put("/box/k", small, {{std::string(sse), "AES256"}}).status, 200);
    only("s3:x-amz-server-side-encryption-customer-algorithm", "AES256");
    EXPECT_EQ(world.put("/box/k", small, {{std::string(sse), "AES256"}}).status, 403);
    EXPECT_EQ(world.put("/box/k", small, customer(key_1)).status, 200);
    const std::string id = world.post("/box/m?uploads", "", customer(key_1)).element("UploadId");
    EXPECT_EQ(world.put("/box/m?partNumber=1&uploadId=" + id, small, customer(key_1)).status, 200);
}

}  // namespace
}  // namespace sekisho::s3::test
