// Every engine of tables, for the tests that run over all of them.
#pragma once

#include "store/support.h"
#include "store/tables/tables.h"

namespace sekisho::store {

struct TablesEngine {
    std::string name;
    std::function<std::unique_ptr<Tables>(const std::string& folder)> open;
};
inline std::ostream& operator<<(std::ostream& out, const TablesEngine& engine) { return out << engine.name; }

inline auto all_tables_engines() {
    return testing::Values(TablesEngine{"memory", [](const std::string&) { return memory_tables(); }},
                           TablesEngine{"rocksdb", [](const std::string& folder) { return rocksdb_tables(folder, 1 << 20); }});
}
inline std::string engine_name(const testing::TestParamInfo<TablesEngine>& info) { return info.param.name; }

}  // namespace sekisho::store
