// Netlink: messages under construction, and a socket that sends many of them at once and says what became of each.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace sekisho::net {

// One message. Attributes are appended; a nest is closed by the scope that begin() returns.
class Message {
   public:
    // `header` is the family's fixed part (ifinfomsg, rtmsg, nfgenmsg, …).
    Message(std::uint16_t type, std::uint16_t flags, const void* header, std::size_t header_size);
    template <class Header>
    Message(std::uint16_t type, std::uint16_t flags, const Header& header) : Message(type, flags, &header, sizeof header) {}

    Message& bytes(std::uint16_t attribute, std::string_view value);
    Message& text(std::uint16_t attribute, std::string_view value);  // with a closing NUL
    Message& u8(std::uint16_t attribute, std::uint8_t value);
    Message& u16(std::uint16_t attribute, std::uint16_t value);
    Message& u32(std::uint16_t attribute, std::uint32_t value);
    Message& be32(std::uint16_t attribute, std::uint32_t value);  // network order, as nf_tables and addresses want it
    Message& be64(std::uint16_t attribute, std::uint64_t value);
    // Further fixed bytes in the middle: the header of a veth's other end.
    Message& raw(std::string_view value);
    template <class Body>
    Message& nest(std::uint16_t attribute, Body body) {
        std::size_t start = open_nest(attribute);
        body();
        close_nest(start);
        return *this;
    }

    std::size_t size() const { return data_.size(); }
    std::string sealed(std::uint32_t sequence) const;  // with length and sequence number filled in

   private:
    std::size_t open_nest(std::uint16_t attribute);
    void close_nest(std::size_t start);
    std::string data_;
};

struct Answer {
    int error = 0;     // errno; 0: done
    std::string text;  // the kernel's own words, where it has any
};
std::string to_text(const Answer& answer);

// A socket of the network namespace that the opening thread is in; it may be used from any thread then.
class Netlink {
   public:
    explicit Netlink(int protocol);  // NETLINK_ROUTE, NETLINK_NETFILTER
    ~Netlink();
    Netlink(const Netlink&) = delete;
    Netlink& operator=(const Netlink&) = delete;

    // One answer per message. The kernel works synchronously, so all answers are there when the last send returns.
    std::vector<Answer> send(std::span<const Message> messages);
    // As one nf_tables transaction: all of it happens or nothing. Where it failed, the messages at fault have their error.
    std::vector<Answer> transact(std::span<const Message> messages);
    void dump(const Message& request, const std::function<void(const nlmsghdr*)>& each);

   private:
    void push(const std::string& bytes);
    void collect(std::uint32_t first, std::vector<Answer>& answers, Answer& others);

    mnl_socket* socket_;
    std::uint32_t sequence_ = 1;
};

}  // namespace sekisho::net
