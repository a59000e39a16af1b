// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SmtpServerPrivate.h"

#include <QHostAddress>
#include <QMetaObject>
#include <QRandomGenerator>
#include <QtEndian>

#ifdef Q_OS_WIN
#include <winsock2.h>
#include <ws2tcpip.h>
#else
#include <netinet/in.h>
#include <sys/socket.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <utility>

namespace relaywright {

namespace {

constexpr int kListenBacklog = 1024;
constexpr std::chrono::seconds kRefusalLimit{5};

#ifdef Q_OS_WIN
using NativeSocket = SOCKET;
#else
using NativeSocket = int;
#endif

/// Who is at the other end; nobody (0.0.0.0) when it has gone already.
PeerInfo peerOf(qintptr descriptor)
{
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (::getpeername(static_cast<NativeSocket>(descriptor), reinterpret_cast<sockaddr *>(&name), &size) != 0)
        return {IpAddress::fromV4(0)};
    if (name.ss_family == AF_INET) {
        const auto &v4 = reinterpret_cast<const sockaddr_in &>(name);
        return {IpAddress::fromV4(qFromBigEndian(v4.sin_addr.s_addr)), qFromBigEndian(v4.sin_port)};
    }
    const auto &v6 = reinterpret_cast<const sockaddr_in6 &>(name);
    IpAddress::Octets octets{};
    std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
    return {IpAddress::fromV6(octets), qFromBigEndian(v6.sin6_port)};
}

IpAddress toIpAddress(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol)
        return IpAddress::fromV4(address.toIPv4Address());
    const Q_IPV6ADDR octets = address.toIPv6Address();
    IpAddress::Octets copy{};
    std::copy_n(octets.c, copy.size(), copy.begin());
    return IpAddress::fromV6(copy);
}

/// Nothing when `host` is a name other than localhost: a listener is not found through DNS.
std::optional<QHostAddress> toListenAddress(const Host &host)
{
    if (host.toString() == QLatin1String("localhost"))
        return QHostAddress(QHostAddress::LocalHost);
    if (!host.address())
        return std::nullopt;
    // `::` means every address to people, not every IPv6 address.
    if (host.address()->isAny() && host.address()->family() == IpAddress::Family::V6)
        return QHostAddress(QHostAddress::Any);
    return QHostAddress(host.address()->toString());
}

QString whyNotBound(const QTcpServer &server, const Endpoint &endpoint)
{
    const QString where = endpoint.toString();
    switch (server.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return QStringLiteral("Cannot listen on %1: another program already does. Stop it, or choose another port.").arg(where);
    case QAbstractSocket::SocketAccessError:
        return QStringLiteral("Cannot listen on %1: the system does not allow this program that port. Choose one above 1023, "
                              "or run the relay as a service.").arg(where);
    case QAbstractSocket::SocketAddressNotAvailableError:
        return QStringLiteral("Cannot listen on %1: this machine does not have that address.").arg(where);
    default:
        return QStringLiteral("Cannot listen on %1: %2.").arg(where, server.errorString());
    }
}

/// For a challenge that nobody can foresee.
QByteArray randomNonce()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return {reinterpret_cast<const char *>(words.data()), sizeof words};
}

} // namespace

SmtpServer::Private::Private(SmtpServer *owner, ListenerSettings settingsIn, MakeHandler makeHandlerIn)
    : q(owner), settings(std::move(settingsIn)), makeHandler(std::move(makeHandlerIn))
{
    setListenBacklogSize(kListenBacklog);
    settings.smtp.startTls = settings.smtp.startTls && settings.identity && !settings.smtp.implicitTls;
    if (!settings.smtp.nonce)
        settings.smtp.nonce = &randomNonce;
    sessionSettings = std::make_shared<const ServerSettings>(settings.smtp);
    const auto shortest = std::min({settings.idleLimit, settings.sessionLimit, settings.dataRateWindow});
    limitTimer.setInterval(std::clamp(shortest / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(1000)));
    QObject::connect(&limitTimer, &QTimer::timeout, this, [this] { checkLimits(); });
}

