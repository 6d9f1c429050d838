// A disk that is really full: a small file system in memory, in a mount namespace of a child process.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>

#include "store/children.h"
#include "store/objects/objects.h"
#include "store/support.h"
#include "store/tables/tables.h"

namespace sekisho::store {

namespace {

bool mount_small_disk(const std::string& folder) {
    if (::unshare(CLONE_NEWNS) != 0) {
        const uid_t uid = ::getuid();
        const gid_t gid = ::getgid();
        if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
        std::ofstream("/proc/self/setgroups") << "deny";
        std::ofstream("/proc/self/uid_map") << uid << " " << uid << " 1";
        std::ofstream("/proc/self/gid_map") << gid << " " << gid << " 1";
    }
    ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    return ::mount("tmpfs", folder.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=80m,mode=0700") == 0;
}

// In a child there is no test to fail: say what was wrong, and end.
void must(bool holds, const std::string& what) {
    if (holds) return;
    std::printf("not true: %s\n", what.c_str());
    std::fflush(stdout);
    ::_exit(1);
}
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string row_bytes(int i) {
    std::string bytes(200'000, '\0');
    std::uint32_t x = static_cast<std::uint32_t>(i) + 1;
    for (char& byte : bytes) byte = static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
    return bytes;
}
Commit row(int i) {
    Commit commit;
    commit.partition = "p";
    commit.put("row " + std::to_string(i), row_bytes(i));
    return commit;
}

std::string write_blob(Objects& objects, const BlobId& id, std::size_t bytes) {
    auto write = [](Objects& objects, BlobId id, std::size_t bytes) -> Task<void> {
        auto writer = objects.create(id);
        const std::string piece(65'536, 'b');
        for (std::size_t at = 0; at < bytes; at += piece.size()) co_await writer->append(piece);
        co_await writer->seal();
    };
    return fault_of(write(objects, id, bytes));
}

}  // namespace

int full_disk(const std::string& folder) {
    if (!mount_small_disk(folder)) return child_cannot;
    const BlobId large{"aa000000000000000000000000000001"}, small{"bb000000000000000000000000000002"};
    std::ofstream(folder + "/filler") << std::string(48 << 20, 'f');
    int rows = 0;
    auto check_rows = [&](Tables& tables) {
        for (int i = 0; i < rows; ++i)
            must(sync_wait(tables.get("p", "row " + std::to_string(i))) == row_bytes(i), "row is there and whole");
    };
    auto tables = rocksdb_tables(folder + "/tables", 1 << 20);
    auto objects = file_objects(folder + "/objects");
    must(write_blob(*objects, small, 1000) == "no fault", "blob on an empty disk");

    must(contains(write_blob(*objects, large, 60 << 20), "No space left on device"), "blob larger than the disk is a fault");
    must(sync_wait(objects->open(large)) == nullptr, "no broken blob");

    std::string fault;
    while ((fault = fault_of(tables->commit(row(rows)))) == "no fault") must(++rows < 1000, "the disk becomes full");
    must(contains(fault, "No space left on device"), "full disk is named: " + fault);
    check_rows(*tables);
    must(fault_of(tables->commit(row(rows))) != "no fault" || rows++ < 1000, "a further commit faults or is good");
    check_rows(*tables);

    std::filesystem::remove(folder + "/filler");
    for (int i = 0; i < 3; ++i) {
        fault = fault_of(tables->commit(row(rows)));
        must(fault == "no fault", "commits go on when there is space again: " + fault);
        ++rows;
    }
    check_rows(*tables);
    must(write_blob(*objects, large, 1 << 20) == "no fault", "blob when there is space again");
    tables.reset();
    objects.reset();
    tables = rocksdb_tables(folder + "/tables", 1 << 20);
    objects = file_objects(folder + "/objects");
    check_rows(*tables);
    must(sync_wait(objects->open(large)) != nullptr && sync_wait(objects->open(small)) != nullptr, "blobs are there");
    must(std::filesystem::is_empty(folder + "/objects/tmp"), "no temporaries");
    return 0;
}

TEST(FullDisk, fails_what_does_not_fit_loses_nothing_and_serves_again_when_there_is_space) {
    TemporaryFolder folder;
    Child child = start_child("full_disk", folder.path());
    std::string output;
    char buffer[4096];
    for (ssize_t n; (n = ::read(child.output.get(), buffer, sizeof buffer)) > 0;)
        output.append(buffer, static_cast<std::size_t>(n));
    const int status = wait_child(child.pid);
    if (status == child_cannot) GTEST_SKIP() << "no mount namespaces here";
    EXPECT_EQ(status, 0) << output;
}

}  // namespace sekisho::store
