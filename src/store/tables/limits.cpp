#include "store/tables/limits.h"

#include <fmt/format.h>

#include "base/result.h"

namespace sekisho::store {

namespace {
void check_size(std::string_view what, std::size_t size, std::size_t max) {
    if (size == 0) throw Fault(fmt::format("tables: empty {}", what));
    if (size > max) throw Fault(fmt::format("tables: {} of {} bytes, over the limit of {}", what, size, max));
}
void check_rows(std::string_view what, std::size_t rows) {
    if (rows > rows_per_commit_max)
        throw Fault(fmt::format("tables: commit with {} {}, over the limit of {}", rows, what, rows_per_commit_max));
}
}  // namespace

void check_partition(std::string_view partition) { check_size("partition", partition.size(), partition_bytes_max); }

void check_place(std::string_view partition, std::string_view key) {
    check_partition(partition);
    check_size("key", key.size(), key_bytes_max);
}

void check_commit(const Commit& commit) {
    check_partition(commit.partition);
    check_rows("conditions", commit.conditions.size());
    check_rows("writes", commit.writes.size());
    std::size_t bytes = 0;
    auto check_row = [&](const std::string& key, const std::optional<std::string>& value) {
        check_size("key", key.size(), key_bytes_max);
        if (value) check_size("value", value->size(), value_bytes_max);
        bytes += key.size() + (value ? value->size() : 0);
    };
    for (const auto& condition : commit.conditions) check_row(condition.key, condition.value);
    for (const auto& write : commit.writes) check_row(write.key, write.value);
    if (bytes > commit_bytes_max)
        throw Fault(fmt::format("tables: commit of {} bytes, over the limit of {}", bytes, commit_bytes_max));
}

}  // namespace sekisho::store
