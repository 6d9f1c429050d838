// AsyncMutex: mutual exclusion between coroutines. Whoever waits holds no thread and is resumed on its own loop, in order.
//
//     co_await mutex.lock();  …  mutex.unlock();
//
// No RAII guard: a guard's destructor would run on whichever path an exception takes, which is right, but a lock held by a
// frame that is destroyed while suspended would resume its successor from inside that destruction. Callers unlock explicitly.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "base/loop.h"

namespace sekisho {

class AsyncMutex {
   public:
    ResumeLater lock() {
        return resume_later([this](std::function<void()> resume) {
            {
                std::lock_guard guard(mutex_);
                if (locked_) {
                    waiting_.push_back(std::move(resume));
                    return;
                }
                locked_ = true;
            }
            resume();
        });
    }
    void unlock() {
        std::function<void()> next;
        {
            std::lock_guard guard(mutex_);
            if (waiting_.empty()) {
                locked_ = false;
                return;
            }
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        next();
    }

   private:
    std::mutex mutex_;
    bool locked_ = false;
    std::deque<std::function<void()>> waiting_;
};

}  // namespace sekisho
