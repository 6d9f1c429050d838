// LabClient: the gate's end of the channel to the lab; net::Fabric over it.
//
// The gate sends the whole desired state; the newest wins when several wait. apply() completes when the lab has reported its
// generation or a later one AND the gate has finished closing every socket that the lab withdrew on the way: that is why a
// deleted endpoint never answers again. When the lab ends, every socket it had opened is withdrawn; when it is there again, the
// last state is sent again and the sockets are announced anew. When the gate itself has been restarted nothing is sent before
// the first apply(): the first state must be whole, since an instance that is not in it loses its disk.
//
// A thread of its own reads and writes; callbacks run on it and must not block.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "base/fd.h"
#include "base/task.h"
#include "net/fabric.h"
#include "net/sockets.h"

namespace sekisho::process {

struct LabCallbacks {
    // A socket that the lab has opened inside its network; its id is never used again while this process lives.
    std::function<void(net::OpenedSocket socket, Fd fd)> on_socket_opened;
    // The lab has withdrawn the socket (or is gone): close the listener and every connection accepted from it; the task ends
    // when no further answer can go out by them.
    std::function<Task<void>(std::uint64_t id)> on_socket_closed;
};

class LabClient final : public net::Fabric {
   public:
    // `wait_for_lab_max`: how long a call waits for a lab that has to be started again, before it is a Fault.
    explicit LabClient(LabCallbacks callbacks, std::chrono::milliseconds wait_for_lab_max = std::chrono::seconds(30));
    ~LabClient() override;  // withdraws nothing: the process ends

    // A channel to a lab that has just been started (first or again). Any thread.
    void connect(Fd channel);

    std::string unavailable() const override;
    Task<net::Report> apply(net::Desired desired) override;
    Task<net::Observation> observe() override;
    Task<Result<net::Shell>> open_shell(net::ShellRequest request) override;
    void on_instance_state(std::function<void(std::string instance, std::string state)> callback) override;

   private:
    struct Data;
    std::shared_ptr<Data> data_;
};

}  // namespace sekisho::process
