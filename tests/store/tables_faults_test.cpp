// What the RocksDB engine does when the disk fails, and when bytes on it are damaged.
#include <rocksdb/db.h>

#include <fstream>
#include <random>

#include "store/fault_disk.h"
#include "store/support.h"
#include "store/tables/crc32c.h"
#include "store/tables/encoding.h"
#include "store/tables/rocksdb.h"
#include "store/tables/rocksdb_options.h"

namespace sekisho::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

Commit put(std::string key, std::string value) {
    Commit commit;
    commit.partition = "p";
    commit.put(std::move(key), std::move(value));
    return commit;
}

std::string random_bytes(std::size_t size) {
    std::mt19937 random(1);
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

class TablesFaultsTest : public testing::Test {
   protected:
    ~TablesFaultsTest() override { tables_.reset(); }
    void open() { tables_ = rocksdb_tables(folder_ / "db", 1 << 20, env_.get()); }
    void close() { tables_.reset(); }
    void commit(std::string key, std::string value) {
        ASSERT_EQ(sync_wait(tables_->commit(put(std::move(key), std::move(value)))), CommitResult::committed);
    }
    std::string get(std::string key) { return sync_wait(tables_->get("p", std::move(key))).value_or("absent"); }
    std::string fault_of_open() {
        try {
            rocksdb_tables(folder_ / "db", 1 << 20);
        } catch (const Fault& fault) {
            return fault.what();
        }
        return "no fault";
    }
    // The database, past the engine.
    void raw(const std::function<void(rocksdb::DB&)>& use) {
        rocksdb::DB* db = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(rocksdb_options(1 << 20, nullptr), folder_ / "db", &db).ok());
        std::unique_ptr<rocksdb::DB> owned(db);
        use(*db);
    }
    std::string only_file(const std::string& ending, std::uintmax_t bytes_min = 1) {
        std::string found;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "db"))
            if (entry.path().string().ends_with(ending) && entry.file_size() >= bytes_min) {
                EXPECT_EQ(found, "") << "several " << ending;
                found = entry.path();
            }
        EXPECT_NE(found, "") << "no " << ending;
        return found;
    }
    // Changes the byte in the middle of the one place where `text` stands.
    static void damage(const std::string& path, const std::string& text) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(file)), {});
        const std::size_t at = bytes.find(text);
        ASSERT_NE(at, std::string::npos);
        file.clear();
        file.seekp(static_cast<std::streamoff>(at + text.size() / 2));
        file.put('#');
    }

    TemporaryFolder folder_;
    std::shared_ptr<FaultDisk> disk_ = std::make_shared<FaultDisk>();
    std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(disk_);
    std::unique_ptr<Tables> tables_;
};

TEST_F(TablesFaultsTest, a_commit_that_was_acknowledged_outlives_a_power_cut) {
    // Each round cuts the power after another number of acknowledgements, with commits under way.
    for (int cut : {1, 2, 7, 40, 150}) {
        disk_ = std::make_shared<FaultDisk>();
        env_ = rocksdb::NewCompositeEnv(disk_);
        open();
        std::vector<std::string> acknowledged;
        auto writer = [](Tables& tables, FaultDisk& disk, std::vector<std::string>& acknowledged, int cut,
                         int i) -> Task<void> {
            for (int n = 0; !disk.power_cut; ++n) {
                std::string key = std::to_string(cut) + "/" + std::to_string(i) + "/" + std::to_string(n);
                CommitResult result;
                try {
                    result = co_await tables.commit(put(key, "value of " + key));
                } catch (const Fault&) {
                    co_return;  // not acknowledged
                }
                if (result != CommitResult::committed) throw Fault("conflict");
                acknowledged.push_back(std::move(key));
                if (acknowledged.size() == static_cast<std::size_t>(cut)) disk.power_cut = true;
            }
        };
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 8; ++i) tasks.push_back(writer(*tables_, *disk_, acknowledged, cut, i));
        run_all(std::move(tasks));
        close();
        disk_->lose_unsynced();

        env_.reset();
        open();
        ASSERT_GE(acknowledged.size(), static_cast<std::size_t>(cut));
        for (const std::string& key : acknowledged) EXPECT_EQ(get(key), "value of " + key);
        close();
    }
}

TEST_F(TablesFaultsTest, commits_that_wait_together_share_one_sync) {
    open();
    auto write = [](Tables& tables, int i) -> Task<void> { co_await tables.commit(put(std::to_string(i), "x")); };
    const int before = disk_->syncs;
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 1000; ++i) tasks.push_back(write(*tables_, i));
    run_all(std::move(tasks));
    EXPECT_LE(disk_->syncs - before, 100);
    EXPECT_GE(disk_->syncs - before, 1);
    const int alone = disk_->syncs;
    commit("alone", "x");
    EXPECT_EQ(disk_->syncs - alone, 1);
}

