// Draft: a commit in the making. What it reads are the rows as it leaves them, so that many changes, also of one key, are made
// one after the other and committed at once. Every row that was read is a condition of the commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "store/tables/tables.h"

namespace sekisho::s3 {

class Draft {
   public:
    Draft(store::Tables& tables, std::string partition) : tables_(tables), partition_(std::move(partition)) {}

    Task<std::optional<std::string>> get(std::string key);
    // The first row under a prefix. No condition: whoever relies on it reads a row that decides.
    Task<std::optional<store::Row>> first(std::string prefix);
    void put(std::string key, std::string value);
    void erase(std::string key);
    void require(std::string key, std::string value) { conditions_[std::move(key)] = std::move(value); }

    const std::string& partition() const { return partition_; }  // until commit()
    bool empty() const { return writes_.empty(); }
    std::size_t bytes() const { return bytes_; }  // about
    store::Commit commit();                       // once

   private:
    store::Tables& tables_;
    std::string partition_;
    std::map<std::string, std::optional<std::string>> conditions_, writes_;
    std::size_t bytes_ = 0;
};

}  // namespace sekisho::s3
