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

Result<void> ControlServer::listen(const QString &name)
{
    if (const QString folder = controlSocketFolder(); !folder.isEmpty()) {
        if (auto made = ensurePrivateFolder(folder); !made)
            return made;
    }
    const QString socketName = controlSocketName(name);
    if (isAlive(socketName))
        return failure(ErrorKind::Denied, QStringLiteral("A relay \"%1\" of this user runs already. Stop it first, or give this one "
                                                         "another name.").arg(name));
    QLocalServer::removeServer(socketName);
    if (!m_server.listen(socketName))
        return failure(ErrorKind::Unreachable,
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
        connect(socket, &QObject::destroyed, this, [this] { --m_clients; });
        connect(socket, &QLocalSocket::readyRead, this, [this, socket] { onReadyRead(socket); });
        auto *idle = new QTimer(socket);
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
    const Reply reply = [self, peer](const Result<QJsonObject> &result) {
        if (!peer)
            return;
        peer->write(toLine(result));
        peer->setProperty("busy", false);
        if (self)
            QMetaObject::invokeMethod(self.data(), [self, peer] {
                if (peer)
                    self->onReadyRead(peer);
            }, Qt::QueuedConnection);
    };
    const auto request = parseJsonObject(line);
    if (!request)
        return reply(failure(ErrorKind::InvalidInput, QStringLiteral("A request is one JSON object on one line.")));
    m_handler(*request, reply);
}

} // namespace relaywright
