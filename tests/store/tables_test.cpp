// Every engine of tables does the same.
#include "store/tables/tables.h"

#include "store/engines.h"

namespace sekisho::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

class TablesTest : public testing::TestWithParam<TablesEngine> {
   protected:
    std::optional<std::string> get(std::string partition, std::string key) {
        return sync_wait(tables_->get(std::move(partition), std::move(key)));
    }
    std::vector<std::string> keys(std::string partition, Range range) {
        std::vector<std::string> keys;
        for (Row& row : sync_wait(tables_->scan(std::move(partition), std::move(range)))) keys.push_back(row.key);
        return keys;
    }
    CommitResult commit(Commit commit) { return sync_wait(tables_->commit(std::move(commit))); }
    void put(std::string partition, std::string key, std::string value) {
        Commit one{std::move(partition), {}, {}};
        one.put(std::move(key), std::move(value));
        ASSERT_EQ(commit(std::move(one)), CommitResult::committed);
    }

    TemporaryFolder folder_;
    std::unique_ptr<Tables> tables_ = GetParam().open(folder_.path());
};

INSTANTIATE_TEST_SUITE_P(Engines, TablesTest, all_tables_engines(), engine_name);

TEST_P(TablesTest, a_row_that_was_put_is_read_and_one_that_was_erased_is_not) {
    EXPECT_EQ(get("p", "k"), std::nullopt);
    put("p", "k", "one");
    EXPECT_EQ(get("p", "k"), "one");
    put("p", "k", "two");
    EXPECT_EQ(get("p", "k"), "two");
    Commit erase{"p", {}, {}};
    erase.erase("k");
    erase.erase("never there");
    EXPECT_EQ(commit(erase), CommitResult::committed);
    EXPECT_EQ(get("p", "k"), std::nullopt);
}

TEST_P(TablesTest, a_condition_on_an_absent_row_holds_only_while_it_is_absent) {
    Commit create{"p", {}, {}};
    create.require_absent("k");
    create.put("k", "first");
    EXPECT_EQ(commit(create), CommitResult::committed);
    create.writes.back().value = "second";
    EXPECT_EQ(commit(create), CommitResult::conflict);
    EXPECT_EQ(get("p", "k"), "first");
}

TEST_P(TablesTest, a_condition_on_a_value_holds_only_for_exactly_that_value) {
    put("p", "k", "abc");
    for (const char* wrong : {"ab", "abcd", "abC", "x"}) {
        Commit change{"p", {}, {}};
        change.require("k", wrong);
        change.put("k", "changed");
        EXPECT_EQ(commit(change), CommitResult::conflict) << wrong;
    }
    Commit change{"p", {}, {}};
    change.require("k", "abc");
    change.put("k", "changed");
    EXPECT_EQ(commit(change), CommitResult::committed);
    EXPECT_EQ(get("p", "k"), "changed");
}

TEST_P(TablesTest, a_condition_on_the_value_of_an_absent_row_does_not_hold) {
    Commit change{"p", {}, {}};
    change.require("k", "v");
    change.put("k", "w");
    EXPECT_EQ(commit(change), CommitResult::conflict);
    EXPECT_EQ(get("p", "k"), std::nullopt);
}

TEST_P(TablesTest, when_one_condition_of_several_fails_nothing_is_written) {
    put("p", "a", "1");
    Commit change{"p", {}, {}};
    change.require("a", "1");
    change.require_absent("b");
    change.require("c", "3");
    change.put("a", "2");
    change.put("b", "2");
    change.erase("a");
    EXPECT_EQ(commit(change), CommitResult::conflict);
    EXPECT_EQ(get("p", "a"), "1");
    EXPECT_EQ(get("p", "b"), std::nullopt);
}

TEST_P(TablesTest, conditions_see_the_state_before_the_commit_and_later_writes_of_a_key_win) {
    Commit change{"p", {}, {}};
    change.put("k", "1");
    change.require_absent("k");
    change.put("k", "2");
    change.put("gone", "1");
    change.erase("gone");
    EXPECT_EQ(commit(change), CommitResult::committed);
    EXPECT_EQ(get("p", "k"), "2");
    EXPECT_EQ(get("p", "gone"), std::nullopt);
}

TEST_P(TablesTest, a_commit_of_conditions_only_tells_whether_they_hold) {
    put("p", "k", "v");
    Commit check{"p", {}, {}};
    check.require("k", "v");
    EXPECT_EQ(commit(check), CommitResult::committed);
    check.require_absent("k");
    EXPECT_EQ(commit(check), CommitResult::conflict);
}

