#include "process/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <thread>

namespace sekisho::process {
namespace {

using namespace std::chrono_literals;

struct Ends {
    Channel a, b;
};
Ends ends(ChannelLimits limits = {}) {
    auto [a, b] = channel_pair();
    return {Channel(std::move(a), limits), Channel(std::move(b), limits)};
}

std::string all_bytes() {
    std::string out;
    for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
    return out;
}

TEST(Channel, CarriesTypeBodyAndDescriptors) {
    auto [a, b] = ends();
    int pipe_ends[2];
    ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
    Message out{"socket_opened", all_bytes(), {}};
    out.fds.emplace_back(pipe_ends[1]);
    a.send(std::move(out));
    auto in = b.wait(5s);
    ASSERT_TRUE(in);
    EXPECT_EQ(in->type, "socket_opened");
    EXPECT_EQ(in->body, all_bytes());
    ASSERT_EQ(in->fds.size(), 1u);
    EXPECT_NE(::fcntl(in->fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
    ASSERT_EQ(::write(in->fds[0].get(), "x", 1), 1);
    char c = 0;
    EXPECT_EQ(::read(pipe_ends[0], &c, 1), 1);
    EXPECT_EQ(c, 'x');
    // The sender's copy was closed with the delivery: the pipe ends with the receiver's.
    in->fds.clear();
    EXPECT_EQ(::read(pipe_ends[0], &c, 1), 0);
    ::close(pipe_ends[0]);
}

TEST(Channel, CarriesWhatDoesNotFitIntoTheSocketsBuffer) {
    auto [a, b] = ends();
    std::string body(20 << 20, 'q');
    std::thread writer([&a = a, &body] {
        a.send({"desired", body});
        a.send({"after"});
        EXPECT_TRUE(a.drain(20s));
    });
    auto in = b.wait(20s);
    auto after = b.wait(20s);
    writer.join();
    ASSERT_TRUE(in && after);
    EXPECT_TRUE(in->body == body);
    EXPECT_EQ(after->type, "after");
}

TEST(Channel, KeepsTheDescriptorsOfManyMessagesApart) {
    auto [a, b] = ends();
    std::vector<ino_t> inodes;
    for (int i = 0; i < 40; ++i) {
        Message message{"m", std::to_string(i), {}};
        for (int j = 0; j < i % 4; ++j) {
            int p[2];
            ASSERT_EQ(::pipe2(p, O_CLOEXEC), 0);
            struct stat s {};
            ::fstat(p[0], &s);
            inodes.push_back(s.st_ino);
            ::close(p[1]);
            message.fds.emplace_back(p[0]);
        }
        a.send(std::move(message));
    }
    std::size_t at = 0;
    for (int i = 0; i < 40; ++i) {
        auto in = b.wait(5s);
        ASSERT_TRUE(in);
        EXPECT_EQ(in->body, std::to_string(i));
        ASSERT_EQ(in->fds.size(), static_cast<std::size_t>(i % 4));
        for (const auto& fd : in->fds) {
            struct stat s {};
            ::fstat(fd.get(), &s);
            EXPECT_EQ(s.st_ino, inodes[at++]);
        }
    }
}

TEST(Channel, SaysThatThePeerIsGoneAfterItsLastMessage) {
    auto [a, b] = ends();
    a.send({"last"});
    a = Channel(Fd());
    EXPECT_EQ(b.wait(5s)->type, "last");
    EXPECT_FALSE(b.wait(5s));
    b.send({"into the void"});
    EXPECT_FALSE(b.flush());
}

TEST(Channel, WaitEndsWhenTheTimeIsUp) {
    auto [a, b] = ends();
    EXPECT_FALSE(b.wait(1ms));
}

TEST(Decoder, RefusesAFrameAboveALimitBeforeItsBodyIsThere) {
    ChannelLimits limits{.type_bytes_max = 8, .body_bytes_max = 100, .fds_max = 1};
    auto head = [](unsigned type, unsigned body, unsigned fds) {
        std::string out = "skp1";
        for (unsigned value : {type, body, fds})
            for (int shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift));
        return out;
    };
    for (auto bytes : {head(9, 1, 0), head(0, 1, 0), head(1, 101, 0), head(1, 0xffffffff, 0), head(1, 1, 2),
                       head(1, 1, 1) + "ab", std::string("GET / HTTP/1.1\r\n")}) {
        Decoder decoder(limits);
        decoder.feed(bytes, {});
        EXPECT_THROW(decoder.next(), ProtocolError) << bytes;
    }
    Decoder decoder(limits);
    decoder.feed(head(8, 100, 0) + "12345678" + std::string(99, 'b'), {});
    EXPECT_FALSE(decoder.next());
    decoder.feed("b", {});
    EXPECT_TRUE(decoder.next());
}

TEST(Decoder, RefusesDescriptorsThatBelongToNoFrameAndClosesThem) {
    int p[2];
    ASSERT_EQ(::pipe2(p, O_CLOEXEC), 0);
    {
        Decoder decoder;
        std::vector<Fd> fds;
        fds.emplace_back(p[1]);
        decoder.feed(encode_frame({"m", "{}"}), std::move(fds));
        EXPECT_THROW(decoder.next(), ProtocolError);
    }
    char c;
    EXPECT_EQ(::read(p[0], &c, 1), 0);
    ::close(p[0]);
}

TEST(Decoder, RefusesMoreWaitingDescriptorsThanItsLimit) {
    Decoder decoder;
    auto feed_all = [&] {
        for (int i = 0; i < 3000; ++i) {
            std::vector<Fd> fds;
            fds.emplace_back(::dup(0));
            decoder.feed("s", std::move(fds));
        }
    };
    EXPECT_THROW(feed_all(), ProtocolError);
}

TEST(Channel, RefusesToSendWhatThePeerWouldRefuse) {
    auto [a, b] = ends({.type_bytes_max = 8, .body_bytes_max = 10, .fds_max = 1});
    EXPECT_THROW(a.send({"123456789"}), ProtocolError);
    EXPECT_THROW(a.send({""}), ProtocolError);
    EXPECT_THROW(a.send({"m", "12345678901"}), ProtocolError);
    a.send({"m", "1234567890"});
    EXPECT_TRUE(b.wait(5s));
}

TEST(Channel, RefusesToQueueWithoutEndForAPeerThatDoesNotRead) {
    auto [a, b] = ends({.queued_bytes_max = 4 << 20});
    auto fill = [&a = a] {
        for (int i = 0; i < 100; ++i) a.send({"m", std::string(1 << 20, 'x')});
    };
    EXPECT_THROW(fill(), ProtocolError);
}

}  // namespace
}  // namespace sekisho::process
