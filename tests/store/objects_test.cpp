// Every engine of objects does the same; files in both ways of writing them.
#include "store/objects/objects.h"

#include <unistd.h>

#include "store/objects/files.h"
#include "store/support.h"

namespace sekisho::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct Engine {
    std::string name;
    std::function<std::unique_ptr<Objects>(const std::string& folder)> open;
    bool on_disk;
};

const BlobId a{"aa000000000000000000000000000001"};
const BlobId b{"bb000000000000000000000000000002"};
const BlobId c{"aa000000000000000000000000000003"};

// Bytes that repeat nowhere within 64 KiB, so that a misplaced piece shows.
std::string pattern(std::size_t size) {
    std::string bytes(size, '\0');
    std::uint32_t x = 1;
    for (char& byte : bytes) byte = static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
    return bytes;
}

Task<std::string> read_all(BlobReader& reader) {
    std::string all;
    while (all.size() < reader.size()) {
        std::string piece = co_await reader.read(all.size(), read_bytes_max);
        if (piece.empty()) throw Fault("reader ended early");
        all += piece;
    }
    co_return all;
}

class ObjectsTest : public testing::TestWithParam<Engine> {
   protected:
    void write(BlobId id, const std::string& bytes, std::size_t piece = 64 << 10) {
        auto writer = objects_->create(std::move(id));
        for (std::size_t at = 0; at < bytes.size(); at += piece) sync_wait(writer->append(bytes.substr(at, piece)));
        sync_wait(writer->seal());
    }
    std::optional<std::string> read(BlobId id) {
        auto reader = sync_wait(objects_->open(std::move(id)));
        if (!reader) return std::nullopt;
        return sync_wait(read_all(*reader));
    }
    std::vector<std::string> ids() {
        std::vector<std::string> ids;
        sync_wait(objects_->for_each([&](const BlobId& id) { ids.push_back(id.value); }));
        return ids;
    }
    std::size_t files_on_disk() {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
            files += entry.is_regular_file();
        return files;
    }
    void reopen() {
        objects_.reset();
        objects_ = GetParam().open(folder_.path());
    }

    TemporaryFolder folder_;
    std::unique_ptr<Objects> objects_ = GetParam().open(folder_.path());
};

INSTANTIATE_TEST_SUITE_P(Engines, ObjectsTest,
                         testing::Values(Engine{"memory", [](const std::string&) { return memory_objects(); }, false},
                                         Engine{"files", [](const std::string& f) { return file_objects(f); }, true},
                                         Engine{"files_with_temporary_names",
                                                [](const std::string& f) {
                                                    return file_objects(f, FileObjectsOptions{.nameless_files = false});
                                                },
                                                true}),
                         [](const auto& engine) { return engine.param.name; });

