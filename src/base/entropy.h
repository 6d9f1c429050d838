// Entropy: where random bytes come from; SeededEntropy is its repeatable twin for tests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace sekisho {

class Entropy {
   public:
    virtual ~Entropy() = default;
    virtual void fill(std::span<std::byte> out) = 0;  // any thread

    std::uint64_t u64();
    std::string hex(std::size_t digits);                              // lower case
    std::string text(std::size_t length, std::string_view alphabet);  // uniform over the alphabet
    std::string uuid();                                               // version 4
    std::string resource_id(std::string_view prefix);                 // "vpc" → vpc- and 17 hex digits, as EC2's
};

class SystemEntropy final : public Entropy {
   public:
    void fill(std::span<std::byte> out) override;  // getrandom(2)
};

// Takes many bytes at a time from its source, so that not every request makes a system call. For what must be unique (request
// ids); secrets come from the source itself. Any thread.
class PooledEntropy final : public Entropy {
   public:
    explicit PooledEntropy(Entropy& source) : source_(source) {}
    void fill(std::span<std::byte> out) override;

   private:
    Entropy& source_;
    std::mutex mutex_;
    std::array<std::byte, 1024> pool_{};
    std::size_t used_ = 1024;
};

class SeededEntropy final : public Entropy {  // not for secrets; not thread-safe
   public:
    explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> out) override;

   private:
    std::uint64_t state_;
};

}  // namespace sekisho
