// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/ControlServer.h"

#include "core/base/JsonReader.h"
#include "core/relay/Control.h"
#include "core/relay/PrivateFolder.h"

#include <QJsonDocument>
#include <QLocalSocket>
#include <QPointer>
#include <QTimer>

namespace relaywright {

namespace {

constexpr int kMaxClients = 16;
constexpr qint64 kMaxRequestOctets = 64 * 1024;
constexpr std::chrono::seconds kIdleLimit{60};
constexpr int kProbePatienceMs = 1000;
constexpr qint64 kMaxUnreadOctets = 256 * 1024;
constexpr std::chrono::seconds kLastWordsLimit{5};

QByteArray toLine(const Result<QJsonObject> &result)
{
    QJsonObject json{{QStringLiteral("ok"), result.has_value()}};
    if (result) {
        json.insert(QStringLiteral("result"), *result);
    } else {
        json.insert(QStringLiteral("kind"), controlWord(result.error().kind));
        json.insert(QStringLiteral("detail"), result.error().detail);
    }
    return QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n';
}

/// True when somebody answers there. At start, before the event loop runs; a local connect answers at once.
bool isAlive(const QString &socketName)
{
    QLocalSocket probe;
    probe.connectToServer(socketName);
    return probe.waitForConnected(kProbePatienceMs);
}

} // namespace

ControlServer::ControlServer(Handler handler, QObject *parent) : QObject(parent), m_handler(std::move(handler))
{
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, &ControlServer::onConnection);
}

ControlServer::~ControlServer()
{
    m_subscribersChanged = nullptr; // the last ones go with the server
}

Result<void> ControlServer::listen(const QString &name)
{
    if (const QString folder = controlSocketFolder(); !folder.isEmpty()) {
        if (auto made = ensurePrivateFolder(folder); !made)
            return made;
    }
    const QString socketName = controlSocketName(name);
    if (isAlive(socketName))
        return failure(ErrorKind::Denied,
                       QStringLiteral("A relay \"%1\" of this user runs already. Stop it first, or give this one "
                                      "another name.")
                           .arg(name));
    QLocalServer::removeServer(socketName);
    if (!m_server.listen(socketName))
        return failure(
            ErrorKind::Unreachable,
            QStringLiteral("The control socket %1 cannot be opened: %2.").arg(socketName, m_server.errorString()));
    return {};
}

void ControlServer::onConnection()
{
    while (QLocalSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        if (m_clients >= kMaxClients) {
            socket->abort();
            continue;
        }
        ++m_clients;
        socket->setReadBufferSize(kMaxRequestOctets + 1);
        connect(socket, &QObject::destroyed, this, [this](const QObject *gone) {
            --m_clients;
            unsubscribe(gone);
        });
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
        auto *idle = new QTimer(socket);
        idle->setObjectName(QStringLiteral("idle"));
        idle->setSingleShot(true);
        idle->start(kIdleLimit);
        connect(idle, &QTimer::timeout, socket, &QLocalSocket::abort);
        connect(socket, &QLocalSocket::readyRead, idle, [idle] { idle->start(kIdleLimit); });
    }
}

void ControlServer::onReadyRead(QLocalSocket *socket)
{
    if (socket->property("busy").toBool())
        return; // its next request waits in the socket
    if (socket->canReadLine())
        answer(socket, socket->readLine(kMaxRequestOctets));
    else if (socket->bytesAvailable() > kMaxRequestOctets)
        socket->abort();
}

void ControlServer::answer(QLocalSocket *socket, const QByteArray &line)
{
    const QPointer<QLocalSocket> peer(socket);
    const QPointer<ControlServer> self(this);
    socket->setProperty("busy", true);
    const auto request = parseJsonObject(line);
    std::optional<RelayEvent::Severity> least;
    if (request && request->value(QLatin1String("request")) == QLatin1String("events"))
        least = parseSeverity(request->value(QLatin1String("severity")).toString(QStringLiteral("info")))
                    .value_or(RelayEvent::Severity::Info);
    const Reply reply = [self, peer, least](const Result<QJsonObject> &result) {
        if (!peer)
            return;
        peer->write(toLine(result));
        if (self && least && result)
            self->subscribe(peer, *least);
        peer->setProperty("busy", false);
        if (self)
            QMetaObject::invokeMethod(
                self.data(),
                [self, peer] {
                    if (peer)
                        self->onReadyRead(peer);
                },
                Qt::QueuedConnection);
    };
    if (!request)
        return reply(failure(ErrorKind::InvalidInput, QStringLiteral("A request is one JSON object on one line.")));
    m_handler(*request, reply);
}

void ControlServer::subscribe(QLocalSocket *socket, RelayEvent::Severity least)
{
    unsubscribe(socket);
    if (auto *idle = socket->findChild<QTimer *>(QStringLiteral("idle"), Qt::FindDirectChildrenOnly))
        delete idle; // who listens says nothing
    m_subscribers.push_back({socket, least});
    if (m_subscribers.size() == 1 && m_subscribersChanged)
        m_subscribersChanged();
}

void ControlServer::unsubscribe(const QObject *socket)
{
    const bool erased =
        std::erase_if(m_subscribers, [socket](const Subscriber &one) { return one.socket == socket; }) > 0;
    if (erased && m_subscribers.empty() && m_subscribersChanged)
        m_subscribersChanged();
}

void ControlServer::publish(const RelayEvent &event)
{
    if (m_subscribers.empty())
        return;
    const QByteArray line =
        QJsonDocument(QJsonObject{{QStringLiteral("event"), toJson(event)}}).toJson(QJsonDocument::Compact) + '\n';
    const auto subscribers = m_subscribers;
    for (const auto &[socket, least] : subscribers) {
        if (!isAtLeast(event.severity, least))
            continue;
        if (socket->bytesToWrite() + line.size() <= kMaxUnreadOctets) {
            socket->write(line);
            continue;
        }
        unsubscribe(socket);
        socket->write(toLine(
            failure(ErrorKind::Cancelled,
                    QStringLiteral("Events came faster than they were read, so no more are sent. Ask again "
                                   "for those that come, and look at the journal for those that were missed."))));
        socket->disconnectFromServer(); // what is written already goes first
        QTimer::singleShot(kLastWordsLimit, socket, &QLocalSocket::abort);
    }
}

} // namespace relaywright
