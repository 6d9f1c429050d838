#include "net/netlink.h"

#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/result.h"

namespace sekisho::net {

namespace {

constexpr std::size_t padded(std::size_t size) { return (size + 3) & ~std::size_t{3}; }
// An ordinary user's send buffer holds 208 KiB, and a batch of answers must fit the receive buffer (about 1 KiB each there).
constexpr std::size_t batch_bytes_max = 64 * 1024;
constexpr std::size_t batch_messages_max = 100;

Message batch_mark(std::uint16_t type) {
    nfgenmsg header{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)};
    return Message(type, NLM_F_REQUEST, header);
}

}  // namespace

Message::Message(std::uint16_t type, std::uint16_t flags, const void* header, std::size_t header_size) {
    nlmsghdr head{};
    head.nlmsg_type = type;
    head.nlmsg_flags = flags;
    data_.assign(reinterpret_cast<const char*>(&head), sizeof head);
    data_.append(static_cast<const char*>(header), header_size);
    data_.resize(padded(data_.size()));
}

Message& Message::bytes(std::uint16_t attribute, std::string_view value) {
    nlattr head{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), attribute};
    data_.append(reinterpret_cast<const char*>(&head), sizeof head);
    data_.append(value);
    data_.resize(padded(data_.size()));
    return *this;
}

Message& Message::text(std::uint16_t attribute, std::string_view value) {
    std::string closed(value);
    closed.push_back('\0');
    return bytes(attribute, closed);
}

Message& Message::u8(std::uint16_t attribute, std::uint8_t value) {
    return bytes(attribute, {reinterpret_cast<const char*>(&value), sizeof value});
}
Message& Message::u16(std::uint16_t attribute, std::uint16_t value) {
    return bytes(attribute, {reinterpret_cast<const char*>(&value), sizeof value});
}
Message& Message::u32(std::uint16_t attribute, std::uint32_t value) {
    return bytes(attribute, {reinterpret_cast<const char*>(&value), sizeof value});
}
Message& Message::be32(std::uint16_t attribute, std::uint32_t value) { return u32(attribute, htonl(value)); }
Message& Message::be64(std::uint16_t attribute, std::uint64_t value) {
    value = htobe64(value);
    return bytes(attribute, {reinterpret_cast<const char*>(&value), sizeof value});
}

Message& Message::raw(std::string_view value) {
    data_.append(value);
    data_.resize(padded(data_.size()));
    return *this;
}

std::size_t Message::open_nest(std::uint16_t attribute) {
    std::size_t start = data_.size();
    bytes(attribute | NLA_F_NESTED, {});
    return start;
}

void Message::close_nest(std::size_t start) {
    auto length = static_cast<std::uint16_t>(data_.size() - start);
    std::memcpy(data_.data() + start, &length, sizeof length);
}

std::string Message::sealed(std::uint32_t sequence) const {
    std::string out = data_;
    nlmsghdr head;
    std::memcpy(&head, out.data(), sizeof head);
    head.nlmsg_len = static_cast<std::uint32_t>(out.size());
    head.nlmsg_seq = sequence;
    std::memcpy(out.data(), &head, sizeof head);
    return out;
}

std::string to_text(const Answer& answer) {
    std::string text = std::generic_category().message(answer.error);
    return answer.text.empty() ? text : fmt::format("{} ({})", text, answer.text);
}

Netlink::Netlink(int protocol) : socket_(mnl_socket_open2(protocol, SOCK_CLOEXEC)) {
    if (!socket_) throw_errno("netlink socket");
    int on = 1;
    // Answers then carry the kernel's words, and not a copy of the message that they are about.
    mnl_socket_setsockopt(socket_, NETLINK_EXT_ACK, &on, sizeof on);
    mnl_socket_setsockopt(socket_, NETLINK_CAP_ACK, &on, sizeof on);
    int receive = 1 << 20;  // as much as the machine allows an ordinary user: answers wait here until the batch is through
    ::setsockopt(mnl_socket_get_fd(socket_), SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    if (mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) < 0) {
        int error = errno;
        mnl_socket_close(socket_);
        throw_errno("netlink bind", error);
    }
}

