// Task<T>: a lazily started coroutine that produces one T (or throws a fault).
//
// Everything between the sockets and the store is written with it, so that only http/ includes Boost.
// A Task starts when it is awaited, runs on the awaiter's thread, and may finish on another thread: the
// hand-over between "finished" and "suspended" is one atomic exchange, so completion that happens before
// the awaiter has suspended does not recurse (a loop over a million tasks that finish at once needs no
// stack, also under sanitizers, where symmetric transfer is not a tail call).
//
// Rules on g++ 12: coroutine parameters by value or owned for the whole await; no capturing lambda and no
// braced temporary inside a co_await expression; no lock held across one.
#pragma once

#include <atomic>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace sekisho {

template <class T>
class Task;

namespace detail {

struct TaskPromiseBase {
    enum State : int { running, finished, awaited };
    std::coroutine_handle<> continuation;
    std::atomic<int> state{running};

    std::suspend_always initial_suspend() noexcept { return {}; }

    struct FinalAwaiter {
        bool await_ready() const noexcept { return false; }
        template <class P>
        void await_suspend(std::coroutine_handle<P> self) noexcept {
            auto& promise = self.promise();
            // The awaiter owns the frame: once `finished` is visible it may destroy it, so nothing is read after.
            auto continuation = promise.continuation;
            if (promise.state.exchange(finished, std::memory_order_acq_rel) == awaited) continuation.resume();
        }
        void await_resume() const noexcept {}
    };
    FinalAwaiter final_suspend() noexcept { return {}; }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
    std::variant<std::monostate, T, std::exception_ptr> result;

    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& value) {
        result.template emplace<1>(std::forward<U>(value));
    }
    void unhandled_exception() noexcept { result.template emplace<2>(std::current_exception()); }
    T take() {
        if (result.index() == 2) std::rethrow_exception(std::get<2>(result));
        return std::move(std::get<1>(result));
    }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
    std::exception_ptr error;

    Task<void> get_return_object() noexcept;
    void return_void() noexcept {}
    void unhandled_exception() noexcept { error = std::current_exception(); }
    void take() {
        if (error) std::rethrow_exception(error);
    }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
   public:
    using promise_type = detail::TaskPromise<T>;

    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            if (handle_) handle_.destroy();
            handle_ = std::exchange(other.handle_, {});
        }
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiter) {
        auto& promise = handle_.promise();
        promise.continuation = awaiter;
        handle_.resume();
        return promise.state.exchange(detail::TaskPromiseBase::awaited, std::memory_order_acq_rel) !=
               detail::TaskPromiseBase::finished;
    }
    T await_resume() { return handle_.promise().take(); }

   private:
    std::coroutine_handle<promise_type> handle_;
};

namespace detail {
template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}

struct Detached {
    struct promise_type {
        Detached get_return_object() noexcept { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};
template <class T, class Done>
Detached run_detached(Task<T> task, Done done) {
    std::exception_ptr error;
    if constexpr (std::is_void_v<T>) {
        try {
            co_await task;
        } catch (...) {
            error = std::current_exception();
        }
        done(error);
    } else {
        std::optional<T> value;
        try {
            value.emplace(co_await task);
        } catch (...) {
            error = std::current_exception();
        }
        done(error, std::move(value));
    }
}
}  // namespace detail

// Starts a task on this thread without awaiting it. `done` is called exactly once, on whichever thread the task
// finishes on: done(exception_ptr) for Task<void>, done(exception_ptr, optional<T>) otherwise.
template <class T, class Done>
void spawn(Task<T> task, Done done) {
    detail::run_detached(std::move(task), std::move(done));
}

}  // namespace sekisho
