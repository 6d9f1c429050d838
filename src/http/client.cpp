#include "http/client.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"
#include "base/result.h"
#include "http/client_transport.h"

namespace sekisho::http {

namespace {

constexpr std::size_t head_bytes_max = 256 * 1024;
constexpr std::chrono::milliseconds for_ever{-1};

// What was read and not used yet, over the transport.
class Reader {
   public:
    Reader(ClientTransport& transport, std::chrono::milliseconds timeout) : transport_(transport), timeout_(timeout) {}

    // False at the end. `fill_for` waits as long as it is told to; nullopt: nothing came.
    bool fill() {
        auto n = fill_for(timeout_);
        if (!n) throw Fault("the server does not answer");
        return *n;
    }
    std::optional<bool> fill_for(std::chrono::milliseconds timeout) {
        std::array<char, 64 * 1024> bytes;
        auto n = transport_.read(bytes.data(), bytes.size(), timeout);
        if (!n) return std::nullopt;
        buffer_.append(bytes.data(), *n);
        return *n > 0;
    }
    std::string line() {
        std::size_t end;
        while ((end = buffer_.find("\r\n")) == buffer_.npos) {
            if (buffer_.size() > head_bytes_max) throw Fault("the server's reply has too long a line");
            if (!fill()) throw Fault(buffer_.empty() ? "the server closed the connection" : "the server's reply is cut off");
        }
        std::string taken = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return taken;
    }
    void exactly(std::uint64_t bytes, const Client::OnBody& give) {
        while (bytes > 0) {
            if (buffer_.empty() && !fill()) throw Fault("the server's reply is cut off");
            std::size_t n = std::min<std::uint64_t>(bytes, buffer_.size());
            give(std::string_view(buffer_).substr(0, n));
            buffer_.erase(0, n);
            bytes -= n;
        }
    }
    void to_end(const Client::OnBody& give) {
        do {
            if (!buffer_.empty()) give(buffer_);
            buffer_.clear();
        } while (fill());
    }
    std::string take() { return std::exchange(buffer_, {}); }

   private:
    ClientTransport& transport_;
    std::chrono::milliseconds timeout_;
    std::string buffer_;
};

void read_head(Reader& reader, ClientReply& reply) {
    std::string status = reader.line();
    if (!status.starts_with("HTTP/1.") || status.size() < 12) throw Fault("the server does not speak HTTP");
    auto number = parse_u64(std::string_view(status).substr(9, 3));
    if (!number) throw Fault("the server does not speak HTTP");
    reply.status = static_cast<int>(*number);
    reply.headers = {};
    std::size_t total = 0;
    for (std::string line = reader.line(); !line.empty(); line = reader.line()) {
        if ((total += line.size()) > head_bytes_max) throw Fault("the server's reply has too many fields");
        std::size_t colon = line.find(':');
        if (colon == line.npos) throw Fault("the server's reply has a malformed field");
        reply.headers.add(line.substr(0, colon), std::string(trim(std::string_view(line).substr(colon + 1))));
    }
}

void read_chunks(Reader& reader, const Client::OnBody& give) {
    for (;;) {
        std::string line = reader.line();
        std::uint64_t size = 0;
        auto parsed = std::from_chars(line.data(), line.data() + line.size(), size, 16);
        if (parsed.ec != std::errc() || parsed.ptr == line.data()) throw Fault("the server's reply has a malformed chunk");
        if (size == 0) break;
        reader.exactly(size, give);
        if (!reader.line().empty()) throw Fault("the server's reply has a malformed chunk");
    }
    while (!reader.line().empty()) {
    }
}

bool has_token(const Headers& headers, std::string_view name, std::string_view token) {
    for (std::string_view value : headers.all(name))
        for (std::string_view one : split(value, ','))
            if (equal_ignoring_case(trim(one), token)) return true;
    return false;
}

class Stream final : public ClientStream {
   public:
    Stream(std::unique_ptr<ClientTransport> transport, std::string first, std::chrono::milliseconds timeout)
        : transport_(std::move(transport)), first_(std::move(first)), timeout_(timeout) {}
    std::string read() override { return *read_for(for_ever); }
    std::optional<std::string> try_read() override { return read_for(std::chrono::milliseconds(0)); }
    void write(std::string_view bytes) override { transport_->write(bytes, timeout_); }
    void close_write() override { transport_->close_write(); }
    int descriptor() const override { return transport_->descriptor(); }