TEST_F(TablesFaultsTest, on_a_full_disk_commits_fail_reads_go_on_and_the_first_commit_with_space_again_succeeds) {
    open();
    commit("before", "1");
    disk_->full = true;
    EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))),
                AllOf(HasSubstr("nothing was committed"), HasSubstr("No space left on device")));
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))),
                    AllOf(HasSubstr("not writable"), HasSubstr("No space left on device")));
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("during"), "absent");
    disk_->full = false;
    commit("after", "1");
    commit("during", "2");
    close();
    env_.reset();
    open();
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("during"), "2");
    EXPECT_EQ(get("after"), "1");
}

TEST_F(TablesFaultsTest, a_commit_whose_sync_fails_is_not_acknowledged_nor_seen_and_nothing_before_it_is_lost) {
    open();
    commit("before", "1");
    disk_->sync_fails = true;
    EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))), HasSubstr("the disk failed to sync"));
    EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))), HasSubstr("not writable"));
    EXPECT_EQ(get("during"), "absent");
    EXPECT_EQ(get("before"), "1");
    disk_->sync_fails = false;
    commit("after", "1");
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("after"), "1");
}

TEST_F(TablesFaultsTest,
       when_the_disk_was_full_for_table_files_the_first_commit_with_space_again_succeeds_and_nothing_is_lost) {
    open();
    // More than the memory for rows (8 MiB) is given, so that rows move to table files in the background; the disk is full
    // for those, but not for the log.
    disk_->full_for = ".sst";
    int refused = 0;
    std::vector<std::string> committed;
    for (int i = 0; i < 40 && refused == 0; ++i) {
        std::string key = "row " + std::to_string(i);
        try {
            commit(key, random_bytes(800'000));
            committed.push_back(key);
        } catch (const Fault&) {
            ++refused;
        }
    }
    EXPECT_EQ(refused, 1);
    disk_->full_for = nullptr;
    commit("after", "1");
    for (const std::string& key : committed) EXPECT_EQ(get(key).size(), 800'000u);
}

TEST_F(TablesFaultsTest, reads_go_on_when_the_database_cannot_be_opened_anew) {
    open();
    commit("before", "1");
    disk_->full = true;
    EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))), HasSubstr("nothing was committed"));
    disk_->full = false;
    disk_->full_for = "MANIFEST";
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(fault_of(tables_->commit(put("during", "1"))), AllOf(HasSubstr("cannot open"), HasSubstr("No space left")));
        EXPECT_EQ(get("before"), "1");
        EXPECT_EQ(sync_wait(tables_->scan("p", Range::prefix("before"))).size(), 1u);
    }
    disk_->full_for = nullptr;
    commit("after", "1");
    EXPECT_EQ(get("before"), "1");
    EXPECT_EQ(get("after"), "1");
}

TEST_F(TablesFaultsTest, a_conflict_with_a_commit_that_then_failed_is_not_told_as_a_conflict) {
    open();
    disk_->full = true;
    std::vector<std::string> answers;
    auto create = [](Tables& tables, std::vector<std::string>& answers) -> Task<void> {
        Commit commit = put("row", "x");
        commit.require_absent("row");
        try {
            answers.push_back(co_await tables.commit(std::move(commit)) == CommitResult::conflict ? "conflict" : "committed");
        } catch (const Fault&) {
            answers.push_back("fault");
        }
    };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 10; ++i) tasks.push_back(create(*tables_, answers));
    run_all(std::move(tasks));
    EXPECT_EQ(answers, std::vector<std::string>(10, "fault"));
}

TEST_F(TablesFaultsTest, a_row_with_a_wrong_checksum_is_a_fault_for_every_kind_of_read) {
    env_.reset();
    open();
    for (const char* key : {"a", "b", "c"}) commit(key, "value");
    close();
    raw([](rocksdb::DB& db) {
        std::string sealed;
        ASSERT_TRUE(db.Get({}, partition_start("p") + "b", &sealed).ok());
        EXPECT_EQ(sealed.size(), 9u);
        sealed[2] ^= 1;
        ASSERT_TRUE(db.Put({}, partition_start("p") + "b", sealed).ok());
    });
    open();
    EXPECT_THAT(fault_of(tables_->get("p", "b")), HasSubstr("is damaged"));
    EXPECT_THAT(fault_of(tables_->scan("p", Range())), HasSubstr("is damaged"));
    EXPECT_EQ(get("a"), "value");
    EXPECT_EQ(sync_wait(tables_->scan("p", Range::prefix("c"))).size(), 1u);
    Commit conditional = put("d", "x");
    conditional.require("b", "value");
    EXPECT_THAT(fault_of(tables_->commit(conditional)), HasSubstr("is damaged"));
    EXPECT_EQ(get("d"), "absent");
    commit("b", "repaired");
    EXPECT_EQ(get("b"), "repaired");
}