TEST_P(ObjectsTest, a_blob_of_any_size_comes_back_as_it_was_written) {
    const std::vector<std::size_t> sizes = {0, 1, 4096, 262'143, 262'144, 262'145, 5u << 20};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const BlobId id{"0" + std::to_string(i) + std::string(30, 'f')};
        const std::string bytes = pattern(sizes[i]);
        write(id, bytes, 65'536 - 7);
        auto reader = sync_wait(objects_->open(id));
        ASSERT_TRUE(reader) << sizes[i];
        EXPECT_EQ(reader->size(), sizes[i]);
        EXPECT_TRUE(sync_wait(read_all(*reader)) == bytes) << sizes[i];
    }
    EXPECT_EQ(ids().size(), sizes.size());
}

TEST_P(ObjectsTest, one_append_may_hold_everything) {
    const std::string bytes = pattern(3u << 20);
    write(a, bytes, bytes.size());
    EXPECT_TRUE(read(a) == bytes);
}

TEST_P(ObjectsTest, a_blob_that_is_not_there_opens_as_null) {
    EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
    write(a, "x");
    EXPECT_EQ(sync_wait(objects_->open(c)), nullptr);
}

TEST_P(ObjectsTest, ranges_are_read_exactly_and_end_with_the_blob) {
    const std::string bytes = pattern(3u << 20);
    write(a, bytes);
    auto reader = sync_wait(objects_->open(a));
    for (auto [offset, length] : std::vector<std::pair<std::uint64_t, std::size_t>>{
             {0, 0}, {0, 1}, {1, 1}, {4095, 2}, {1 << 20, 1 << 20}, {(3 << 20) - 1, 1}, {(3 << 20) - 5, 100}}) {
        EXPECT_TRUE(sync_wait(reader->read(offset, length)) == bytes.substr(offset, length)) << offset << "+" << length;
    }
    EXPECT_EQ(sync_wait(reader->read(3 << 20, 1)), "");
    EXPECT_EQ(sync_wait(reader->read(std::uint64_t(1) << 60, 1)), "");
    EXPECT_THAT(fault_of(reader->read(0, read_bytes_max + 1)), HasSubstr("read of 1048577 bytes, over the limit of 1048576"));
}

TEST_P(ObjectsTest, a_blob_is_not_there_before_it_is_sealed) {
    auto writer = objects_->create(a);
    sync_wait(writer->append(pattern(1 << 20)));
    EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
    EXPECT_THAT(ids(), IsEmpty());
    sync_wait(writer->seal());
    EXPECT_THAT(ids(), ElementsAre(a.value));
}

TEST_P(ObjectsTest, an_abandoned_writer_leaves_nothing) {
    for (std::size_t size : {0u, 10u, 300'000u, 2'000'000u}) {
        auto writer = objects_->create(a);
        sync_wait(writer->append(pattern(size)));
        sync_wait(writer->append(pattern(size)));
        writer.reset();
    }
    EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
    EXPECT_THAT(ids(), IsEmpty());
    reopen();
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_EQ(files_on_disk(), 0u);
    write(a, "x");  // the id is still free
    EXPECT_EQ(read(a), "x");
}

TEST_P(ObjectsTest, a_blob_is_never_replaced) {
    write(a, "first");
    for (std::size_t size : {1u, 1'000'000u}) {
        auto writer = objects_->create(a);
        sync_wait(writer->append(pattern(size)));
        EXPECT_THAT(fault_of(writer->seal()), HasSubstr("there is a blob aa000000000000000000000000000001 already"));
    }
    EXPECT_EQ(read(a), "first");
}

TEST_P(ObjectsTest, a_sealed_writer_takes_nothing_more) {
    auto writer = objects_->create(a);
    EXPECT_EQ(writer->id(), a);
    sync_wait(writer->append("x"));
    sync_wait(writer->seal());
    EXPECT_THAT(fault_of(writer->append("y")), HasSubstr("has ended"));
    EXPECT_THAT(fault_of(writer->seal()), HasSubstr("has ended"));
    EXPECT_EQ(read(a), "x");
}

TEST_P(ObjectsTest, an_erased_blob_is_gone_but_an_open_reader_still_reads_it) {
    const std::string bytes = pattern(2u << 20);
    write(a, bytes);
    write(b, "other");
    auto reader = sync_wait(objects_->open(a));
    sync_wait(objects_->erase(a));
    sync_wait(objects_->erase(a));
    EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
    EXPECT_THAT(ids(), ElementsAre(b.value));
    EXPECT_TRUE(sync_wait(read_all(*reader)) == bytes);
}

TEST_P(ObjectsTest, for_each_visits_every_blob) {
    for (const BlobId& id : {a, b, c}) write(id, "x");
    EXPECT_THAT(ids(), UnorderedElementsAre(a.value, b.value, c.value));
}

TEST_P(ObjectsTest, only_32_lower_case_hex_digits_are_an_id) {
    const std::string good = a.value;
    const std::vector<std::string> wrong_ids = {
        std::string(),          good.substr(1),           good + "0",
        "AA" + good.substr(2),  "g" + good.substr(1),     "../../../../../../../../etc/passwd",
        "../" + good.substr(3), good.substr(0, 31) + "/", good.substr(0, 31) + std::string(1, '\0'),
        "tmp/" + good};
    for (const std::string& wrong : wrong_ids) {
        const BlobId id{wrong};
        EXPECT_THROW((void)objects_->create(id), Fault) << wrong;
        EXPECT_THAT(fault_of(objects_->open(id)), HasSubstr("not a blob id")) << wrong;
        EXPECT_THAT(fault_of(objects_->erase(id)), HasSubstr("not a blob id")) << wrong;
    }
}

TEST_P(ObjectsTest, the_file_of_a_reader_is_the_payload_itself) {
    write(a, pattern(100'000));
    auto reader = sync_wait(objects_->open(a));
    if (!GetParam().on_disk) {
        EXPECT_EQ(reader->file(), -1);
        return;
    }
    std::string bytes(200'000, '\0');
    bytes.resize(static_cast<std::size_t>(::pread(reader->file(), bytes.data(), bytes.size(), 0)));
    EXPECT_TRUE(bytes == pattern(100'000));
}

TEST_P(ObjectsTest, blobs_are_there_after_a_reopen) {
    if (!GetParam().on_disk) GTEST_SKIP() << "memory forgets";
    write(a, pattern(300'000));
    write(b, "");
    reopen();
    EXPECT_TRUE(read(a) == pattern(300'000));
    EXPECT_EQ(read(b), "");
}

TEST_P(ObjectsTest, many_writers_and_readers_run_at_once_on_one_loop) {
    auto one = [](Objects& objects, int i) -> Task<void> {
        char id[33];
        std::snprintf(id, sizeof id, "%032x", static_cast<unsigned>(i) * 0x01010101u);
        const std::string bytes = pattern(static_cast<std::size_t>(i) * 7919);
        auto writer = objects.create(BlobId(std::string(id)));
        for (std::size_t at = 0; at < bytes.size(); at += 50'000) co_await writer->append(bytes.substr(at, 50'000));
        co_await writer->seal();
        auto reader = co_await objects.open(BlobId(std::string(id)));
        std::string back = co_await read_all(*reader);
        if (back != bytes) throw Fault("blob differs");
    };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(one(*objects_, i));
    run_all(std::move(tasks));
    EXPECT_EQ(ids().size(), 100u);
}

}  // namespace
}  // namespace sekisho::store