TEST_P(TablesTest, rows_come_in_byte_order_with_NUL_and_bytes_over_0x7f) {
    const std::vector<std::string> sorted = {"\0"s, "\0\0"s,  "\0\1"s,  "\0\xff"s,    "\1"s,    "a"s,    "a\0b"s,
                                             "aZ"s, "a\x7f"s, "a\x80"s, "a\xc3\xa9"s, "a\xff"s, "\xff"s, "\xff\xff"s};
    for (auto key = sorted.rbegin(); key != sorted.rend(); ++key) put("p", *key, "v" + *key);
    EXPECT_EQ(keys("p", Range()), sorted);
    for (const std::string& key : sorted) EXPECT_EQ(get("p", key), "v" + key);
}

TEST_P(TablesTest, no_partition_runs_into_another) {
    const std::vector<std::string> partitions = {"\0"s,  "\0\0"s,  "\0\1"s,      "\0\xff"s, "\0\xff\0"s, "a"s,
                                                 "a\0"s, "a\0\0"s, "a\0\1"s,     "a\0\2"s,  "a\0\1k"s,   "a\0\xff"s,
                                                 "a\1"s, "a\xff"s, "a\xff\xff"s, "ab"s,     "\xff"s,     "\xff\xff"s};
    for (const std::string& partition : partitions) {
        put(partition, "k", partition);
        put(partition, "\0"s, partition);
        put(partition, "\xff\xff"s, partition);
    }
    for (const std::string& partition : partitions) {
        std::vector<Row> rows = sync_wait(tables_->scan(partition, Range()));
        ASSERT_EQ(rows.size(), 3u) << testing::PrintToString(partition);
        EXPECT_EQ(rows[0].key, "\0"s);
        EXPECT_EQ(rows[1].key, "k");
        EXPECT_EQ(rows[2].key, "\xff\xff");
        for (const Row& row : rows) EXPECT_EQ(row.value, partition);
    }
    EXPECT_EQ(get("a\0"s, "\1k"s), std::nullopt);
}

TEST_P(TablesTest, a_range_begins_with_from_and_ends_before_until) {
    for (const char* key : {"a", "b", "c", "d"}) put("p", key, "v");
    EXPECT_THAT(keys("p", {"b", "d"}), ElementsAre("b", "c"));
    EXPECT_THAT(keys("p", {"b", ""}), ElementsAre("b", "c", "d"));
    EXPECT_THAT(keys("p", {"b\0"s, ""}), ElementsAre("c", "d"));
    EXPECT_THAT(keys("p", {"", "b"}), ElementsAre("a"));
    EXPECT_THAT(keys("p", {"c", "c"}), ElementsAre());
    EXPECT_THAT(keys("p", {"d", "a"}), ElementsAre());
    EXPECT_THAT(keys("p", {"", "", 2}), ElementsAre("a", "b"));
    EXPECT_THAT(keys("p", {"", "", 0}), ElementsAre());
    EXPECT_THAT(keys("nothing there", {}), ElementsAre());
}

TEST_P(TablesTest, a_prefix_range_holds_exactly_the_keys_that_start_so) {
    for (std::string key : {"a"s, "a\xff"s, "a\xff\xff"s, "a\xff\xffz"s, "b"s, "\xff"s, "\xff\xff"s, "\xff\xff\1"s})
        put("p", key, "v");
    EXPECT_THAT(keys("p", Range::prefix("a")), ElementsAre("a", "a\xff", "a\xff\xff", "a\xff\xffz"));
    EXPECT_THAT(keys("p", Range::prefix("a\xff")), ElementsAre("a\xff", "a\xff\xff", "a\xff\xffz"));
    EXPECT_THAT(keys("p", Range::prefix("\xff")), ElementsAre("\xff", "\xff\xff", "\xff\xff\1"));
    EXPECT_THAT(keys("p", Range::prefix("\xff\xff")), ElementsAre("\xff\xff", "\xff\xff\1"));
    EXPECT_EQ(keys("p", Range::prefix("")).size(), 8u);
}

TEST(Tables, after_prefix_is_the_smallest_key_beyond_the_prefix) {
    EXPECT_EQ(after_prefix("a"), "b");
    EXPECT_EQ(after_prefix("a\xff"), "b");
    EXPECT_EQ(after_prefix("a\xff\xff"), "b");
    EXPECT_EQ(after_prefix("a\x7f"), "a\x80");
    EXPECT_EQ(after_prefix("a\0"s), "a\1"s);
    EXPECT_EQ(after_prefix("\xff\xff"), "");
    EXPECT_EQ(after_prefix(""), "");
}

