// The page of condition keys is what the tables say, and the tables are what the sources fill.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "authz/keys.h"
#include "base/bytes.h"

namespace sekisho::authz::test {
namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

const std::filesystem::path source = SEKISHO_SOURCE_DIR;

TEST(KeysPage, IsWhatTheTablesSay) {
    const std::filesystem::path page = source / "docs" / "context-keys.md";
    if (std::getenv("UPDATE_DOCS")) std::ofstream(page) << context_keys_page();
    EXPECT_EQ(read(page), context_keys_page()) << "write it with UPDATE_DOCS=1";
}

TEST(KeysPage, EveryKeyThatAnOperationFillsIsInATable) {
    std::set<std::string> known;
    for (auto table : {key_table(), operation_key_table()})
        for (const Key& key : table) EXPECT_TRUE(known.insert(to_lower(key.name)).second) << key.name << " stands twice";
    const std::regex filled(
        "context(?:\\(\\))?\\.set\\(\\s*\"([a-z0-9]+:[A-Za-z0-9/_-]+)\"|\\bkey\\(\\s*\"([a-z0-9]+:[A-Za-z0-9/_-]+)\"");
    int seen = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(source / "src" / "services")) {
        // The simulators fill what their caller names.
        if (file.path().extension() != ".cpp" && file.path().extension() != ".h") continue;
        if (file.path().filename().string().starts_with("simulat")) continue;
        const std::string text = read(file.path());
        for (std::sregex_iterator it(text.begin(), text.end(), filled), end; it != end; ++it, ++seen) {
            const std::string name = (*it)[1].matched ? (*it)[1] : (*it)[2];
            EXPECT_TRUE(known.contains(to_lower(name))) << name << " in " << file.path();
        }
    }
    EXPECT_GT(seen, 20) << "nothing found: the expression above no longer fits the sources";
}

}  // namespace
}  // namespace sekisho::authz::test
