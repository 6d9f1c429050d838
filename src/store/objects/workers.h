// Workers: threads for calls that may wait for the disk, so that no event loop does. They start when they are needed, up
// to a number, and stay; what is queued is finished before the destructor returns.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/task.h"

namespace sekisho::store {

class Workers {
   public:
    Workers(std::string name, std::size_t threads_max);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    // Runs `work` on a worker and resumes the caller on its loop; what `work` throws is thrown here.
    Task<void> run(std::function<void()> work);
    // Without waiting. `work` must not throw.
    void post(std::function<void()> work);

   private:
    void serve();

    const std::string name_;
    const std::size_t threads_max_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    std::size_t idle_ = 0;
    bool ending_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace sekisho::store