TEST_P(TablesTest, one_read_returns_at_most_1024_rows_and_the_next_goes_on) {
    Commit fill{"p", {}, {}};
    for (int i = 0; i < 2500; ++i) fill.put("k" + std::to_string(10000 + i), "v" + std::to_string(i));
    ASSERT_EQ(commit(fill), CommitResult::committed);
    std::size_t seen = 0;
    Range range{"", "", 1'000'000};
    std::vector<std::size_t> reads;
    for (;;) {
        std::vector<Row> rows = sync_wait(tables_->scan("p", range));
        reads.push_back(rows.size());
        for (const Row& row : rows) EXPECT_EQ(row.key, "k" + std::to_string(10000 + seen++));
        if (rows.size() < rows_per_read_max) break;
        range.from = rows.back().key + '\0';
    }
    EXPECT_THAT(reads, ElementsAre(1024, 1024, 452));
}

TEST_P(TablesTest, partitions_keys_and_values_have_limits) {
    const std::string p(partition_bytes_max, 'p'), k(key_bytes_max, 'k'), v(value_bytes_max, 'v');
    put(p, k, v);
    EXPECT_EQ(get(p, k), v);
    EXPECT_THAT(fault_of(tables_->get(p + "p", "k")), HasSubstr("partition of 513 bytes, over the limit of 512"));
    EXPECT_THAT(fault_of(tables_->get("p", k + "k")), HasSubstr("key of 2049 bytes, over the limit of 2048"));
    EXPECT_THAT(fault_of(tables_->get("", "k")), HasSubstr("empty partition"));
    EXPECT_THAT(fault_of(tables_->get("p", "")), HasSubstr("empty key"));
    EXPECT_THAT(fault_of(tables_->scan("", {})), HasSubstr("empty partition"));
    EXPECT_THAT(fault_of(tables_->scan(p + "p", {})), HasSubstr("partition of 513 bytes"));
    auto fault_of_put = [&](std::string partition, std::string key, std::string value) {
        Commit put{partition, {}, {}};
        put.put("other", "row");
        put.put(key, value);
        return fault_of(tables_->commit(put));
    };
    EXPECT_THAT(fault_of_put("", "k", "v"), HasSubstr("empty partition"));
    EXPECT_THAT(fault_of_put(p + "p", "k", "v"), HasSubstr("partition of 513 bytes"));
    EXPECT_THAT(fault_of_put("q", "", "v"), HasSubstr("empty key"));
    EXPECT_THAT(fault_of_put("q", k + "k", "v"), HasSubstr("key of 2049 bytes"));
    EXPECT_THAT(fault_of_put("q", "k", ""), HasSubstr("empty value"));
    EXPECT_THAT(fault_of_put("q", "k", v + "v"), HasSubstr("value of 1048577 bytes, over the limit of 1048576"));
    EXPECT_THAT(keys("q", {}), ElementsAre());  // nor was the other row written
}

TEST_P(TablesTest, conditions_have_the_limits_of_rows) {
    auto fault_of_condition = [&](std::string key, std::optional<std::string> value) {
        Commit check{"p", {}, {}};
        check.conditions.push_back({std::move(key), std::move(value)});
        return fault_of(tables_->commit(check));
    };
    EXPECT_THAT(fault_of_condition("", std::nullopt), HasSubstr("empty key"));
    EXPECT_THAT(fault_of_condition(std::string(key_bytes_max + 1, 'k'), std::nullopt), HasSubstr("key of 2049 bytes"));
    EXPECT_THAT(fault_of_condition("k", ""), HasSubstr("empty value"));
    EXPECT_THAT(fault_of_condition("k", std::string(value_bytes_max + 1, 'v')), HasSubstr("value of 1048577 bytes"));
}

TEST_P(TablesTest, a_commit_has_limits_of_rows_and_bytes) {
    Commit rows{"p", {}, {}};
    for (std::size_t i = 0; i < rows_per_commit_max; ++i) rows.put(std::to_string(i), "v");
    Commit conditions{"p", {}, {}};
    for (std::size_t i = 0; i < rows_per_commit_max; ++i) conditions.require(std::to_string(i), "v");
    EXPECT_EQ(commit(rows), CommitResult::committed);
    EXPECT_EQ(commit(conditions), CommitResult::committed);
    rows.erase("one more");
    conditions.require_absent("one more");
    EXPECT_THAT(fault_of(tables_->commit(rows)), HasSubstr("commit with 8193 writes, over the limit of 8192"));
    EXPECT_THAT(fault_of(tables_->commit(conditions)), HasSubstr("commit with 8193 conditions, over the limit of 8192"));

    Commit bytes{"p", {}, {}};
    const std::string mebibyte(value_bytes_max, 'v');
    for (std::size_t i = 0; i < commit_bytes_max / value_bytes_max; ++i) bytes.put(std::to_string(i), mebibyte);
    EXPECT_THAT(fault_of(tables_->commit(bytes)), HasSubstr("bytes, over the limit of 67108864"));
    EXPECT_EQ(get("p", "0"), "v");
}

}  // namespace
}  // namespace sekisho::store
