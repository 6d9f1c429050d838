// LoopPool: the event loops of a process, one thread each. A connection, its request and its body live on one of them.
//
// Any thread may post. A loop's thread has its Loop as Loop::current().
#pragma once

#include <cstddef>
#include <memory>

#include "base/loop.h"

namespace sekisho::http {

class AsioLoop;  // http/'s own view of a loop

class LoopPool {
   public:
    explicit LoopPool(std::size_t loops);
    ~LoopPool();  // stop()
    LoopPool(const LoopPool&) = delete;
    LoopPool& operator=(const LoopPool&) = delete;

    std::size_t size() const;
    Loop& loop(std::size_t index);
    Loop& next();  // round robin
    // Ends the loops and joins their threads; work that is still queued is dropped. Not from a loop's own thread. Whatever
    // lives on the loops (Server, DatagramService) is stopped before.
    void stop();

    AsioLoop& asio_loop(std::size_t index);

   private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace sekisho::http
