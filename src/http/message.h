// HTTP messages as the rest of the path sees them. No Boost here: http/ alone includes Beast.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "base/task.h"

namespace sekisho::http {

// Fields in the order received; names keep their spelling and compare without case.
class Headers {
   public:
    std::optional<std::string_view> find(std::string_view name) const;  // the first
    std::vector<std::string_view> all(std::string_view name) const;
    void add(std::string name, std::string value) {
        if (fields_.empty()) fields_.reserve(fields_expected);
        fields_.emplace_back(std::move(name), std::move(value));
    }
    void set(std::string name, std::string value);  // replaces every field of that name
    void erase(std::string_view name);
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }

   private:
    static constexpr std::size_t fields_expected = 12;
    std::vector<std::pair<std::string, std::string>> fields_;
};

// An endpoint that a PROXY header may name.
struct NamedEndpoint {
    std::string vpc, account, region;
};

// What a listener stands for: given by whoever opened it (configuration, or the lab), never by a client.
struct Listener {
    enum class Kind { api, metadata };
    std::uint64_t id = 0;
    Kind kind = Kind::api;
    std::string name;     // for logs: "127.0.0.1:4566", "vpce-…:443"
    std::string vpce;     // endpoint listeners: the endpoint's id; else empty
    std::string vpc;      // endpoint and metadata listeners: the VPC's id
    std::string account;  // owner of the endpoint or VPC
    std::string region;
    bool internet = false;                  // stands inside the lab's internet
    bool loopback = false;                  // bound to a loopback address of the host
    std::vector<Cidr> proxy_protocol_from;  // peers that must speak PROXY protocol v2; empty: nobody may
    // The endpoints (by id) that a PROXY header on this listener may name; others are refused.
    std::map<std::string, NamedEndpoint> proxy_endpoints;
    std::vector<Cidr> only_destinations;  // transparent listeners: connections to other addresses are refused
};

// The facts of one connection: from the socket, or from a PROXY header of a named peer. Nothing a client can write.
struct Connection {
    std::shared_ptr<const Listener> listener;
    IpAddress peer;
    std::uint16_t peer_port = 0;
    IpAddress local;
    std::uint16_t local_port = 0;
    bool tls = false;
    std::string proxy_vpce;        // the endpoint id of a PROXY v2 TLV 0xEA, from a named peer
    std::string tls_version = {};  // "1.2", "1.3"; empty without TLS
};

// The request's body, pulled piece by piece; what is not read stays in the socket (back-pressure).
class BodyReader {
   public:
    virtual ~BodyReader() = default;
    // The next piece, at most 256 KiB; empty at the end. Sends "100 Continue" at the first call when the client waits for it.
    // Throws BodyFault when the client goes away, is too slow, or breaks the framing.
    virtual Task<std::string> read() = 0;
    virtual std::optional<std::uint64_t> content_length() const = 0;  // nullopt: chunked
};

// The client's side failed in mid-body; `status` is what it is told if it can still hear (400, 408, …).
struct BodyFault {
    int status;
    std::string code;
    std::string message;
};

struct Request {
    std::string method;
    std::string target;  // as received
    std::string path;    // the part before '?', still percent-encoded
    std::string query;   // the part after '?', still encoded, without '?'
    Headers headers;
    Connection connection;
    std::unique_ptr<BodyReader> body;  // never null
};

// A body that the server pulls while it sends: for what is neither in memory nor a plain file.
class BodySource {
   public:
    virtual ~BodySource() = default;
    virtual Task<std::string> read() = 0;  // the next piece; empty at the end
};

// Bytes of a file, sent by sendfile where the connection is plain. `owner` keeps the descriptor open.
struct FileBody {
    std::shared_ptr<void> owner;
    int fd = -1;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

// After the head was sent, the connection belongs to this function: raw bytes both ways (sessions).
class RawConnection {
   public:
    virtual ~RawConnection() = default;
    virtual Task<std::string> read() = 0;  // empty at the end
    // Whether the client will send no more, or is lost, although what it sent may not have been read yet.
    virtual bool gone() const { return false; }
    virtual Task<void> write(std::string bytes) = 0;
    virtual void close() = 0;
};
using Upgrade = std::function<Task<void>(std::shared_ptr<RawConnection>)>;

struct StreamBody {
    std::unique_ptr<BodySource> source;
    std::optional<std::uint64_t> length;  // nullopt: chunked
};

struct Reply {
    int status = 200;
    Headers headers;
    std::variant<std::string, FileBody, StreamBody, Upgrade> body;
    bool close = false;                                // end the connection after this reply
    std::optional<std::uint64_t> head_content_length;  // replies to HEAD: what Content-Length says
};

}  // namespace sekisho::http
