// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AresChannel.h"

#include <QSocketNotifier>
#include <QTimer>
#include <QtEndian>

#include <ares.h>

#include <cstring>
#include <map>

namespace relaywright {

namespace {

// UDP: the first wait is a fifteenth of the limit and each further one twice the last, so that four tries fill it.
constexpr int kUdpTries = 4;
constexpr int kUdpParts = 15;
// TCP: the second try is for a connection that the server closes; c-ares does not repeat itself on the same one.
constexpr int kTcpTries = 2;
constexpr int kMaxUdpOctets =
    4096; // c-ares reads no more; a server that sends more than it was told to is heard so far
constexpr std::uint16_t kDnsPort = 53;
constexpr std::chrono::milliseconds kLeastTimeout{20};

AresChannel::End endOf(int status)
{
    switch (status) {
    case ARES_ETIMEOUT: return AresChannel::End::TimedOut;
    case ARES_ECONNREFUSED: return AresChannel::End::NoServer;
    default: return AresChannel::End::Failed;
    }
}

tl::unexpected<Error> cannotStart(int status)
{
    return failure(
        ErrorKind::Unsupported,
        QStringLiteral("The DNS resolver cannot start: %1. Check the name servers that this computer is set to use.")
            .arg(QString::fromUtf8(ares_strerror(status))));
}

int startLibrary()
{
    static const int status = ares_library_init(ARES_LIB_INIT_ALL); // once a process; needed on Windows
    return status;
}

IpAddress addressOf(const ares_addr_port_node &node)
{
    IpAddress::Octets octets{};
    if (node.family == AF_INET6) {
        std::memcpy(octets.data(), &node.addr.addr6, octets.size());
        return IpAddress::fromV6(octets);
    }
    return IpAddress::fromV4(qFromBigEndian<quint32>(&node.addr.addr4));
}

} // namespace

class AresChannel::Private {
public:
    ~Private()
    {
        m_closing = true;
        if (m_channel)
            ares_destroy(m_channel); // calls back every open query and closes every socket
    }

    int open(const Endpoint &server, Transport transport, std::chrono::milliseconds limit)
    {
        const bool udp = transport == Transport::Udp;
        ares_options options{};
        // What is truncated is the caller's to ask again: c-ares would wait for TCP only as long as for a UDP packet.
        options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP | ARES_FLAG_EDNS
                        | ARES_FLAG_IGNTC | (udp ? 0 : ARES_FLAG_USEVC);
        options.timeout = static_cast<int>(std::max(kLeastTimeout, udp ? limit / kUdpParts : limit).count());
        options.tries = udp ? kUdpTries : kTcpTries;
        options.ednspsz = kMaxUdpOctets;
        options.sock_state_cb = &Private::onSocketState;
        options.sock_state_cb_data = this;
        const int mask =
            ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB;
        int status = ares_init_options(&m_channel, &options, mask);
        if (status == ARES_SUCCESS)
            status = ares_set_servers_ports_csv(m_channel, server.toString().toLatin1().constData());
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
        return status;
    }

    void send(const QByteArray &query, Done done)
    {
        ares_send(m_channel, reinterpret_cast<const unsigned char *>(query.constData()), static_cast<int>(query.size()),
                  &Private::onReply, new Flight{this, std::move(done)});
        arm();
    }

private:
    struct Flight {
        Private *owner;
        Done done;
    };
    struct Notifiers {
        QSocketNotifier *read = nullptr;
        QSocketNotifier *write = nullptr;
    };

    /// c-ares calls back exactly once for each query, whatever happens: the flight ends here.
    static void onReply(void *argument, int status, int, unsigned char *packet, int length)
    {
        const std::unique_ptr<Flight> flight(static_cast<Flight *>(argument));
        if (flight->owner->m_closing)
            return;
        if (packet && length > 0)
            flight->done(End::Packet, QByteArrayView(reinterpret_cast<const char *>(packet), length));
        else
            flight->done(endOf(status), {});
    }

