// AsioLoop: one thread's io_context as a Loop. Private to http/.
#pragma once

#include <boost/asio/io_context.hpp>

#include "base/loop.h"

namespace sekisho::http {

class AsioLoop final : public Loop {
   public:
    void post(std::function<void()> work) override;
    void post_after(std::chrono::milliseconds delay, std::function<void()> work) override;

    boost::asio::io_context& context() { return context_; }
    bool is_current() const { return Loop::current() == this; }

    void run();   // until stop()
    void stop();  // any thread

   private:
    void start_timer(std::chrono::milliseconds delay, std::function<void()> work);

    boost::asio::io_context context_{1};
};

}  // namespace sekisho::http
