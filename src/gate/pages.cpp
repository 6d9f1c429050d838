#include "gate/pages.h"

#include <fmt/format.h>

namespace sekisho::gate {

namespace {

http::Reply text_page(int status, std::string body, std::string type = "text/plain; charset=utf-8") {
    http::Reply reply;
    reply.status = status;
    reply.headers.set("Content-Type", std::move(type));
    reply.body = std::move(body);
    return reply;
}

void metric(std::string& out, std::string_view name, std::string_view type, std::string_view help, std::uint64_t value) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help, type, value);
}

}  // namespace

http::Reply Pages::answer(const http::Request& request) const {
    // Only from this host: what load a server has is nobody else's business.
    if (!request.connection.listener->loopback) return text_page(404, "Not Found\n");
    if (request.method != "GET" && request.method != "HEAD") return text_page(405, "Method Not Allowed\n");
    if (request.path == "/_sekisho/health") return text_page(200, "{\"status\":\"ok\"}\n", "application/json");
    if (request.path == "/_sekisho/metrics") {
        std::string out;
        metric(out, "sekisho_connections_open", "gauge", "Connections open now.", server_.connections_open());
        metric(out, "sekisho_connections_total", "counter", "Connections accepted.", server_.connections_total());
        metric(out, "sekisho_requests_total", "counter", "Requests read.", server_.requests_total());
        metric(out, "sekisho_audit_lines_total", "counter", "Audit lines written.", audit_.written());
        metric(out, "sekisho_audit_dropped_total", "counter", "Audit lines dropped: full queue or full disk.",
               audit_.dropped());
        return text_page(200, std::move(out), "text/plain; version=0.0.4");
    }
    return text_page(404, "Not Found\n");
}

}  // namespace sekisho::gate
