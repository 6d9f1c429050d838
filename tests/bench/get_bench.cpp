// The path of a GET by presigned URL in one process, from a socket's bytes to a socket's bytes, for profilers:
//     valgrind --tool=callgrind --toggle-collect='sekisho::http::Conversation::serve*' get_bench FOLDER REQUESTS BYTES
//     audit|no-audit [plain]
// A socket pair stands for the network, so what is counted is the server's own work. Prints its CPU time per request.
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <future>
#include <optional>
#include <string_view>
#include <thread>

#include "authn/sign.h"
#include "authz/audit.h"
#include "authz/authorizer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "gate/gate.h"
#include "gate/identity.h"
#include "http/server.h"
#include "services/iam/directory.h"
#include "services/s3/s3.h"
#include "store/objects/objects.h"
#include "store/tables/tables.h"

using namespace sekisho;

namespace {

const AccountId account("123456789012");
const authn::Signer signer{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "us-east-1", "s3"};

// One reply, its body thrown away; the status.
int status_of(int socket, const std::string& request) {
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) return 0;
    std::string reply;
    std::size_t total = std::string::npos, received = 0;
    static char piece[1 << 18];
    while (received < total) {
        ssize_t n = ::read(socket, piece, sizeof piece);
        if (n <= 0) return 0;
        received += static_cast<std::size_t>(n);
        if (total != std::string::npos) continue;
        reply.append(piece, static_cast<std::size_t>(n));
        std::size_t end = reply.find("\r\n\r\n"), length = reply.find("Content-Length: ");
        if (end != std::string::npos && length != std::string::npos) total = end + 4 + std::stoul(reply.substr(length + 16));
    }
    return std::stoi(reply.substr(9, 3));
}

std::string text_of(const http::Request& request, std::string_view body = {}) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    return text + "\r\n" + std::string(body);
}

http::Request request_for(std::string method, std::string path) {
    http::Request request;
    request.method = std::move(method);
    request.path = request.target = std::move(path);
    request.headers.add("Host", "127.0.0.1:4566");
    return request;
}

int put(int socket, std::string path, const std::string& body, Time now) {
    http::Request request = request_for("PUT", std::move(path));
    request.headers.add("Content-Length", std::to_string(body.size()));
    authn::sign(request, body, signer, now);
    return status_of(socket, text_of(request, body));
}

double cpu_us(clockid_t clock) {
    timespec used;
    ::clock_gettime(clock, &used);
    return static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) * 1e-3;
}

double cpu_us_of(Loop& loop) {
    std::promise<double> used;
    loop.post([&] { used.set_value(cpu_us(CLOCK_THREAD_CPUTIME_ID)); });
    return used.get_future().get();
}

}  // namespace

int main(int count, char** words) {
    const bool plain = count == 6 && std::string_view(words[5]) == "plain";
    if (count != 5 && !plain) return std::fprintf(stderr, "get_bench FOLDER REQUESTS BYTES audit|no-audit [plain]\n"), 2;
    const std::string folder = words[1];
    const int requests = std::atoi(words[2]);
    const std::string body(std::stoul(words[3]), 'x');
    const bool audited = std::string_view(words[4]) == "audit";

    SystemClock clock;
    SystemEntropy entropy;
    PooledEntropy request_ids(entropy);
    auto tables = store::rocksdb_tables(folder + "/tables", 16u << 20);
    auto objects = store::file_objects(folder + "/objects");
    iam::Directory directory(*tables, entropy, {{account, signer.access_key_id, signer.secret}});
    sync_wait(directory.load(clock.now()));
    gate::Identity identity(directory, {});
    authz::AuditOptions audit_options;
    audit_options.folder = folder + "/audit";
    audit_options.data_events = true;
    std::optional<authz::AuditLog> audit;
    if (audited) audit.emplace(audit_options);
    authz::Authorizer authorizer(identity, audited ? &*audit : nullptr);
    s3::Settings settings{{"us-east-1"}, {"localhost"}};
    settings.encrypt_at_rest = !plain;
    settings.master_keys = std::make_shared<const store::MasterKeys>(
        store::MasterKeys::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "the benchmark"));
    s3::S3 s3(*tables, *objects, clock, entropy, identity, std::move(settings));
    sync_wait(s3.load());
    auto service = s3::service(s3);
    http::LoopPool loops(1);
    gate::Gate gate({account, Region("us-east-1"), {"us-east-1"}, {"localhost"}}, clock, request_ids, directory, authorizer);
    gate.add(*service);
    gate.set_on_authenticated([&directory](const authn::Caller& caller, Time time) { directory.used(caller, time); });
    http::Server server(loops, http::Limits(), nullptr,
                        [&gate](http::Request request) { return gate.handle(std::move(request)); });

    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw_errno("socketpair");
    server.add_connection(Fd(ends[0]), std::make_shared<http::Listener>());
    Fd client(ends[1]);
    put(client.get(), "/bench", "", clock.now());  // there already when the folder was used before
    if (put(client.get(), "/bench/object", body, clock.now()) != 200) return std::fprintf(stderr, "PUT failed\n"), 1;

    http::Request get = request_for("GET", "/bench/object");
    authn::presign(get, signer, clock.now(), 3600);
    const std::string text = text_of(get);
    const double before = cpu_us_of(loops.loop(0)), all_before = cpu_us(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < requests; ++i)
        if (int status = status_of(client.get(), text); status != 200) return std::fprintf(stderr, "status %d\n", status), 1;
    const double loop = cpu_us_of(loops.loop(0)) - before;
    if (audit) audit->flush();
    const double all = cpu_us(CLOCK_PROCESS_CPUTIME_ID) - all_before;
    std::printf("GET of %zu bytes: %.2f us CPU, %.2f with the client and every other thread\n", body.size(), loop / requests,
                all / requests);
    client.reset();
    server.stop(std::chrono::seconds(5));
    loops.stop();
}
