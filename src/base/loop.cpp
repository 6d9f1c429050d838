#include "base/loop.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

#include "base/check.h"

namespace sekisho {

namespace {
thread_local Loop* current_loop = nullptr;
}

Loop* Loop::current() noexcept { return current_loop; }
Loop::Scope::Scope(Loop& loop) noexcept : before_(current_loop) { current_loop = &loop; }
Loop::Scope::~Scope() { current_loop = before_; }

struct SimpleLoop::Data {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> ready;
    std::multimap<std::chrono::steady_clock::time_point, std::function<void()>> timers;
};

SimpleLoop::SimpleLoop() : data_(new Data) {}
SimpleLoop::~SimpleLoop() { delete data_; }

void SimpleLoop::post(std::function<void()> work) {
    std::lock_guard lock(data_->mutex);
    data_->ready.push_back(std::move(work));
    data_->changed.notify_one();
}

void SimpleLoop::post_after(std::chrono::milliseconds delay, std::function<void()> work) {
    std::lock_guard lock(data_->mutex);
    data_->timers.emplace(std::chrono::steady_clock::now() + delay, std::move(work));
    data_->changed.notify_one();
}

void SimpleLoop::run_until(const std::function<bool()>& finished) {
    Scope scope(*this);
    while (!finished()) {
        std::function<void()> work;
        {
            std::unique_lock lock(data_->mutex);
            for (;;) {
                auto now = std::chrono::steady_clock::now();
                if (!data_->timers.empty() && data_->timers.begin()->first <= now) {
                    work = std::move(data_->timers.begin()->second);
                    data_->timers.erase(data_->timers.begin());
                    break;
                }
                if (!data_->ready.empty()) {
                    work = std::move(data_->ready.front());
                    data_->ready.pop_front();
                    break;
                }
                if (data_->timers.empty())
                    data_->changed.wait(lock);
                else
                    data_->changed.wait_until(lock, data_->timers.begin()->first);
            }
        }
        work();
    }
}

void ResumeLater::await_suspend(std::coroutine_handle<> awaiter) {
    Loop* loop = Loop::current();
    // `start_` lives in the coroutine frame, which may be gone as soon as `resume` ran: call a moved copy.
    auto start = std::move(start_);
    start([loop, awaiter] {
        if (loop)
            loop->post([awaiter] { awaiter.resume(); });
        else
            awaiter.resume();
    });
}

ResumeLater sleep_for(std::chrono::milliseconds delay) {
    return resume_later([delay](std::function<void()> resume) {
        Loop* loop = Loop::current();
        SEKISHO_CHECK(loop != nullptr);
        loop->post_after(delay, std::move(resume));
    });
}

}  // namespace sekisho
