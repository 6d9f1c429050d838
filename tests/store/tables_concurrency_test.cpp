#include <thread>

#include "store/engines.h"

namespace sekisho::store {
namespace {

class ConcurrentTablesTest : public testing::TestWithParam<TablesEngine> {
   protected:
    std::string get(std::string key) { return sync_wait(tables_->get("p", std::move(key))).value_or("absent"); }

    TemporaryFolder folder_;
    std::unique_ptr<Tables> tables_ = GetParam().open(folder_.path());
};
INSTANTIATE_TEST_SUITE_P(Engines, ConcurrentTablesTest, all_tables_engines(), engine_name);

// Adds one to the row "counter" by compare-and-set, as often as it takes; returns how often that was.
Task<int> increment(Tables& tables) {
    for (int attempt = 1;; ++attempt) {
        std::optional<std::string> now = co_await tables.get("p", "counter");
        Commit commit;
        commit.partition = "p";
        commit.conditions.push_back({"counter", now});
        commit.put("counter", std::to_string(now ? std::stoi(*now) + 1 : 1));
        if (co_await tables.commit(std::move(commit)) == CommitResult::committed) co_return attempt;
    }
}

TEST_P(ConcurrentTablesTest, threads_that_count_by_compare_and_set_reach_exactly_the_number_of_counts) {
    constexpr int threads = 8, counts = 50;
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&] {
            for (int i = 0; i < counts; ++i) sync_wait(increment(*tables_));
        });
    for (std::thread& thread : running) thread.join();
    EXPECT_EQ(get("counter"), std::to_string(threads * counts));
}

TEST_P(ConcurrentTablesTest, coroutines_that_count_on_one_loop_reach_exactly_the_number_of_counts) {
    auto count = [](Tables& tables) -> Task<void> { (void)co_await increment(tables); };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 64; ++i) tasks.push_back(count(*tables_));
    run_all(std::move(tasks));
    EXPECT_EQ(get("counter"), "64");
}

TEST_P(ConcurrentTablesTest, of_many_that_create_the_same_row_at_once_one_wins) {
    std::vector<int> winners;
    auto create = [](Tables& tables, std::vector<int>& winners, int i) -> Task<void> {
        Commit commit;
        commit.partition = "p";
        commit.require_absent("row");
        commit.put("row", std::to_string(i));
        commit.put("also " + std::to_string(i), "x");
        if (co_await tables.commit(std::move(commit)) == CommitResult::committed) winners.push_back(i);
    };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 100; ++i) tasks.push_back(create(*tables_, winners, i));
    run_all(std::move(tasks));
    ASSERT_EQ(winners.size(), 1u);
    EXPECT_EQ(get("row"), std::to_string(winners[0]));
    EXPECT_EQ(sync_wait(tables_->scan("p", Range::prefix("also "))).size(), 1u);
}

TEST_P(ConcurrentTablesTest, commits_of_one_group_see_each_other) {
    // A chain: each commit takes the row away that the one before it made. All are queued before the first is served.
    auto step = [](Tables& tables, int i, int& done) -> Task<void> {
        Commit commit;
        commit.partition = "p";
        if (i > 0) commit.require("step " + std::to_string(i - 1), "here");
        if (i > 0) commit.erase("step " + std::to_string(i - 1));
        commit.require_absent("step " + std::to_string(i));
        commit.put("step " + std::to_string(i), "here");
        if (co_await tables.commit(std::move(commit)) == CommitResult::committed) ++done;
    };
    int done = 0;
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 200; ++i) tasks.push_back(step(*tables_, i, done));
    run_all(std::move(tasks));
    EXPECT_EQ(done, 200);
    std::vector<Row> rows = sync_wait(tables_->scan("p", Range()));
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].key, "step 199");
}

TEST_P(ConcurrentTablesTest, a_commit_is_seen_whole_or_not_at_all) {
    std::atomic<bool> ended = false;
    std::thread writer([&] {
        for (int i = 0; i < 200; ++i) {
            Commit commit;
            commit.partition = "p";
            for (const char* key : {"a", "b", "c"}) commit.put(key, std::to_string(i));
            sync_wait(tables_->commit(std::move(commit)));
        }
        ended = true;
    });
    while (!ended) {
        std::vector<Row> rows = sync_wait(tables_->scan("p", Range()));
        if (rows.empty()) continue;
        ASSERT_EQ(rows.size(), 3u);
        EXPECT_EQ(rows[0].value, rows[1].value);
        EXPECT_EQ(rows[0].value, rows[2].value);
    }
    writer.join();
}

TEST_P(ConcurrentTablesTest, a_coroutine_goes_on_on_the_loop_where_it_began) {
    auto check = [](Tables& tables, std::thread::id mine, int i) -> Task<void> {
        Commit commit;
        commit.partition = "p";
        commit.put("row " + std::to_string(i), "x");
        co_await tables.commit(std::move(commit));
        if (std::this_thread::get_id() != mine) throw Fault("resumed on another thread");
    };
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 20; ++i) tasks.push_back(check(*tables_, std::this_thread::get_id(), i));
    EXPECT_NO_THROW(run_all(std::move(tasks)));
}

}  // namespace
}  // namespace sekisho::store
