// Turn: one coroutine at a time, the others wait in order without holding a thread.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "base/loop.h"

namespace sekisho::ec2 {

class Turn {
   public:
    // co_await turn.take(); … turn.give(); – the caller makes sure that give() is reached.
    ResumeLater take() {
        return resume_later([this](std::function<void()> resume) {
            {
                std::lock_guard guard(mutex_);
                if (taken_) {
                    waiting_.push_back(std::move(resume));
                    return;
                }
                taken_ = true;
            }
            resume();
        });
    }
    void give() {
        std::function<void()> next;
        {
            std::lock_guard guard(mutex_);
            if (waiting_.empty()) {
                taken_ = false;
                return;
            }
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        next();
    }

   private:
    std::mutex mutex_;
    bool taken_ = false;
    std::deque<std::function<void()>> waiting_;
};

}  // namespace sekisho::ec2
