#include "store/objects/workers.h"

#include <pthread.h>

#include <exception>

#include "base/loop.h"

namespace sekisho::store {

Workers::Workers(std::string name, std::size_t threads_max) : name_(std::move(name)), threads_max_(threads_max) {}

Workers::~Workers() {
    {
        std::lock_guard lock(mutex_);
        ending_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
}

Task<void> Workers::run(std::function<void()> work) {
    std::exception_ptr error;
    ResumeLater done = resume_later([this, &work, &error](std::function<void()> resume) {
        post([&work, &error, resume = std::move(resume)] {
            try {
                work();
            } catch (...) {
                error = std::current_exception();
            }
            resume();
        });
    });
    co_await done;
    if (error) std::rethrow_exception(error);
}

void Workers::post(std::function<void()> work) {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
    if (queue_.size() > idle_ && threads_.size() < threads_max_) {
        try {
            threads_.emplace_back([this] { serve(); });
            pthread_setname_np(threads_.back().native_handle(), name_.c_str());
        } catch (const std::system_error&) {
            // No more threads to be had: those that run will come to it.
            if (threads_.empty()) {
                queue_.pop_back();
                throw;
            }
        }
    }
    changed_.notify_one();
}

void Workers::serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [&] { return !queue_.empty() || ending_; });
        --idle_;
        if (queue_.empty()) return;
        std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        work();
        work = nullptr;  // what it holds ends here, not under the lock
        lock.lock();
    }
}

}  // namespace sekisho::store
