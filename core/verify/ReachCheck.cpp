// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/ReachCheck.h"

#include "core/base/Text.h"

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QTcpSocket>
#include <QTimer>

namespace relaywright {

namespace {

constexpr qsizetype kMaxGreetingOctets = 4096;
constexpr size_t kMaxAddresses = 4;

} // namespace

class ReachCheck::Private {
public:
    Private(ReachCheck *owner, const ReachTarget &reachTarget, DnsClient &client, std::chrono::milliseconds timeLimit,
            std::function<void(const ReachOutcome &)> whenDone)
        : q(owner), target(reachTarget), dns(client), limit(timeLimit), done(std::move(whenDone))
    {
        socket.setProxy(QNetworkProxy::NoProxy);
        timer.setSingleShot(true);
        QObject::connect(&timer, &QTimer::timeout, q, [this] { onLate(); });
        QObject::connect(&socket, &QTcpSocket::connected, q, [this] { onConnected(); });
        QObject::connect(&socket, &QTcpSocket::readyRead, q, [this] { onReadyRead(); });
        QObject::connect(&socket, &QTcpSocket::errorOccurred, q,
                         [this](QAbstractSocket::SocketError error) { onError(error); });
    }

    ~Private() { QObject::disconnect(&socket, nullptr, q, nullptr); }

    void start()
    {
        timer.start(limit);
        clock.start();
        const Host &host = target.endpoint.host;
        if (host.address()) {
            addresses = {*host.address()};
            connectToNext();
        } else if (!host.toString().contains(u'.')) { // localhost and LAN names are the system's
            socket.connectToHost(host.toString(), target.endpoint.port);
        } else {
            resolve(DnsType::A);
        }
    }

private:
    void resolve(DnsType type)
    {
        dns.ask(target.endpoint.host.toString(), type, q, [this, type](const DnsAnswer &answer) {
            if (answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut)
                return end(ReachOutcome::Kind::Failed, answer.detail);
            addresses = answer.addresses;
            if (!addresses.empty())
                return connectToNext();
            if (type == DnsType::A)
                return resolve(DnsType::Aaaa);
            end(ReachOutcome::Kind::NameUnknown, {});
        });
    }

    void connectToNext()
    {
        const IpAddress address = addresses.front();
        addresses.erase(addresses.begin());
        addresses.resize(std::min(addresses.size(), kMaxAddresses), address);
        socket.abort();
        socket.connectToHost(address.toString(), target.endpoint.port);
    }

    void onConnected()
    {
        connected = true;
        if (!target.greets)
            end(ReachOutcome::Kind::Connected, {});
    }

    void onReadyRead()
    {
        greeting += socket.read(kMaxGreetingOctets - greeting.size());
        const qsizetype line = greeting.indexOf('\n');
        if (line < 0 && greeting.size() < kMaxGreetingOctets)
            return;
        const QByteArray first = greeting.left(line < 0 ? greeting.size() : line).trimmed();
        const bool welcome = first.startsWith("220");
        if (welcome)
            socket.write("QUIT\r\n"), socket.flush();
        end(welcome ? ReachOutcome::Kind::Connected : ReachOutcome::Kind::OtherGreeting, printable(first, 300));
    }

    void onError(QAbstractSocket::SocketError error)
    {
        if (connected) {
            const bool closed = error == QAbstractSocket::RemoteHostClosedError;
            return end(greeting.isEmpty() ? ReachOutcome::Kind::Silent : ReachOutcome::Kind::OtherGreeting,
                       closed ? printable(greeting.trimmed(), 300) : socket.errorString());
        }
        if (!addresses.empty()) {
            QTimer::singleShot(0, q, [this] { connectToNext(); }); // not within the socket's own signal
            return;
        }
        switch (error) {
        case QAbstractSocket::ConnectionRefusedError: return end(ReachOutcome::Kind::Refused, {});
        case QAbstractSocket::HostNotFoundError: return end(ReachOutcome::Kind::NameUnknown, {});
        case QAbstractSocket::SocketTimeoutError: return end(ReachOutcome::Kind::TimedOut, {});
        default: return end(ReachOutcome::Kind::Failed, socket.errorString());
        }
    }

    void onLate() { end(connected ? ReachOutcome::Kind::Silent : ReachOutcome::Kind::TimedOut, {}); }

    void end(ReachOutcome::Kind kind, const QString &text)
    {
        if (!done)
            return;
        timer.stop();
        ReachOutcome outcome{.kind = kind,
                             .text = text,
                             .address = socket.peerAddress().toString(),
                             .took = std::chrono::milliseconds(clock.elapsed())};
        QObject::disconnect(&socket, nullptr, q, nullptr);
        socket.disconnectFromHost(); // after QUIT is out
        // The handler of a socket's signal must not destroy the socket: the news go through the event loop.
        QMetaObject::invokeMethod(
            q, [call = std::exchange(done, nullptr), outcome] { call(outcome); }, Qt::QueuedConnection);
    }

    ReachCheck *q;
    ReachTarget target;
    DnsClient &dns;
    std::chrono::milliseconds limit;
    std::function<void(const ReachOutcome &)> done;
    std::vector<IpAddress> addresses; // still to try
    QByteArray greeting;
    bool connected = false;
    QElapsedTimer clock;
    QTimer timer;
    QTcpSocket socket;
};

ReachCheck::ReachCheck(const ReachTarget &target, DnsClient &dns, std::chrono::milliseconds limit,
                       std::function<void(const ReachOutcome &)> done, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this, target, dns, limit, std::move(done)))
{
}

ReachCheck::~ReachCheck() = default;

void ReachCheck::start()
{
    d->start();
}

} // namespace relaywright
