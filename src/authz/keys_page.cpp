// docs/context-keys.md, written from the tables of keys.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "authz/keys.h"
#include "base/bytes.h"

namespace sekisho::authz {
namespace {

std::string_view type_text(Key::Type type) {
    switch (type) {
        case Key::Type::string:
            return "string";
        case Key::Type::arn:
            return "ARN";
        case Key::Type::ip:
            return "IP address";
        case Key::Type::date:
            return "date";
        case Key::Type::numeric:
            return "number";
        case Key::Type::boolean:
            return "boolean";
    }
    return "";
}

std::string keys_as_rows(std::span<const Key> table) {
    std::vector<const Key*> sorted;
    for (const Key& key : table) sorted.push_back(&key);
    std::ranges::sort(sorted, {}, [](const Key* key) { return to_lower(key->name); });
    std::string out = "| key | type | values | present when |\n|---|---|---|---|\n";
    for (const Key* key : sorted)
        out += fmt::format("| `{}{}` | {} | {} | {} |\n", key->name, key->name.ends_with('/') ? "*tag-key*" : "",
                           type_text(key->type), key->multiple ? "several" : "one", key->present);
    return out;
}

}  // namespace

std::string context_keys_page() {
    return "# Condition keys\n\n"
           "Made from the server's own tables; `UPDATE_DOCS=1 authz_test --gtest_filter='KeysPage.*'` writes it anew.\n"
           "A key that is not present is absent: a negated operator is met, any other is not, and `Null` tells them apart.\n"
           "Keys that stand here in neither table are always absent.\n\n"
           "## Keys of every request\n\n"
           "The network's keys come from the socket that the request came by, never from a header.\n\n" +
           keys_as_rows(key_table()) +
           "\n## Keys of some operations\n\n"
           "An operation cannot override a key of the table above.\n\n" +
           keys_as_rows(operation_key_table());
}

}  // namespace sekisho::authz
