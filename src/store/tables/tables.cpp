#include "store/tables/tables.h"

namespace sekisho::store {

std::string after_prefix(std::string_view prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.remove_suffix(1);
    std::string after(prefix);
    if (!after.empty()) after.back() = static_cast<char>(static_cast<unsigned char>(after.back()) + 1);
    return after;
}

Range Range::prefix(std::string_view prefix, std::size_t rows_max) {
    return Range{std::string(prefix), after_prefix(prefix), rows_max};
}

}  // namespace sekisho::store
