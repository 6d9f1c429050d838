// Rows: what is written is read again, what is damaged is refused, and bytes of an earlier build still open.
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/entropy.h"
#include "base/result.h"
#include "services/s3/rows.h"

namespace sekisho::s3 {
namespace {

ObjectRow full_object() {
    ObjectRow row;
    row.size = 12'582'912;
    row.modified_ms = 1'790'000'000'123;
    row.etag = "0123456789abcdef0123456789abcdef-2";
    row.storage_class = "STANDARD_IA";
    row.owner = AccountId("123456789012");
    row.metadata = {{"Content-Type", "text/plain"}, {"x-amz-meta-who", "me"}};
    row.tags = {{"a", "1"}, {"b", ""}};
    row.checksum = StoredChecksum{authn::ChecksumAlgorithm::sha256, authn::ChecksumType::composite, std::string(32, '\x7f')};
    row.segments = {{store::BlobId("00112233445566778899aabbccddeeff"), 8'388'608, Encoding::plain, 1, std::string(32, 'a')},
                    {store::BlobId("ffeeddccbbaa99887766554433221100"), 4'194'304, Encoding::plain, 3, std::string(32, 'b')}};
    return row;
}

TEST(Rows, every_field_comes_back) {
    ObjectRow object = full_object();
    EXPECT_EQ(decode_object(encode(object)), object);
    EXPECT_EQ(decode_listing(encode(listing_of(object))), listing_of(object));
    ObjectRow small;
    small.inlined = std::string("\0bytes\xff", 7);
    small.size = 7;
    small.version = "v";
    small.delete_marker = true;
    small.data_key = "k";
    EXPECT_EQ(decode_object(encode(small)), small);
    small.sequence = 1'790'000'000'123ull << 16;
    EXPECT_EQ(decode_object(encode(small)), small);
    EXPECT_EQ(decode_listing(encode(listing_of(small))), listing_of(small));
    EXPECT_EQ(decode_object(encode(ObjectRow())), ObjectRow());
    UploadRow upload{1'790'000'000'123,
                     "arn:aws:iam::1:user/u",
                     AccountId("1"),
                     AccountId("2"),
                     "",
                     object.metadata,
                     object.tags,
                     std::pair{authn::ChecksumAlgorithm::crc64nvme, authn::ChecksumType::full_object},
                     {{"x-amz-acl", "bucket-owner-full-control"}},
                     300};
    EXPECT_EQ(decode_upload(encode(upload)), upload);
    upload.data_key = "wrapped";
    EXPECT_EQ(decode_upload(encode(upload)), upload);
    EXPECT_EQ(encode(upload).front(), 4);
    upload.acl = std::vector<policy::Grant>();
    EXPECT_EQ(decode_upload(encode(upload)), upload);
    object.segments.front().encoding = Encoding::encrypted;
    PartRow part{5, 6, std::string(16, 'm'),
                 StoredChecksum{authn::ChecksumAlgorithm::crc32c, authn::ChecksumType::full_object, "crc!"},
                 object.segments.front()};
    EXPECT_EQ(decode_part(encode(part)), part);
}

TEST(Rows, with_an_ACL_are_of_the_next_format_and_come_back) {
    using policy::Grant;
    ObjectRow object = full_object();
    EXPECT_EQ(encode(object).front(), '\x01');
    object.acl = {{Grant::To::account, "123456789012", Grant::Permission::full_control},
                  {Grant::To::everyone, "", Grant::Permission::read},
                  {Grant::To::authenticated, "", Grant::Permission::read_acp},
                  {Grant::To::log_delivery, "", Grant::Permission::write_acp}};
    EXPECT_EQ(encode(object).front(), '\x03');
    EXPECT_EQ(decode_object(encode(object)), object);
    const std::string grants = encode(object).substr(encode(full_object()).size() + 1);  // after the sequence, too
    EXPECT_EQ(to_hex(grants),
              "0400000c3132333435363738393031320101000302000403"
              "00");
    UploadRow upload;
    upload.acl = object.acl;
    EXPECT_EQ(encode(upload).front(), '\x03');
    EXPECT_EQ(decode_upload(encode(upload)), upload);
    // No grants at all is another thing than the default list.
    object.acl.emplace();
    EXPECT_EQ(decode_object(encode(object)), object);
    std::string unknown = encode(object);
    unknown.back() = '\x01';
    EXPECT_THROW(decode_object(unknown + std::string("\x05\0\0", 3)), Fault);
    EXPECT_THROW(decode_object(unknown + std::string("\0\x04\0", 3)), Fault);
}

TEST(Rows, with_a_lock_are_of_format_4_and_come_back) {
    ObjectRow object = full_object();
    const std::size_t without = encode(object).size();
    object.lock.emplace();
    object.lock->retention = Retention{std::string(compliance), 1'790'000'000'000};
    object.lock->legal_hold = false;
    EXPECT_EQ(encode(object).front(), '\x04');
    EXPECT_EQ(to_hex(encode(object).substr(without + 1)), "020280d8c1a28c3401");  // after the sequence, too
    EXPECT_EQ(decode_object(encode(object)), object);
    object.acl.emplace();
    object.sequence = 7;
    for (auto retention : {std::optional<Retention>(), std::optional(Retention{std::string(governance), 1})})
        for (auto hold : {std::optional<bool>(), std::optional(false), std::optional(true)}) {
            object.lock = Lock{retention, hold};
            EXPECT_EQ(decode_object(encode(object)), object);
            UploadRow upload;
            upload.lock = object.lock;
            EXPECT_EQ(decode_upload(encode(upload)), upload);
            upload.acl = object.acl;
            EXPECT_EQ(decode_upload(encode(upload)), upload);
        }
    const std::string row = encode(object);
    EXPECT_THROW(decode_object(row.substr(0, row.size() - 1) + "\x03"), Fault) << "an unknown legal hold";
    EXPECT_THROW(decode_object(row + "x"), Fault);
}

TEST(Rows, of_format_1_as_stored_by_the_first_build_still_open) {
    const std::string object = *from_hex(
        "01000080808006fbd8c1a28c3422303132333435363738396162636465663031323334353637383961626364656"
        "62d320b5354414e444152445f49410c313233343536373839303132020c436f6e74656e742d547970650a746578742f706c61696e0e782d616d7a2"
        "d"
        "6d6574612d77686f026d6502016101310162008520" +
        to_hex(std::string(32, '\x7f')) +
        "0002"
        "1000112233445566778899aabbccddeeff808080040001"
        "20" +
        to_hex(std::string(32, 'a')) +
        "10ffeeddccbbaa99887766554433221100808080020003"
        "20" +
        to_hex(std::string(32, 'b')) + "00");
    EXPECT_EQ(to_hex(encode(full_object())), to_hex(object));
    EXPECT_EQ(decode_object(object), full_object());
}

TEST(Rows, without_versions_are_written_as_ever_and_with_them_in_format_2) {
    EXPECT_EQ(encode(full_object()).front(), '\x01');
    EXPECT_EQ(encode(listing_of(full_object())).front(), '\x01');
    ObjectRow version;
    version.sequence = 300;
    version.version = "v";
    version.delete_marker = true;
    version.modified_ms = 1;
    version.owner = AccountId("1");
    EXPECT_EQ(to_hex(encode(version)),
              "02ac020176010001000001310000000000"
              "00");
    EXPECT_EQ(to_hex(encode(listing_of(version))),
              "02017601000100000131"
              "00");
    EXPECT_EQ(decode_object(*from_hex("02ac02017601000100000131000000000000")), version);
    EXPECT_EQ(decode_listing(*from_hex("0201760100010000013100")), listing_of(version));
}

TEST(Rows, of_uploads_of_format_1_still_open_and_have_the_key_headers_that_can_be_known) {
    UploadRow row =
        decode_upload(*from_hex("01"
                                "fbd8c1a28c34"
                                "0161"
                                "0131"
                                "0132"
                                "0b5354414e444152445f4941"
                                "00"
                                "01"
                                "0161"
                                "0131"
                                "03"));
    EXPECT_EQ(row.initiated_ms, 1'790'000'000'123);
    EXPECT_EQ(row.initiator_arn, "a");
    EXPECT_EQ(row.owner, AccountId("2"));
    EXPECT_EQ(row.tags, (Tags{{"a", "1"}}));
    EXPECT_EQ(row.checksum->first, authn::ChecksumAlgorithm::crc64nvme);
    EXPECT_EQ(row.key_headers, (std::vector<std::pair<std::string, std::string>>{{"x-amz-storage-class", "STANDARD_IA"}}));
    EXPECT_EQ(row.replacements, 0u);
    EXPECT_EQ(encode(row).front(), '\x02');
    EXPECT_EQ(decode_upload(encode(row)), row);
    EXPECT_THROW(decode_upload('\x03' + encode(row).substr(1)), Fault);
}

TEST(Rows, cut_short_or_longer_than_their_format_are_refused) {
    const std::string row = encode(full_object());
    for (std::size_t size = 0; size < row.size(); ++size) EXPECT_THROW(decode_object(row.substr(0, size)), Fault) << size;
    EXPECT_THROW(decode_object(row + "x"), Fault);
    EXPECT_THROW(decode_object('\x04' + row.substr(1)), Fault);
    EXPECT_THROW(decode_listing('\x03' + encode(listing_of(full_object())).substr(1)), Fault);
}

TEST(Rows, of_random_bytes_fail_or_decode_but_never_break) {
    SeededEntropy entropy(7);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = '\x01' + *from_hex(entropy.hex(2 * (entropy.u64() % 64)));
        try {
            decode_object(bytes);
        } catch (const Fault&) {
        }
    }
}

TEST(RowKeys, sort_uploads_by_key_and_then_by_id) {
    EXPECT_LT(upload_row_key("a", "9"), upload_row_key("a!", "0"));
    EXPECT_LT(upload_row_key("a", "1"), upload_row_key("a", "2"));
    EXPECT_EQ(*parse_upload_row_key(upload_row_key("k/ey", "id")), (std::pair<std::string, std::string>("k/ey", "id")));
    EXPECT_EQ(part_number_of(part_row_key("u", 42)), 42);
    EXPECT_EQ(part_number_of(part_row_key("u", 42) + "/01a0c2b5ae7b0123abcd"), 42) << "as earlier builds wrote them";
}

TEST(RowKeys, of_one_key_stay_in_one_shard_for_ever) {
    Bucket bucket;
    bucket.owner = AccountId("123456789012");
    bucket.region = Region("us-east-1");
    bucket.id = "id";
    EXPECT_EQ(partition_of_key(bucket, "any"), "123456789012/us-east-1/s3/id/0");
    bucket.shards = 8;
    EXPECT_EQ(partition_of_key(bucket, "any"), "123456789012/us-east-1/s3/id/5");
    EXPECT_EQ(partition_of_key(bucket, "dir/other"), "123456789012/us-east-1/s3/id/1");
}

}  // namespace
}  // namespace sekisho::s3
