#include "http/loop_pool.h"

#include <signal.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>
#include <vector>

#include "base/check.h"
#include "base/log.h"
#include "http/asio_loop.h"

namespace sekisho::http {

void AsioLoop::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

void AsioLoop::post_after(std::chrono::milliseconds delay, std::function<void()> work) {
    if (is_current())
        start_timer(delay, std::move(work));
    else
        post([this, delay, work = std::move(work)]() mutable { start_timer(delay, std::move(work)); });
}

void AsioLoop::start_timer(std::chrono::milliseconds delay, std::function<void()> work) {
    auto timer = std::make_unique<boost::asio::steady_timer>(context_, delay);
    auto& waiting = *timer;
    waiting.async_wait([timer = std::move(timer), work = std::move(work)](boost::system::error_code error) {
        if (!error) work();
    });
}

void AsioLoop::run() {
    Loop::Scope scope(*this);
    // sendfile and write to a pipe have no MSG_NOSIGNAL.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    auto guard = boost::asio::make_work_guard(context_);
    // Faults end with the request or the background loop they belong to; one that comes here has no owner left.
    while (!context_.stopped()) {
        try {
            context_.run();
        } catch (const std::exception& e) {
            log::error("event loop: {}", e.what());
        }
    }
}

void AsioLoop::stop() { context_.stop(); }

struct LoopPool::Data {
    std::vector<std::unique_ptr<AsioLoop>> loops;
    std::vector<std::thread> threads;
    std::atomic<std::size_t> turn{0};
};

LoopPool::LoopPool(std::size_t loops) : data_(std::make_unique<Data>()) {
    SEKISHO_CHECK(loops > 0);
    for (std::size_t i = 0; i < loops; ++i) data_->loops.push_back(std::make_unique<AsioLoop>());
    for (auto& loop : data_->loops) data_->threads.emplace_back([&loop = *loop] { loop.run(); });
}

LoopPool::~LoopPool() { stop(); }

void LoopPool::stop() {
    for (auto& loop : data_->loops) {
        SEKISHO_CHECK(!loop->is_current());
        loop->stop();
    }
    for (auto& thread : data_->threads) thread.join();
    data_->threads.clear();
}

std::size_t LoopPool::size() const { return data_->loops.size(); }
Loop& LoopPool::loop(std::size_t index) { return *data_->loops.at(index); }
Loop& LoopPool::next() { return *data_->loops[data_->turn.fetch_add(1, std::memory_order_relaxed) % data_->loops.size()]; }
AsioLoop& LoopPool::asio_loop(std::size_t index) { return *data_->loops.at(index); }

}  // namespace sekisho::http