TEST_F(TablesFaultsTest, a_sound_value_under_another_rows_key_is_a_fault) {
    env_.reset();
    open();
    commit("a", "value");
    close();
    raw([](rocksdb::DB& db) {
        std::string sealed;
        ASSERT_TRUE(db.Get({}, partition_start("p") + "a", &sealed).ok());
        ASSERT_TRUE(db.Put({}, partition_start("p") + "b", sealed).ok());
        ASSERT_TRUE(db.Put({}, partition_start("p") + "short", "abc").ok());
    });
    open();
    EXPECT_THAT(fault_of(tables_->get("p", "b")), HasSubstr("is damaged"));
    EXPECT_THAT(fault_of(tables_->get("p", "short")), HasSubstr("is damaged"));
}

TEST_F(TablesFaultsTest, a_damaged_block_in_a_table_file_is_a_fault) {
    env_.reset();
    open();
    commit("a", "a value that is easy to find");
    commit("0", random_bytes(20'000));  // so that it does not share a block with what opening reads
    close();
    raw([](rocksdb::DB& db) { ASSERT_TRUE(db.Flush({}).ok()); });
    damage(only_file(".sst"), "a value that is easy to find");
    open();
    EXPECT_THAT(fault_of(tables_->get("p", "a")), HasSubstr("Corruption"));
    EXPECT_THAT(fault_of(tables_->scan("p", Range())), HasSubstr("Corruption"));
}

TEST_F(TablesFaultsTest, a_log_damaged_before_its_end_does_not_open) {
    env_.reset();
    open();
    commit("a", "the first value of all");
    commit("b", "another value");
    close();
    damage(only_file(".log"), "the first value of all");
    EXPECT_THAT(fault_of_open(), AllOf(HasSubstr("cannot open"), HasSubstr("Corruption")));
}

TEST_F(TablesFaultsTest, a_log_torn_at_its_end_opens_with_all_but_the_torn_commit) {
    env_.reset();
    open();
    commit("a", "1");
    commit("b", "2");
    close();
    const std::string log = only_file(".log");
    std::filesystem::resize_file(log, std::filesystem::file_size(log) - 3);
    open();
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(get("b"), "absent");
    commit("b", "3");
    EXPECT_EQ(get("b"), "3");
}

TEST_F(TablesFaultsTest, rows_are_there_after_a_reopen_from_log_and_from_table_files) {
    env_.reset();
    open();
    commit("from table file", "1");
    close();
    raw([](rocksdb::DB& db) { ASSERT_TRUE(db.Flush({}).ok()); });
    open();
    commit("from log", "2");
    close();
    open();
    EXPECT_EQ(get("from table file"), "1");
    EXPECT_EQ(get("from log"), "2");
}

TEST_F(TablesFaultsTest, a_database_of_another_format_or_that_is_in_use_does_not_open) {
    env_.reset();
    open();
    EXPECT_THAT(fault_of_open(), AllOf(HasSubstr("cannot open"), HasSubstr("lock")));
    close();
    raw([](rocksdb::DB& db) { ASSERT_TRUE(db.Put({}, format_key, "2").ok()); });
    EXPECT_THAT(fault_of_open(), HasSubstr("it has format 2, this version knows 1"));
}

TEST_F(TablesFaultsTest, a_folder_that_cannot_be_made_is_named) {
    std::ofstream(folder_ / "db") << "a file";
    EXPECT_THAT(fault_of_open(), HasSubstr("cannot open " + (folder_ / "db")));
}

// The first format, byte for byte: what an earlier version wrote must be found by this one.
TEST_F(TablesFaultsTest, rows_lie_as_the_formats_document_says) {
    env_.reset();
    open();
    Commit commit;
    commit.partition = "a\0b"s;
    commit.put("key", "value");
    sync_wait(tables_->commit(commit));
    close();
    raw([](rocksdb::DB& db) {
        std::vector<std::string> rows;
        std::unique_ptr<rocksdb::Iterator> it(db.NewIterator({}));
        for (it->SeekToFirst(); it->Valid(); it->Next())
            rows.push_back(it->key().ToString(true) + " = " + it->value().ToString(true));
        EXPECT_THAT(rows, ElementsAre("00666F726D6174 = 31", "016100FF6200016B6579 = 76616C75652AA3AB64"));
    });
}

TEST(Crc32c, has_the_values_of_RFC_3720) {
    for (auto* crc : {&crc32c, &crc32c_portable}) {
        EXPECT_EQ(crc("123456789", 0), 0xe3069283u);
        EXPECT_EQ(crc(std::string(32, '\0'), 0), 0x8a9136aau);
        EXPECT_EQ(crc(std::string(32, '\xff'), 0), 0x62a8ab43u);
        EXPECT_EQ(crc("", 0), 0u);
    }
}

TEST(Crc32c, is_the_same_with_and_without_the_instruction_and_continues) {
    std::string bytes;
    for (int i = 0; i < 1700; ++i) {
        EXPECT_EQ(crc32c(bytes), crc32c_portable(bytes));
        EXPECT_EQ(crc32c(bytes, crc32c("before")), crc32c("before" + bytes));
        bytes.push_back(static_cast<char>(i * 7));
    }
}

}  // namespace
}  // namespace sekisho::store
