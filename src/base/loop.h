// Loop: the event loop of the current thread, as seen by code that must not know Asio.
//
// A coroutine that waits for something that another thread finishes (a commit, a generation of the lab) remembers
// Loop::current() and is posted back to it, so a request stays on the loop that owns its connection.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>

#include "base/task.h"

namespace sekisho {

class Loop {
   public:
    virtual ~Loop() = default;
    virtual void post(std::function<void()> work) = 0;                                         // any thread
    virtual void post_after(std::chrono::milliseconds delay, std::function<void()> work) = 0;  // any thread

    // The loop that runs on this thread, or nullptr (a worker thread, a test without a loop).
    static Loop* current() noexcept;

    // Declares `loop` to be this thread's loop for the scope; loops do this in their run().
    class Scope {
       public:
        explicit Scope(Loop& loop) noexcept;
        ~Scope();
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

       private:
        Loop* before_;
    };
};

// A one-thread loop without sockets: for tests, command-line clients and the lab. run_until returns when the
// predicate, tested after each piece of work, is true.
class SimpleLoop final : public Loop {
   public:
    SimpleLoop();
    ~SimpleLoop() override;
    void post(std::function<void()> work) override;
    void post_after(std::chrono::milliseconds delay, std::function<void()> work) override;
    void run_until(const std::function<bool()>& finished);

   private:
    struct Data;
    Data* data_;
};

// co_await resume_later([](std::function<void()> resume) { … })
// Suspends, hands out a function that resumes the coroutine on the loop it suspended on (or inline where there is no
// loop). `start` runs before the suspension is left; `resume` must be called exactly once, from any thread.
class ResumeLater {
   public:
    explicit ResumeLater(std::function<void(std::function<void()>)> start) : start_(std::move(start)) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiter);
    void await_resume() const noexcept {}

   private:
    std::function<void(std::function<void()>)> start_;
};
inline ResumeLater resume_later(std::function<void(std::function<void()>)> start) { return ResumeLater(std::move(start)); }

// Sleeps on the current loop.
ResumeLater sleep_for(std::chrono::milliseconds delay);

// Runs a task to its end on a SimpleLoop of its own: for tests and command-line clients.
template <class T>
T sync_wait(Task<T> task) {
    SimpleLoop loop;
    Loop::Scope scope(loop);
    bool finished = false;
    std::exception_ptr error;
    if constexpr (std::is_void_v<T>) {
        spawn(std::move(task), [&](std::exception_ptr e) {
            error = e;
            loop.post([&] { finished = true; });
        });
        loop.run_until([&] { return finished; });
        if (error) std::rethrow_exception(error);
    } else {
        std::optional<T> value;
        spawn(std::move(task), [&](std::exception_ptr e, std::optional<T> v) {
            error = e;
            value = std::move(v);
            loop.post([&] { finished = true; });
        });
        loop.run_until([&] { return finished; });
        if (error) std::rethrow_exception(error);
        return std::move(*value);
    }
}

}  // namespace sekisho
