// Descriptor: any pollable descriptor (pipe, pty, socket) on the current loop, for coroutines that must not know Asio.
#pragma once

#include <memory>
#include <string>

#include "base/fd.h"
#include "base/task.h"
#include "http/loop_pool.h"

namespace sekisho::http {

// Belongs to one loop: made, used and destroyed on that loop's thread (Loop::current() must be one of `loops`). One reader and
// one writer at a time. Sets the descriptor non-blocking.
class Descriptor {
   public:
    Descriptor(LoopPool& loops, Fd fd);
    ~Descriptor();  // no read or write may be pending
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    // Waits until the descriptor is ready. False: cancelled.
    Task<bool> readable();
    Task<bool> writable();
    // Up to `bytes_max` bytes; empty at the end, on error, or when cancelled. (A pty whose other side closed: the end.)
    Task<std::string> read(std::size_t bytes_max);
    // All of it; false on error or when cancelled.
    Task<bool> write(std::string bytes);
    // Ends pending and later waits.
    void cancel();
    int get() const;

   private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace sekisho::http
