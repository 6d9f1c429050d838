#include "http/descriptor.h"

#include <unistd.h>

#include <cerrno>

#include "base/check.h"
#include "http/socket.h"

namespace sekisho::http {

struct Descriptor::Data {
    Data(AsioLoop& loop, Fd fd) : socket(loop, std::move(fd)) {}
    Socket socket;
    bool cancelled = false;
};

namespace {

AsioLoop& current_of(LoopPool& loops) {
    for (std::size_t i = 0; i < loops.size(); ++i)
        if (loops.asio_loop(i).is_current()) return loops.asio_loop(i);
    SEKISHO_CHECK(!"a Descriptor is made on a loop's thread");
    std::abort();
}

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Descriptor::Descriptor(LoopPool& loops, Fd fd) : data_(std::make_unique<Data>(current_of(loops), std::move(fd))) {}
Descriptor::~Descriptor() = default;

Task<bool> Descriptor::readable() {
    if (data_->cancelled) co_return false;
    bool ready = co_await data_->socket.readable();
    co_return ready && !data_->cancelled;
}

Task<bool> Descriptor::writable() {
    if (data_->cancelled) co_return false;
    bool ready = co_await data_->socket.writable();
    co_return ready && !data_->cancelled;
}

Task<std::string> Descriptor::read(std::size_t bytes_max) {
    std::string bytes;
    while (!data_->cancelled) {
        bytes.resize(bytes_max);
        ssize_t n = ::read(data_->socket.get(), bytes.data(), bytes.size());
        bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        if (n >= 0 || !would_block()) break;
        bool ready = co_await readable();
        if (!ready) break;
    }
    co_return bytes;
}

Task<bool> Descriptor::write(std::string bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        if (data_->cancelled) co_return false;
        ssize_t n = ::write(data_->socket.get(), bytes.data() + done, bytes.size() - done);
        if (n > 0) done += static_cast<std::size_t>(n);
        if (n >= 0) continue;
        if (!would_block()) co_return false;
        bool ready = co_await writable();
        if (!ready) co_return false;
    }
    co_return true;
}

void Descriptor::cancel() {
    data_->cancelled = true;
    data_->socket.cancel();
}

int Descriptor::get() const { return data_->socket.get(); }

}  // namespace sekisho::http
