// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AresChannel.h"

#include <QSocketNotifier>
#include <QTimer>

#include <ares.h>

#include <map>

namespace relaywright {

namespace {

constexpr int kTries = 2;        // each server once with the timeout, once with twice that
constexpr int kUdpOctets = 1232; // EDNS: fits one packet on every path (RFC 9715)
constexpr int kClassIn = 1;
constexpr std::chrono::milliseconds kLeastTimeout{50};

int countServers(ares_channel channel)
{
    ares_addr_port_node *servers = nullptr;
    if (ares_get_servers_ports(channel, &servers) != ARES_SUCCESS)
        return 1;
    int count = 0;
    for (const ares_addr_port_node *server = servers; server; server = server->next)
        ++count;
    ares_free_data(servers);
    return std::max(1, count);
}

QByteArray serverList(const std::vector<Endpoint> &nameservers)
{
    QStringList texts;
    for (const Endpoint &server : nameservers)
        texts += server.toString();
    return texts.join(u',').toLatin1();
}

AresChannel::End endOf(int status)
{
    switch (status) {
    case ARES_ETIMEOUT: return AresChannel::End::TimedOut;
    case ARES_ECONNREFUSED: return AresChannel::End::NoServer;
    case ARES_EBADNAME: return AresChannel::End::BadName;
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

} // namespace

class AresChannel::Private {
public:
    ~Private()
    {
        m_closing = true;
        if (m_channel)
            ares_destroy(m_channel); // calls back every open query and closes every socket
    }

    /// The timeout of one try depends on the number of servers, which for the system's list is known only afterwards.
    int open(const std::vector<Endpoint> &nameservers, std::chrono::milliseconds limit, ServerErrors errors)
    {
        int servers = static_cast<int>(nameservers.size());
        if (nameservers.empty()) {
            ares_channel probe = nullptr;
            if (const int status = ares_init(&probe); status != ARES_SUCCESS)
                return status;
            servers = countServers(probe);
            ares_destroy(probe);
        }
        ares_options options{};
        options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
        if (errors == ServerErrors::PassOn)
            options.flags |= ARES_FLAG_NOCHECKRESP;
        // A question takes each server once with the timeout and once with double: three timeouts a server.
        options.timeout = static_cast<int>(std::max(kLeastTimeout, limit / (3 * servers)).count());
        options.tries = kTries;
        options.ednspsz = kUdpOctets;
        options.sock_state_cb = &Private::onSocketState;
        options.sock_state_cb_data = this;
        const int mask =
            ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ | ARES_OPT_SOCK_STATE_CB;
        int status = ares_init_options(&m_channel, &options, mask);
        if (status == ARES_SUCCESS && !nameservers.empty())
            status = ares_set_servers_ports_csv(m_channel, serverList(nameservers).constData());
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); });
        return status;
    }

    void query(const QByteArray &name, int type, Done done)
    {
        ares_query(m_channel, name.constData(), kClassIn, type, &Private::onReply, new Flight{this, std::move(done)});
        arm();
    }

    [[nodiscard]] int serverCount() const { return countServers(m_channel); }

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

Result<std::unique_ptr<AresChannel>> AresChannel::open(const std::vector<Endpoint> &nameservers,
                                                       std::chrono::milliseconds limit, ServerErrors errors)
{
    static const int library = ares_library_init(ARES_LIB_INIT_ALL); // once a process; needed on Windows
    if (library != ARES_SUCCESS)
        return cannotStart(library);
    auto priv = std::make_unique<Private>();
    if (const int status = priv->open(nameservers, limit, errors); status != ARES_SUCCESS)
        return cannotStart(status);
    return std::unique_ptr<AresChannel>(new AresChannel(std::move(priv)));
}

int AresChannel::serverCount() const
{
    return d->serverCount();
}

void AresChannel::query(const QByteArray &name, int type, Done done)
{
    d->query(name, type, std::move(done));
}

} // namespace relaywright
