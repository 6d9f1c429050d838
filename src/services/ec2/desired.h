// desired(): from records to the network that the lab should build. Pure: the same states give the same value.
#pragma once

#include <string>
#include <vector>

#include "net/desired.h"
#include "services/ec2/view.h"

namespace sekisho::ec2 {

struct PlacedState {
    Place place;
    std::shared_ptr<const State> state;
};

// About how many bytes the networks and instances of a state take on their way to the lab; not less.
std::size_t desired_bytes(const Place& place, const State& state);

net::Desired desired(const std::vector<PlacedState>& states, const AddressPlan& plan, std::string ca_certificate_pem);

}  // namespace sekisho::ec2
