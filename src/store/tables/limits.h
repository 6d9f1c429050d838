// The limits of tables.h, checked the same way by every engine. Each throws a Fault that names the limit.
#pragma once

#include "store/tables/tables.h"

namespace sekisho::store {

void check_place(std::string_view partition, std::string_view key);
void check_partition(std::string_view partition);
void check_commit(const Commit& commit);

}  // namespace sekisho::store
