#include "services/ec2/addresses.h"

#include <fmt/format.h>

#include "services/ec2/network.h"
#include "wire/errors/ec2.h"

namespace sekisho::ec2 {

namespace {

const Address* by_public_ip(const State& state, const std::string& public_ip) {
    for (const auto& [id, address] : state.addresses)
        if (address->public_ip == public_ip) return address.get();
    return nullptr;
}

}  // namespace

Result<Address> find_address(const State& state, const std::string& allocation, const std::string& public_ip) {
    if (!allocation.empty()) return get(state.addresses, kind::address, allocation);
    const Address* address = by_public_ip(state, public_ip);
    if (!address) return fail(error::ec2::InvalidAddressNotFound, fmt::format("Address '{}' not found.", public_ip));
    return *address;
}

Result<Address> find_associated_address(const State& state, const std::string& association, const std::string& public_ip) {
    if (association.empty()) {
        const Address* address = by_public_ip(state, public_ip);
        if (!address) return fail(error::ec2::InvalidAddressNotFound, fmt::format("Address '{}' not found.", public_ip));
        return *address;
    }
    for (const auto& [id, address] : state.addresses)
        if (address->association == association) return *address;
    return fail(error::ec2::InvalidAssociationNotFound, fmt::format("The association ID '{}' does not exist", association));
}

}  // namespace sekisho::ec2