   private:
    std::optional<std::string> read_for(std::chrono::milliseconds timeout) {
        if (!first_.empty()) return std::exchange(first_, {});
        std::string bytes(64 * 1024, '\0');
        auto n = transport_->read(bytes.data(), bytes.size(), timeout);
        if (!n) return std::nullopt;
        bytes.resize(*n);
        return bytes;
    }

    std::unique_ptr<ClientTransport> transport_;
    std::string first_;
    std::chrono::milliseconds timeout_;
};

}  // namespace

struct Client::Data {
    ClientEndpoint endpoint;
    std::unique_ptr<ClientTransport> transport;

    void send(const ClientRequest& request) {
        if (transport && !transport->is_usable()) transport.reset();
        if (!transport) transport = std::make_unique<ClientTransport>(endpoint);
        std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
        if (!request.headers.find("Host")) head += "Host: " + host() + "\r\n";
        for (const auto& [name, value] : request.headers) head += name + ": " + value + "\r\n";
        bool framed = request.headers.find("Content-Length") || request.headers.find("Transfer-Encoding");
        if (!framed && (!request.body.empty() || request.method == "PUT" || request.method == "POST"))
            head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
        transport->write(head + "\r\n" + request.body, endpoint.io_timeout);
    }

    std::string host() const {
        std::string name = endpoint.host.empty() ? "localhost" : endpoint.host;
        if (name.find(':') != name.npos) name = "[" + name + "]";
        bool usual = endpoint.port == 0 || endpoint.port == (endpoint.tls ? 443 : 80);
        return usual ? name : name + ":" + std::to_string(endpoint.port);
    }

    void read_reply(const ClientRequest& request, ClientReply& reply, const OnBody& on_body, Reader& reader) {
        do read_head(reader, reply);
        while (reply.status >= 100 && reply.status < 200 && reply.status != 101);
        if (reply.status == 101) return;
        OnBody into_reply = [&](std::string_view piece) { reply.body.append(piece); };
        const OnBody& give = on_body ? on_body : into_reply;
        bool keep = !has_token(reply.headers, "Connection", "close");
        if (request.method != "HEAD" && reply.status != 204 && reply.status != 304) {
            if (has_token(reply.headers, "Transfer-Encoding", "chunked")) {
                read_chunks(reader, give);
            } else if (auto length = reply.headers.find("Content-Length")) {
                auto number = parse_u64(*length);
                if (!number) throw Fault("the server's reply has a malformed length");
                reader.exactly(*number, give);
            } else {
                reader.to_end(give);
                keep = false;
            }
        }
        if (!keep || !reader.take().empty()) transport.reset();
    }
};

Client::Client(ClientEndpoint endpoint) : data_(std::make_unique<Data>(std::move(endpoint))) {}
Client::~Client() = default;

ClientReply Client::request(const ClientRequest& request, const OnBody& on_body) {
    ClientReply reply;
    try {
        data_->send(request);
        Reader reader(*data_->transport, data_->endpoint.io_timeout);
        data_->read_reply(request, reply, on_body, reader);
        if (reply.status == 101) throw Fault("the server switched protocols unasked");
    } catch (...) {
        data_->transport.reset();
        throw;
    }
    return reply;
}

std::unique_ptr<ClientStream> Client::upgrade(const ClientRequest& request, ClientReply& reply) {
    try {
        data_->send(request);
        Reader reader(*data_->transport, data_->endpoint.io_timeout);
        data_->read_reply(request, reply, {}, reader);
        if (reply.status != 101) return nullptr;
        return std::make_unique<Stream>(std::move(data_->transport), reader.take(), data_->endpoint.io_timeout);
    } catch (...) {
        data_->transport.reset();
        throw;
    }
}

}  // namespace sekisho::http