    static void onSocketState(void *data, ares_socket_t socket, int readable, int writable)
    {
        static_cast<Private *>(data)->watch(socket, readable != 0, writable != 0);
    }

    void watch(ares_socket_t socket, bool readable, bool writable)
    {
        Notifiers &notifiers = m_notifiers[socket];
        if (!readable && !writable) { // about to be closed: its number may come again at once
            drop(notifiers.read);
            drop(notifiers.write);
            m_notifiers.erase(socket);
            return;
        }
        set(notifiers.read, socket, QSocketNotifier::Read, readable);
        set(notifiers.write, socket, QSocketNotifier::Write, writable);
    }

    void set(QSocketNotifier *&notifier, ares_socket_t socket, QSocketNotifier::Type type, bool enabled)
    {
        if (!notifier && !enabled)
            return;
        if (!notifier) {
            notifier = new QSocketNotifier(static_cast<qintptr>(socket), type, &m_scope);
            const bool reads = type == QSocketNotifier::Read;
            QObject::connect(notifier, &QSocketNotifier::activated, &m_scope, [this, socket, reads] {
                process(reads ? socket : ARES_SOCKET_BAD, reads ? ARES_SOCKET_BAD : socket);
            });
        }
        notifier->setEnabled(enabled);
    }

    static void drop(QSocketNotifier *notifier)
    {
        if (!notifier)
            return;
        notifier->setEnabled(false);
        notifier->deleteLater(); // it may be the sender of the signal we are in
    }

    void process(ares_socket_t readable, ares_socket_t writable)
    {
        ares_process_fd(m_channel, readable, writable);
        arm();
    }

    void arm()
    {
        timeval next{};
        if (!ares_timeout(m_channel, nullptr, &next)) {
            m_timer.stop();
            return;
        }
        const auto wait = std::chrono::seconds(next.tv_sec) + std::chrono::microseconds(next.tv_usec);
        m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(wait));
    }

    ares_channel m_channel = nullptr;
    bool m_closing = false;
    QTimer m_timer;
    QObject m_scope; // parent of the notifiers
    std::map<ares_socket_t, Notifiers> m_notifiers;
};

AresChannel::AresChannel(std::unique_ptr<Private> priv) : d(std::move(priv)) {}
AresChannel::~AresChannel() = default;

Result<std::unique_ptr<AresChannel>> AresChannel::open(const Endpoint &server, Transport transport,
                                                       std::chrono::milliseconds limit)
{
    if (const int status = startLibrary(); status != ARES_SUCCESS)
        return cannotStart(status);
    auto priv = std::make_unique<Private>();
    if (const int status = priv->open(server, transport, limit); status != ARES_SUCCESS)
        return cannotStart(status);
    return std::unique_ptr<AresChannel>(new AresChannel(std::move(priv)));
}

Result<std::vector<Endpoint>> AresChannel::systemServers()
{
    if (const int status = startLibrary(); status != ARES_SUCCESS)
        return cannotStart(status);
    ares_channel channel = nullptr;
    if (const int status = ares_init(&channel); status != ARES_SUCCESS)
        return cannotStart(status);
    std::vector<Endpoint> servers;
    ares_addr_port_node *nodes = nullptr;
    if (const int status = ares_get_servers_ports(channel, &nodes); status != ARES_SUCCESS) {
        ares_destroy(channel);
        return cannotStart(status);
    }
    for (const ares_addr_port_node *node = nodes; node; node = node->next)
        servers.push_back(
            {Host::of(addressOf(*node)), node->udp_port > 0 ? static_cast<std::uint16_t>(node->udp_port) : kDnsPort});
    ares_free_data(nodes);
    ares_destroy(channel);
    return servers;
}

void AresChannel::send(const QByteArray &query, Done done)
{
    d->send(query, std::move(done));
}

} // namespace relaywright
