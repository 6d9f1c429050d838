// Encrypted bytes: what was changed is found, wherever and however; ranges; master keys and their rotation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/entropy.h"
#include "base/loop.h"
#include "base/result.h"
#include "store/encryption/chunks.h"
#include "store/encryption/master_keys.h"

namespace sekisho::store {
namespace {

const BlobId one("00000000000000000000000000000001"), two("00000000000000000000000000000002");
const SecretKey data_key("0123456789abcdef0123456789abcdef");
constexpr std::string_view place("bucket\0key", 10);

std::string numbered(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
    return bytes;
}

// As it is stored, when it comes in pieces of this size.
std::string stored(const std::string& plain, std::size_t piece, const SecretKey& key = data_key, const BlobId& id = one) {
    auto objects = memory_objects();
    auto writer = encrypting_writer(objects->create(id), key);
    for (std::size_t at = 0; at < plain.size(); at += piece) sync_wait(writer->append(plain.substr(at, piece)));
    sync_wait(writer->seal());
    auto reader = sync_wait(objects->open(id));
    std::string all;
    while (all.size() < reader->size()) all += sync_wait(reader->read(all.size(), read_bytes_max));
    return all;
}

std::string read_all(BlobReader& reader, std::size_t piece = 256u << 10) {
    std::string all;
    for (;;) {
        std::string bytes = sync_wait(reader.read(all.size(), piece));
        if (bytes.empty()) return all;
        all += bytes;
    }
}

std::string opened(const std::string& sealed, const SecretKey& key = data_key, const BlobId& id = one) {
    auto objects = memory_objects();
    auto writer = objects->create(id);
    sync_wait(writer->append(sealed));
    sync_wait(writer->seal());
    auto reader = decrypting_reader(sync_wait(objects->open(id)), key, id);
    return read_all(*reader);
}

TEST(Encryption, bytes_come_back_whatever_pieces_they_came_in) {
    for (std::size_t size : {std::size_t{1}, chunk_bytes - 1, chunk_bytes, chunk_bytes + 1, 2 * chunk_bytes,
                             3 * chunk_bytes + 17, 20 * chunk_bytes + 5}) {
        const std::string plain = numbered(size);
        for (std::size_t piece : {std::size_t{4096}, chunk_bytes, 3 * chunk_bytes / 2, 5 * chunk_bytes, size}) {
            const std::string sealed = stored(plain, piece);
            EXPECT_EQ(sealed.size(), sealed_size(size));
            EXPECT_EQ(plain_size(sealed.size()), size);
            EXPECT_TRUE(opened(sealed) == plain) << size << " in pieces of " << piece;
        }
    }
}

TEST(Encryption, nothing_of_the_plaintext_is_in_what_is_stored) {
    const std::string plain(3 * chunk_bytes, 'A');
    const std::string sealed = stored(plain, chunk_bytes);
    EXPECT_EQ(sealed.find("AAAA"), std::string::npos);
    EXPECT_NE(sealed.substr(0, 1000), sealed.substr(sealed_chunk_bytes, 1000)) << "equal chunks must not look equal";
}

TEST(Encryption, every_range_across_the_edges_of_chunks_is_that_of_the_plaintext) {
    const std::string plain = numbered(3 * chunk_bytes + 100);
    const std::string sealed = stored(plain, 10'000);
    auto objects = memory_objects();
    auto writer = objects->create(one);
    sync_wait(writer->append(sealed));
    sync_wait(writer->seal());
    auto reader = decrypting_reader(sync_wait(objects->open(one)), data_key, one);
    EXPECT_EQ(reader->size(), plain.size());
    EXPECT_EQ(reader->file(), -1);
    const std::size_t edges[] = {0,
                                 1,
                                 chunk_bytes - 1,
                                 chunk_bytes,
                                 chunk_bytes + 1,
                                 2 * chunk_bytes,
                                 3 * chunk_bytes - 1,
                                 3 * chunk_bytes,
                                 3 * chunk_bytes + 99,
                                 3 * chunk_bytes + 100,
                                 4 * chunk_bytes};
    for (std::size_t from : edges)
        for (std::size_t to : edges)
            if (to >= from) {
                const std::string expected = from < plain.size() ? plain.substr(from, to - from) : "";
                EXPECT_TRUE(sync_wait(reader->read(from, to - from)) == expected) << from << " to " << to;
            }
}

TEST(Encryption, every_flipped_bit_of_a_small_blob_is_found) {
    const std::string sealed = stored("attack at dawn", 100);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        std::string changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_THROW(opened(changed), Fault) << "bit " << bit;
    }
}

TEST(Encryption, a_flipped_bit_of_a_chunk_is_found_and_the_chunks_before_it_are_readable) {
    const std::string plain = numbered(3 * chunk_bytes);
    std::string sealed = stored(plain, chunk_bytes);
    sealed[sealed_chunk_bytes + 1000] ^= 1;
    auto objects = memory_objects();
    auto writer = objects->create(one);
    sync_wait(writer->append(sealed));
    sync_wait(writer->seal());
    auto reader = decrypting_reader(sync_wait(objects->open(one)), data_key, one);
    EXPECT_TRUE(sync_wait(reader->read(0, chunk_bytes)) == plain.substr(0, chunk_bytes));
    EXPECT_THROW(sync_wait(reader->read(chunk_bytes, 1)), Fault);
    EXPECT_THROW(sync_wait(reader->read(chunk_bytes - 1, 2)), Fault);
    EXPECT_TRUE(sync_wait(reader->read(2 * chunk_bytes, chunk_bytes)) == plain.substr(2 * chunk_bytes));
}

TEST(Encryption, what_is_cut_off_at_and_beside_the_edges_of_chunks_is_found) {
    const std::string sealed = stored(numbered(3 * chunk_bytes), chunk_bytes);
    for (std::size_t chunks : {0u, 1u, 2u})
        for (std::size_t more : {std::size_t{0}, std::size_t{1}, tag_bytes, tag_bytes + 1, sealed_chunk_bytes - 1}) {
            const std::size_t size = chunks * sealed_chunk_bytes + more;
            if (size == 0) continue;  // its row would say that there is no blob
            EXPECT_THROW(opened(sealed.substr(0, size)), Fault) << size;
        }
    EXPECT_THROW(opened(sealed + "x"), Fault);
    EXPECT_THROW(opened(sealed + sealed.substr(2 * sealed_chunk_bytes)), Fault);
}

TEST(Encryption, chunks_that_changed_places_are_found) {
    const std::string sealed = stored(numbered(4 * chunk_bytes), chunk_bytes);
    auto chunk = [&](std::size_t number) { return sealed.substr(number * sealed_chunk_bytes, sealed_chunk_bytes); };
    EXPECT_NO_THROW(opened(chunk(0) + chunk(1) + chunk(2) + chunk(3)));
    EXPECT_THROW(opened(chunk(1) + chunk(0) + chunk(2) + chunk(3)), Fault);
    EXPECT_THROW(opened(chunk(0) + chunk(1) + chunk(3) + chunk(2)), Fault);
    EXPECT_THROW(opened(chunk(0) + chunk(1) + chunk(1) + chunk(3)), Fault);
    EXPECT_THROW(opened(chunk(0) + chunk(1) + chunk(2)), Fault);
    EXPECT_THROW(opened(chunk(1) + chunk(2) + chunk(3)), Fault);
}

TEST(Encryption, a_chunk_of_another_blob_of_the_same_object_and_a_blob_under_another_name_are_found) {
    const std::string mine = stored(numbered(2 * chunk_bytes), chunk_bytes);
    const std::string other = stored(numbered(2 * chunk_bytes), chunk_bytes, data_key, two);
    EXPECT_NE(mine, other);
    EXPECT_THROW(opened(other.substr(0, sealed_chunk_bytes) + mine.substr(sealed_chunk_bytes)), Fault);
    EXPECT_THROW(opened(mine, data_key, two), Fault);
    EXPECT_THROW(opened(mine, SecretKey("fedcba9876543210fedcba9876543210")), Fault);
}

TEST(Encryption, few_bytes_and_none_are_proved_as_one_chunk) {
    for (std::string plain : {"", "x", "sixteen bytes ok"}) {
        const std::string sealed = seal_small(data_key, plain);
        EXPECT_EQ(sealed.size(), plain.size() + tag_bytes);
        EXPECT_EQ(unseal_small(data_key, sealed), plain);
        for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
            std::string changed = sealed;
            changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
            EXPECT_EQ(unseal_small(data_key, changed), std::nullopt);
        }
        for (std::size_t size = 0; size < sealed.size(); ++size)
            EXPECT_EQ(unseal_small(data_key, sealed.substr(0, size)), std::nullopt);
    }
}

// AES-256-GCM by an independent implementation (Python's cryptography): key of the blob, nonce and tag as docs/formats.md says.
TEST(Encryption, the_format_is_the_documented_one) {
    EXPECT_EQ(to_hex(key_of_blob(data_key, one).view()), "1b047608d5f9581226d51fc2d40245f2fd814d1266100d8bad0f79bea38d5935");
    EXPECT_EQ(to_hex(stored("hello", 5)), "cf6ea305ce048f75b3beb840fd9864296401cf25c7");
    EXPECT_EQ(to_hex(seal_small(data_key, "hello")), "1f9f1e7530ac3ce60015a5628205858c752b29c893");
}

const char* const key_a = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const char* const key_b = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

TEST(MasterKeys, a_text_of_keys_has_comments_and_the_newest_last) {
    MasterKeys keys = MasterKeys::parse(std::string("# made by hand\n\n") + key_a + "\r\n  " + key_b, "test");
    EXPECT_EQ(keys.ids().size(), 2u);
    EXPECT_EQ(keys.newest(), MasterKeys::parse(key_b, "test").newest());
    EXPECT_TRUE(keys.has(MasterKeys::parse(key_a, "test").newest()));
    EXPECT_EQ(keys.newest().value.size(), 16u);
}

TEST(MasterKeys, a_text_without_keys_and_with_what_is_none_is_refused_by_its_line) {
    auto refused = [](const std::string& text) {
        try {
            MasterKeys::parse(text, "file:/k");
        } catch (const Fault& fault) {
            return std::string(fault.what());
        }
        return std::string("accepted");
    };
    EXPECT_EQ(refused(""), "file:/k holds no master key");
    EXPECT_EQ(refused("# only this\n"), "file:/k holds no master key");
    EXPECT_EQ(refused(std::string(key_a) + "\npassword\n"), "file:/k: line 2 is no master key (32 bytes in base64)");
    EXPECT_EQ(refused("AAECAwQFBgcICQoLDA0ODw=="), "file:/k: line 1 is no master key (32 bytes in base64)");
    EXPECT_EQ(refused(std::string(key_a) + "\n" + key_a), "file:/k: line 2 has the same key as an earlier one");
    SystemEntropy entropy;
    EXPECT_EQ(MasterKeys::parse(MasterKeys::make_line(entropy), "x").ids().size(), 1u);
}

TEST(MasterKeys, a_data_key_unwraps_under_its_master_key_and_in_its_place_only) {
    SeededEntropy entropy(7);
    const MasterKeys old = MasterKeys::parse(key_a, "old"), other = MasterKeys::parse(key_b, "other");
    const MasterKeys rotated = MasterKeys::parse(std::string(key_a) + "\n" + key_b, "rotated");
    const std::string wrapped = wrap(data_key, old, place, entropy);
    EXPECT_EQ(wrapped_by(wrapped), WrappedBy::master_key);
    EXPECT_EQ(master_key_of(wrapped), old.newest());
    EXPECT_EQ(unwrap(wrapped, old, place).view(), data_key.view());
    EXPECT_EQ(unwrap(wrapped, rotated, place).view(), data_key.view()) << "older keys still unwrap";
    EXPECT_EQ(master_key_of(wrap(data_key, rotated, place, entropy)), other.newest()) << "the newest key wraps";
    EXPECT_THROW(unwrap(wrapped, other, place), Fault);
    EXPECT_THROW(unwrap(wrapped, old, std::string_view("bucket\0other", 12)), Fault);
    EXPECT_NE(wrap(data_key, old, place, entropy), wrapped);
    EXPECT_EQ(wrapped.find(std::string(data_key.view())), std::string::npos);
    for (std::size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
        std::string changed = wrapped;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_THROW(unwrap(changed, rotated, place), Fault) << "bit " << bit;
    }
}

TEST(MasterKeys, a_customers_key_unwraps_what_it_wrapped_and_no_other_does) {
    SeededEntropy entropy(7);
    const SecretKey mine("customer key of 32 bytes, mine !"), other("customer key of 32 bytes, other!");
    const std::string wrapped = wrap_for_customer(data_key, mine, place, entropy);
    EXPECT_EQ(wrapped_by(wrapped), WrappedBy::customer);
    EXPECT_EQ(wrapped.find(std::string(mine.view())), std::string::npos);
    EXPECT_EQ(unwrap_for_customer(wrapped, mine, place)->view(), data_key.view());
    EXPECT_FALSE(unwrap_for_customer(wrapped, other, place));
    EXPECT_FALSE(unwrap_for_customer(wrapped, mine, "elsewhere"));
    EXPECT_EQ(wrapped_by(""), WrappedBy::nobody);
    EXPECT_THROW(wrapped_by("x"), Fault);
    EXPECT_THROW(wrapped_by(wrapped + "x"), Fault);
}

}  // namespace
}  // namespace sekisho::store
