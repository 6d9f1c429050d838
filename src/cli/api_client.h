// ApiClient: calls the running server as root (or as the credentials of the environment), signed with Signature Version 4.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/data_folder.h"
#include "http/client.h"

namespace sekisho::cli {

class ApiClient {
   public:
    explicit ApiClient(RunningServer server);

    // One operation of the server's own service. The error carries the service's code and message.
    Result<nlohmann::json> call(std::string_view operation, const nlohmann::json& input);
    // The same, for an operation that answers with 101 and a stream.
    Result<std::unique_ptr<http::ClientStream>> open(std::string_view operation, const nlohmann::json& input);

    const RunningServer& server() const { return server_; }

   private:
    http::ClientRequest signed_request(std::string_view operation, const nlohmann::json& input) const;

    RunningServer server_;
    http::Client client_;
};

}  // namespace sekisho::cli
