// What the store's tests share: a folder that goes away, the engines, and loops full of coroutines.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/loop.h"
#include "base/result.h"

namespace sekisho::store {

class TemporaryFolder {
   public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "sekisho-store-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw_errno("mkdtemp");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

   private:
    std::string path_;
};

// The text of the Fault that `task` ends with; "no fault" when it ends well.
template <class T>
std::string fault_of(Task<T> task) {
    try {
        (void)sync_wait(std::move(task));
    } catch (const Fault& fault) {
        return fault.what();
    }
    return "no fault";
}
inline std::string fault_of(Task<void> task) {
    try {
        sync_wait(std::move(task));
    } catch (const Fault& fault) {
        return fault.what();
    }
    return "no fault";
}

// Starts all tasks on one loop and runs it until each has ended. Faults are thrown.
inline void run_all(std::vector<Task<void>> tasks) {
    SimpleLoop loop;
    Loop::Scope scope(loop);
    std::size_t ended = 0;
    std::exception_ptr first;
    for (Task<void>& task : tasks) {
        spawn(std::move(task), [&](std::exception_ptr error) {
            if (error && !first) first = error;
            loop.post([&] { ++ended; });
        });
    }
    loop.run_until([&] { return ended == tasks.size(); });
    if (first) std::rethrow_exception(first);
}

}  // namespace sekisho::store
