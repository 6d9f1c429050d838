// What the engine of files does when the system refuses, and with files that are not what it wrote.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "store/objects/files.h"
#include "store/support.h"

namespace sekisho::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A lower limit of this process, for as long as this lives.
class LowerLimit {
   public:
    LowerLimit(__rlimit_resource resource, rlim_t value) : resource_(resource) {
        ::getrlimit(resource_, &before_);
        rlimit lower = before_;
        lower.rlim_cur = value;
        ::setrlimit(resource_, &lower);
    }
    ~LowerLimit() { ::setrlimit(resource_, &before_); }

   private:
    __rlimit_resource resource_;
    rlimit before_;
};

const BlobId a{"aa000000000000000000000000000001"};
const BlobId b{"bb000000000000000000000000000002"};

Task<void> write(Objects& objects, BlobId id, std::size_t bytes) {
    auto writer = objects.create(id);
    const std::string piece(65'536, 'b');
    for (std::size_t at = 0; at < bytes; at += piece.size()) co_await writer->append(piece.substr(0, bytes - at));
    co_await writer->seal();
}

class ObjectsFaultsTest : public testing::TestWithParam<bool> {
   protected:
    void open() { objects_ = file_objects(folder_ / "blobs", FileObjectsOptions{.nameless_files = GetParam()}); }
    std::vector<std::string> files() {
        std::vector<std::string> files;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "blobs"))
            if (!entry.is_directory()) files.push_back(std::filesystem::relative(entry.path(), folder_ / "blobs"));
        return files;
    }
    std::string blob_path(const BlobId& id) { return folder_ / ("blobs/" + id.value.substr(0, 2) + "/" + id.value); }

    TemporaryFolder folder_;
    std::unique_ptr<Objects> objects_;
    void SetUp() override { open(); }
};
INSTANTIATE_TEST_SUITE_P(Files, ObjectsFaultsTest, testing::Values(true, false),
                         [](const auto& info) { return info.param ? "nameless" : "temporary_names"; });

