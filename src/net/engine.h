// Engine: makes the kernel's networking what Desired says, inside the namespaces of the process it runs in.
//
// The caller owns a user, mount and network namespace already (the lab process, or a test); nothing outside them is touched:
// every network namespace made here is anonymous, held by descriptors of this object, and ends with it. One thread at a time.
//
// layout (pure: Desired → kernel objects) → plan (pure: what is there → what to do) → kernel (does it) ; `realised` is what is
// there. An object that could not be made is reported under its resource and tried again at the next apply.
#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "net/desired.h"
#include "net/sockets.h"

namespace sekisho::net {

class Engine {
   public:
    explicit Engine(SocketEvents events);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Returns when the kernel is what `desired` says, or says why not, resource by resource. Before it returns, `closed` was
    // called for every socket that is gone and `opened` for every new one. Instances are not its business: their states are not
    // reported.
    Report apply(const Desired& desired);

    Observation observe();  // counters of NAT gateways and endpoints

    // Calls `opened` again for every open socket, with the ids they have: the gate started anew.
    void announce_all();

    // A descriptor of the network namespace of this interface (eni-…): eth0 with its addresses and the default route by the
    // subnet's router, lo. Empty when it is not there. The namespace goes when the interface leaves Desired and the last
    // descriptor is closed.
    Fd attach(const std::string& interface);

   private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sekisho::net
