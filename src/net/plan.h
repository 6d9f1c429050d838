// plan: the difference between what is there and what is wanted, as two lists in the order of work. Pure.
#pragma once

#include <vector>

#include "net/objects.h"

namespace sekisho::net::kernel {

struct Plan {
    std::vector<Object> lost;       // gone with something they stood on, to be forgotten without work
    std::vector<Object> removals;   // in this order, before any addition
    std::vector<Object> additions;  // in this order
};

Plan difference(const Objects& there, const Objects& wanted);

}  // namespace sekisho::net::kernel