TEST_P(ObjectsFaultsTest, a_write_that_is_cut_short_and_then_refused_is_a_fault_and_leaves_nothing) {
    ::signal(SIGXFSZ, SIG_IGN);
    for (std::size_t bytes : {150'000u, 2'000'000u}) {  // written in one go, and piece by piece
        {
            LowerLimit limit(RLIMIT_FSIZE, 100'001);
            EXPECT_THAT(fault_of(write(*objects_, a, bytes)),
                        AllOf(HasSubstr("cannot write blob " + a.value), HasSubstr("File too large")));
        }
        EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
        objects_.reset();
        EXPECT_THAT(files(), IsEmpty());
        open();
    }
    sync_wait(write(*objects_, a, 150'000));
    EXPECT_EQ(sync_wait(objects_->open(a))->size(), 150'000u);
}

TEST_P(ObjectsFaultsTest, a_writer_that_met_a_fault_is_of_no_more_use) {
    ::signal(SIGXFSZ, SIG_IGN);
    auto writer = objects_->create(a);
    {
        LowerLimit limit(RLIMIT_FSIZE, 1000);
        sync_wait(writer->append(std::string(300'000, 'x')));
        EXPECT_THAT(fault_of(writer->append(std::string(300'000, 'x'))), HasSubstr("File too large"));
    }
    EXPECT_THAT(fault_of(writer->append("x")), HasSubstr("has ended"));
    EXPECT_THAT(fault_of(writer->seal()), HasSubstr("has ended"));
    EXPECT_EQ(sync_wait(objects_->open(a)), nullptr);
}

TEST_P(ObjectsFaultsTest, without_descriptors_everything_is_a_fault_and_afterwards_all_works) {
    sync_wait(write(*objects_, a, 1000));
    sync_wait(write(*objects_, b, 1000));
    sync_wait(objects_->erase(b));
    {
        const int next = ::dup(0);
        ::close(next);
        LowerLimit limit(RLIMIT_NOFILE, static_cast<rlim_t>(next));
        EXPECT_THAT(fault_of(write(*objects_, b, 1000)), HasSubstr("Too many open files"));
        EXPECT_THAT(fault_of(write(*objects_, b, 1'000'000)), HasSubstr("Too many open files"));
        EXPECT_THAT(fault_of(objects_->open(a)), HasSubstr("Too many open files"));
        EXPECT_THAT(fault_of(objects_->for_each([](const BlobId&) {})), HasSubstr("Too many open files"));
    }
    EXPECT_EQ(sync_wait(objects_->open(b)), nullptr);
    sync_wait(write(*objects_, b, 1000));
    EXPECT_EQ(sync_wait(objects_->open(a))->size(), 1000u);
    EXPECT_EQ(sync_wait(objects_->open(b))->size(), 1000u);
}

TEST_P(ObjectsFaultsTest, what_a_killed_process_left_in_tmp_is_removed_at_open) {
    std::ofstream(folder_ / "blobs/tmp/aa000000000000000000000000000001") << "half a blob";
    objects_.reset();
    open();
    EXPECT_THAT(files(), IsEmpty());
    sync_wait(write(*objects_, a, 10));
}

TEST_P(ObjectsFaultsTest, a_blob_is_one_file_of_its_payload_readable_by_its_owner_only) {
    sync_wait(write(*objects_, a, 100'000));
    EXPECT_THAT(files(), ElementsAre("aa/aa000000000000000000000000000001"));
    struct stat status;
    ASSERT_EQ(::stat(blob_path(a).c_str(), &status), 0);
    EXPECT_EQ(status.st_size, 100'000);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    EXPECT_EQ(status.st_nlink, 1u);
    ASSERT_EQ(::stat((folder_ / "blobs/aa").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700u);
}

TEST_P(ObjectsFaultsTest, files_that_are_no_blobs_are_not_listed_and_links_are_not_followed) {
    sync_wait(write(*objects_, a, 10));
    std::ofstream(folder_ / "blobs/aa/README") << "x";
    std::ofstream(folder_ / "secret") << "secret";
    std::filesystem::create_directory(folder_ / "blobs/bb");
    std::filesystem::create_symlink(folder_ / "secret", blob_path(b));
    EXPECT_THAT(fault_of(objects_->open(b)), HasSubstr("cannot open blob"));
    std::filesystem::remove(blob_path(b));
    std::vector<std::string> ids;
    sync_wait(objects_->for_each([&](const BlobId& id) { ids.push_back(id.value); }));
    EXPECT_THAT(ids, ElementsAre(a.value));
}

TEST_P(ObjectsFaultsTest, a_file_that_was_cut_after_it_was_opened_is_a_fault) {
    sync_wait(write(*objects_, a, 100'000));
    auto reader = sync_wait(objects_->open(a));
    std::filesystem::resize_file(blob_path(a), 50'000);
    EXPECT_EQ(sync_wait(reader->read(0, 50'000)).size(), 50'000u);
    EXPECT_THAT(fault_of(reader->read(0, 50'001)), HasSubstr("has become shorter"));
}

TEST_P(ObjectsFaultsTest, a_folder_that_cannot_be_made_is_named) {
    std::ofstream(folder_ / "file") << "x";
    try {
        file_objects(folder_ / "file/blobs");
        FAIL() << "opened";
    } catch (const Fault& fault) {
        EXPECT_THAT(fault.what(), HasSubstr(folder_ / "file/blobs"));
    }
}

TEST_P(ObjectsFaultsTest, a_reader_reads_what_is_not_in_memory_too) {
    const std::size_t size = 3'000'000;
    sync_wait(write(*objects_, a, size));
    auto reader = sync_wait(objects_->open(a));
    ASSERT_EQ(::posix_fadvise(reader->file(), 0, 0, POSIX_FADV_DONTNEED), 0);
    EXPECT_TRUE(sync_wait(reader->read(1'000'000, 1'000'000)) == std::string(1'000'000, 'b'));
}

}  // namespace
}  // namespace sekisho::store