Netlink::~Netlink() { mnl_socket_close(socket_); }

void Netlink::push(const std::string& bytes) {
    while (mnl_socket_sendto(socket_, bytes.data(), bytes.size()) < 0)
        if (errno != EINTR) throw_errno("netlink send");
}

void Netlink::collect(std::uint32_t first, std::vector<Answer>& answers, Answer& others) {
    alignas(nlmsghdr) char buffer[32 * 1024];
    for (;;) {
        ssize_t got = ::recv(mnl_socket_get_fd(socket_), buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;  // drained; an overrun leaves messages without an answer, which counts as a failure
        int left = static_cast<int>(got);
        for (auto* head = reinterpret_cast<nlmsghdr*>(buffer); mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left)) {
            if (head->nlmsg_type != NLMSG_ERROR) continue;
            const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(head));
            Answer answer{-error->error, {}};
            if (head->nlmsg_flags & NLM_F_ACK_TLVS) {
                const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(head, sizeof(nlmsgerr)));
                for (; mnl_attr_ok(attribute, static_cast<const char*>(mnl_nlmsg_get_payload_tail(head)) -
                                                  reinterpret_cast<const char*>(attribute));
                     attribute = mnl_attr_next(attribute))
                    if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG) answer.text = mnl_attr_get_str(attribute);
            }
            std::uint32_t place = head->nlmsg_seq - first;
            // The first error stands: an aborted transaction may speak twice about one message.
            Answer& slot = place < answers.size() ? answers[place] : others;
            if (slot.error <= 0) slot = std::move(answer);
        }
    }
}

std::vector<Answer> Netlink::send(std::span<const Message> messages) {
    std::vector<Answer> answers(messages.size(), Answer{-1, {}});  // -1: not answered
    std::uint32_t first = sequence_;
    Answer others;
    for (std::size_t i = 0; i < messages.size();) {
        std::string bytes;
        for (std::size_t n = 0; i < messages.size() && n < batch_messages_max && bytes.size() < batch_bytes_max; ++i, ++n)
            bytes += messages[i].sealed(sequence_++);
        push(bytes);
        collect(first, answers, others);
    }
    for (auto& answer : answers)
        if (answer.error < 0) answer = {ENOBUFS, "no answer"};
    return answers;
}

std::vector<Answer> Netlink::transact(std::span<const Message> messages) {
    std::vector<Answer> answers(messages.size(), Answer{-1, {}});
    std::string bytes = batch_mark(NFNL_MSG_BATCH_BEGIN).sealed(sequence_++);
    std::uint32_t first = sequence_;
    for (const auto& message : messages) bytes += message.sealed(sequence_++);
    bytes += batch_mark(NFNL_MSG_BATCH_END).sealed(sequence_++);
    Answer whole;
    if (mnl_socket_sendto(socket_, bytes.data(), bytes.size()) < 0)
        whole = {errno, "transaction of " + std::to_string(bytes.size()) + " bytes"};
    else
        collect(first, answers, whole);
    bool failed = whole.error > 0;
    for (const auto& answer : answers) failed = failed || answer.error != 0;
    if (failed)
        for (auto& answer : answers)
            if (answer.error <= 0) answer = whole.error > 0 ? whole : Answer{ECANCELED, "the transaction failed"};
    return answers;
}

void Netlink::dump(const Message& request, const std::function<void(const nlmsghdr*)>& each) {
    std::uint32_t sequence = sequence_++;
    push(request.sealed(sequence));
    alignas(nlmsghdr) char buffer[32 * 1024];
    for (;;) {
        ssize_t got = mnl_socket_recvfrom(socket_, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("netlink dump");
        int left = static_cast<int>(got);
        for (auto* head = reinterpret_cast<nlmsghdr*>(buffer); mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left)) {
            if (head->nlmsg_seq != sequence) continue;
            if (head->nlmsg_type == NLMSG_DONE) return;
            if (head->nlmsg_type == NLMSG_ERROR) {
                const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(head));
                if (error->error == 0) return;
                throw_errno("netlink dump", -error->error);
            }
            each(head);
        }
    }
}

}  // namespace sekisho::net
