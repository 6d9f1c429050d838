// A process that is killed at any moment loses nothing it acknowledged, and leaves nothing half there.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "base/entropy.h"
#include "store/children.h"
#include "store/objects/objects.h"
#include "store/support.h"
#include "store/tables/tables.h"

namespace sekisho::store {

namespace {

std::string bytes_of(const BlobId& id) {
    std::mt19937_64 random(std::hash<std::string>{}(id.value));
    std::string bytes(random() % 600'000, '\0');
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 512) {
        const std::uint64_t word = random();
        std::memcpy(bytes.data() + at, &word, 8);
    }
    return bytes;
}

// Writes blobs and rows for ever: a blob, then in one commit two rows that name it, then a line on the output.
Task<void> write_for_ever(Tables& tables, Objects& objects, Entropy& entropy) {
    for (;;) {
        const BlobId id{entropy.hex(32)};
        const std::string bytes = bytes_of(id);
        auto writer = objects.create(id);
        for (std::size_t at = 0; at < bytes.size(); at += 65'536) co_await writer->append(bytes.substr(at, 65'536));
        co_await writer->seal();
        Commit commit;
        commit.partition = "crash";
        commit.require_absent("a/" + id.value);
        commit.put("a/" + id.value, "blob " + id.value);
        commit.put("b/" + id.value, "blob " + id.value);
        if (co_await tables.commit(std::move(commit)) != CommitResult::committed) throw Fault("conflict");
        const std::string line = id.value + "\n";
        if (::write(1, line.data(), line.size()) < 0) throw_errno("write");
    }
}

std::optional<std::string> read_blob(Objects& objects, const BlobId& id) {
    auto reader = sync_wait(objects.open(id));
    if (!reader) return std::nullopt;
    std::string all;
    while (all.size() < reader->size()) all += sync_wait(reader->read(all.size(), read_bytes_max));
    return all;
}

std::vector<std::string> keys(Tables& tables, const std::string& prefix) {
    std::vector<std::string> keys;
    Range range = Range::prefix(prefix);
    for (;;) {
        std::vector<Row> rows = sync_wait(tables.scan("crash", range));
        for (const Row& row : rows) keys.push_back(row.key.substr(prefix.size()));
        if (rows.size() < rows_per_read_max) return keys;
        range.from = rows.back().key + '\0';
    }
}

// Reads what a child prints until there are `lines` complete lines, kills it, and returns all complete lines.
std::vector<std::string> lines_until_killed(const Child& child, std::size_t lines) {
    std::string output;
    bool killed = false;
    char buffer[4096];
    for (ssize_t n; (n = ::read(child.output.get(), buffer, sizeof buffer)) > 0;) {
        output.append(buffer, static_cast<std::size_t>(n));
        if (!killed && static_cast<std::size_t>(std::count(output.begin(), output.end(), '\n')) >= lines) {
            ::kill(child.pid, SIGKILL);
            killed = true;
        }
    }
    std::vector<std::string> complete;
    for (std::size_t at = 0, end; (end = output.find('\n', at)) != std::string::npos; at = end + 1)
        complete.push_back(output.substr(at, end - at));
    return complete;
}

}  // namespace

int crash_writer(const std::string& folder) {
    auto tables = rocksdb_tables(folder + "/tables", 1 << 20);
    auto objects = file_objects(folder + "/objects");
    SystemEntropy entropy;
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 8; ++i) tasks.push_back(write_for_ever(*tables, *objects, entropy));
    run_all(std::move(tasks));
    return 0;
}

TEST(Crash, what_a_killed_process_acknowledged_is_there_and_whole) {
    TemporaryFolder folder;
    std::mt19937 random(20);
    std::vector<std::string> acknowledged;
    for (int round = 0; round < 12; ++round) {
        Child child = start_child("crash_writer", folder.path());
        const std::size_t lines = random() % 40 + 1;
        std::vector<std::string> now = lines_until_killed(child, lines);
        ASSERT_EQ(wait_child(child.pid), -SIGKILL);
        ASSERT_GE(now.size(), lines);
        acknowledged.insert(acknowledged.end(), now.begin(), now.end());

        auto tables = rocksdb_tables(folder / "tables", 1 << 20);
        auto objects = file_objects(folder / "objects");
        EXPECT_TRUE(std::filesystem::is_empty(folder / "objects/tmp"));
        const std::vector<std::string> rows = keys(*tables, "a/");
        EXPECT_EQ(rows, keys(*tables, "b/"));  // each commit is there whole or not at all
        for (const std::string& id : acknowledged) EXPECT_TRUE(std::binary_search(rows.begin(), rows.end(), id)) << id;
        for (const std::string& id : rows) {  // also of commits that were not acknowledged
            std::optional<std::string> bytes = read_blob(*objects, BlobId(id));
            ASSERT_TRUE(bytes) << id;
            EXPECT_TRUE(*bytes == bytes_of(BlobId(id))) << id;
        }
    }
    EXPECT_GT(acknowledged.size(), 12u);
}

}  // namespace sekisho::store
