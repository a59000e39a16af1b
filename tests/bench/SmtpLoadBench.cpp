// SPDX-License-Identifier: GPL-3.0-or-later
//
// Devices that send messages one after another, each in a thread of its own, and take the time from the last octet of each
// message to its 250:
//
//     bench_smtp_load PORT SESSIONS MESSAGES OCTETS open|single
//
// `open` keeps each connection, `single` makes one for each message. Prints one JSON object with milliseconds.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

/// A blocking connection to 127.0.0.1.
class Connection {
public:
    explicit Connection(int port) : m_socket(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(m_socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
            throw std::runtime_error("the relay cannot be reached");
        expect('2');
        ask("EHLO device.example\r\n", '2');
    }
    ~Connection() { ::close(m_socket); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void ask(const std::string &octets, char kind)
    {
        send(octets);
        expect(kind);
    }

    /// Milliseconds from the last octets, the lone dot, to the 250.
    double deliver(const std::string &message)
    {
        ask("MAIL FROM:<scan@device.example>\r\n", '2');
        ask("RCPT TO:<office@example.test>\r\n", '2');
        ask("DATA\r\n", '3');
        send(message);
        const auto begin = Clock::now();
        send(".\r\n"); // before this nobody may answer
        expect('2');
        return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    }

private:
    void send(const std::string &octets)
    {
        for (std::size_t at = 0; at < octets.size();) {
            const ssize_t sent = ::send(m_socket, octets.data() + at, octets.size() - at, MSG_NOSIGNAL);
            if (sent <= 0)
                throw std::runtime_error("the relay closed the connection");
            at += static_cast<std::size_t>(sent);
        }
    }

    void expect(char kind)
    {
        for (;;) {
            for (std::size_t end; (end = m_heard.find('\n')) != std::string::npos;) {
                const std::string line = m_heard.substr(0, end);
                m_heard.erase(0, end + 1);
                if (line.size() < 4 || line[3] != ' ')
                    continue;
                if (line[0] != kind)
                    throw std::runtime_error("the relay answered " + line);
                return;
            }
            char octets[4096];
            const ssize_t count = ::recv(m_socket, octets, sizeof octets, 0);
            if (count <= 0)
                throw std::runtime_error("the relay closed the connection");
            m_heard.append(octets, static_cast<std::size_t>(count));
        }
    }

    int m_socket;
    std::string m_heard;
};

std::string messageOf(std::size_t octets)
{
    std::string message = "From: scan@device.example\r\nTo: office@example.test\r\nSubject: measured\r\n\r\n";
    while (message.size() < octets)
        message += std::string(70, 'x') + "\r\n";
    return message;
}

std::vector<double> send(int port, int messages, const std::string &message, bool keepsOpen)
{
    std::vector<double> times;
    std::unique_ptr<Connection> connection;
    for (int i = 0; i < messages; ++i) {
        if (!connection || !keepsOpen)
            connection = std::make_unique<Connection>(port);
        times.push_back(connection->deliver(message));
        if (!keepsOpen)
            connection->ask("QUIT\r\n", '2');
    }
    return times;
}

double percentile(const std::vector<double> &sorted, double part)
{
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 6) {
        std::fputs("usage: bench_smtp_load PORT SESSIONS MESSAGES OCTETS open|single\n", stderr);
        return 2;
    }
    const int port = std::atoi(argv[1]);
    const int sessions = std::max(1, std::atoi(argv[2]));
    const int each = std::max(1, std::atoi(argv[3]) / sessions);
    const std::string message = messageOf(static_cast<std::size_t>(std::atol(argv[4])));
    const bool keepsOpen = std::strcmp(argv[5], "open") == 0;
    std::mutex lock;
    std::vector<double> all;
    std::string problem;
    std::vector<std::thread> threads;
    for (int i = 0; i < sessions; ++i)
        threads.emplace_back([&] {
            try {
                const auto times = send(port, each, message, keepsOpen);
                const std::lock_guard guard(lock);
                all.insert(all.end(), times.begin(), times.end());
            } catch (const std::exception &error) {
                const std::lock_guard guard(lock);
                problem = error.what();
            }
        });
    for (std::thread &thread : threads)
        thread.join();
    if (!problem.empty() || all.empty()) {
        std::fprintf(stderr, "%s\n", problem.c_str());
        return 1;
    }
    std::sort(all.begin(), all.end());
    std::printf("{\"messages\": %zu, \"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"max\": %.3f}\n", all.size(),
                percentile(all, 0.5), percentile(all, 0.95), percentile(all, 0.99), all.back());
    return 0;
}
