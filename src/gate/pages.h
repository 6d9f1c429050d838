// The server's own pages on the API port: /_sekisho/health and /_sekisho/metrics (Prometheus text format 0.0.4).
#pragma once

#include "authz/audit.h"
#include "http/message.h"
#include "http/server.h"

namespace sekisho::gate {

class Pages {
   public:
    Pages(const http::Server& server, const authz::AuditLog& audit) : server_(server), audit_(audit) {}
    http::Reply answer(const http::Request& request) const;

   private:
    const http::Server& server_;
    const authz::AuditLog& audit_;
};

}  // namespace sekisho::gate
