// layout: what kernel objects a desired network is made of. Pure: no kernel, no clock; the only memory is the numbers that were
// given to names before. Values of Desired are parsed as if they were hostile: what does not parse is left out and reported.
#pragma once

#include <map>
#include <string>

#include "net/desired.h"
#include "net/objects.h"

namespace sekisho::net::kernel {

// Interface indexes, table numbers and profile numbers, by what they are for. A name keeps its number as long as it is known,
// so that an unchanged resource is an unchanged object. Numbers are not used twice.
class Numbers {
   public:
    std::uint32_t of(const std::string& name);
    void forget(const std::string& prefix);  // every name that begins so

   private:
    std::map<std::string, std::uint32_t> numbers_;
    std::uint32_t next_ = 1000;  // above the indexes and tables that the kernel uses by itself
};

struct Layout {
    Objects objects;
    std::map<std::string, std::string> errors;  // by resource
};

inline constexpr const char* internet_space = "internet";

Layout lay_out_internet(const Desired& desired);
Layout lay_out(const Vpc& vpc, Numbers& numbers);

bool valid_id(const std::string& id);  // lower-case letters, digits and '-', at most 64

}  // namespace sekisho::net::kernel
