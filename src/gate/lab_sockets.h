// LabSockets: what the lab opens inside its networks becomes listeners of the HTTP server and DNS services of the gate.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "http/server.h"
#include "net/sockets.h"
#include "process/lab_client.h"
#include "services/dns/message.h"

namespace sekisho::gate {

class LabSockets {
   public:
    // `answer`: the DNS answer for a VPC's question.
    using Resolve = std::function<dns::Answer(const dns::Question& question, const std::string& vpc)>;

    LabSockets(http::Server& server, http::LoopPool& loops, Resolve resolve);

    process::LabCallbacks callbacks();
    void stop();  // before the loops end: closes the resolvers; later sockets are dropped

   private:
    void opened(net::OpenedSocket socket, Fd fd);
    Task<void> closed(std::uint64_t id);

    http::Server& server_;
    http::LoopPool& loops_;
    Resolve resolve_;
    std::mutex mutex_;
    bool stopped_ = false;
    std::map<std::uint64_t, std::shared_ptr<void>> resolvers_;  // DNS services, over UDP and TCP, by the lab's id
};

}  // namespace sekisho::gate
