#include "policy/context.h"

#include "base/bytes.h"

namespace sekisho::policy {

const ContextEntry* Context::find(std::string_view key) const {
    for (const Entry& entry : entries_)
        if (entry.key.size() == key.size() && equal_ignoring_case(entry.key, key)) return &entry;
    return nullptr;
}

}  // namespace sekisho::policy