void SmtpServer::Private::incomingConnection(qintptr descriptor)
{
    static std::atomic<quint64> connectionCounter{0};
    PeerInfo peer = peerOf(descriptor);
    peer.connectionId = ++connectionCounter;
    const auto count = connectionsOf.find(peer.address);
    if (static_cast<int>(connections.size()) >= settings.maxConnections)
        return refuse(descriptor, peer, "421 4.3.2 Too many connections; try again later\r\n", QStringLiteral("too many connections"));
    if (count != connectionsOf.end() && count->second >= settings.maxConnectionsPerPeer)
        return refuse(descriptor, peer, "421 4.7.0 Too many connections from your address; try again later\r\n",
                      QStringLiteral("too many connections from one address"));
    ++connectionsOf[peer.address];
    auto inside = std::make_unique<SmtpServerConnection::Private>(*this, peer, descriptor);
    std::unique_ptr<SmtpServerConnection> connection(new SmtpServerConnection(std::move(inside)));
    SmtpServerConnection &kept = *connections.emplace(peer.connectionId, std::move(connection)).first->second;
    kept.d->begin(makeHandler(peer, kept));
}

void SmtpServer::Private::refuse(qintptr descriptor, const PeerInfo &peer, const QByteArray &line, const QString &reason)
{
    auto *const socket = new PlainSocket(descriptor, this);
    connect(socket, &PlainSocket::gone, socket, &QObject::deleteLater);
    QTimer::singleShot(kRefusalLimit, socket, [socket] { socket->abort(); });
    if (!settings.smtp.implicitTls)
        socket->write(line);
    socket->close();
    Q_EMIT q->connectionRefused(peer, reason);
}

void SmtpServer::Private::checkLimits()
{
    const SteadyTime now = std::chrono::steady_clock::now();
    for (SmtpServerConnection *connection : openConnections())
        connection->d->checkLimits(now);
}

std::vector<SmtpServerConnection *> SmtpServer::Private::openConnections() const
{
    std::vector<SmtpServerConnection *> open;
    open.reserve(connections.size());
    for (const auto &[id, connection] : connections)
        open.push_back(connection.get());
    return open;
}

void SmtpServer::Private::forget(SmtpServerConnection *connection)
{
    const auto found = connections.find(connection->peer().connectionId);
    if (found == connections.end())
        return;
    const auto count = connectionsOf.find(connection->peer().address);
    if (count != connectionsOf.end() && --count->second == 0)
        connectionsOf.erase(count);
    // Its socket may be in the middle of a signal, and its handler in the middle of a call.
    found->second.release()->deleteLater();
    connections.erase(found);
    closedIfLast();
}

void SmtpServer::Private::shutDown()
{
    close();
    shuttingDown = true;
    for (SmtpServerConnection *connection : openConnections())
        connection->d->pump();
    closedIfLast();
}

void SmtpServer::Private::closedIfLast()
{
    if (!shuttingDown || !connections.empty())
        return;
    shuttingDown = false;
    QMetaObject::invokeMethod(q, [server = q] { Q_EMIT server->closed(); }, Qt::QueuedConnection);
}

SmtpServer::SmtpServer(ListenerSettings settings, MakeHandler makeHandler, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, std::move(settings), std::move(makeHandler)))
{
}

SmtpServer::~SmtpServer()
{
    d->limitTimer.stop();
    d->close();
    d->connections.clear();
}

Result<void> SmtpServer::listen()
{
    if (auto ready = d->prepareTls(); !ready)
        return ready;
    const auto address = toListenAddress(d->settings.listen.host);
    if (!address)
        return failure(ErrorKind::InvalidInput, QStringLiteral("Cannot listen on %1: give an IP address of this machine, or localhost.")
                                                    .arg(d->settings.listen.toString()));
    if (!d->listen(*address, d->settings.listen.port))
        return failure(ErrorKind::Unreachable, whyNotBound(*d, d->settings.listen));
    d->limitTimer.start();
    return {};
}

Result<void> SmtpServer::setIdentity(const TlsIdentity &identity)
{
    auto before = std::exchange(d->settings.identity, identity);
    auto ready = d->prepareTls();
    if (!ready)
        d->settings.identity = std::move(before);
    return ready;
}

Endpoint SmtpServer::address() const
{
    if (!d->isListening())
        return d->settings.listen;
    return {Host::of(toIpAddress(d->serverAddress())), d->serverPort()};
}

int SmtpServer::connectionCount() const
{
    return static_cast<int>(d->connections.size());
}

void SmtpServer::shutDown()
{
    d->shutDown();
}

} // namespace relaywright
