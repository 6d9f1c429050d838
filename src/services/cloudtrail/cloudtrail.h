// Cloudtrail: the service that reads the audit log. JSON 1.1, LookupEvents.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "services/operation.h"
#include "store/objects/workers.h"

namespace sekisho::cloudtrail {

class Cloudtrail {
   public:
    // `folder`: the audit log's; `flush` returns when what was logged before is in its files.
    Cloudtrail(std::string folder, std::function<void()> flush)
        : folder(std::move(folder)), flush(std::move(flush)), workers("cloudtrail", 1) {}

    const std::string folder;
    const std::function<void()> flush;
    store::Workers workers;
};

// The service as the gate sees it. `cloudtrail` outlives it.
std::unique_ptr<services::Service> service(Cloudtrail& cloudtrail);

}  // namespace sekisho::cloudtrail
