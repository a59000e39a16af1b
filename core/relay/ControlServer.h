// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/relay/RelayEvents.h"

#include <QJsonObject>
#include <QLocalServer>
#include <QObject>

#include <functional>
#include <vector>

class QLocalSocket;

namespace relaywright {

/// The relay's end of the control socket (protocol: Control.h). Bounded: 16 clients, 64 KiB a request, one request of a
/// client at a time, a minute of silence; 256 KiB of events that a subscriber has not read yet.
class ControlServer : public QObject {
    Q_OBJECT
public:
    using Reply = std::function<void(Result<QJsonObject>)>;
    /// Called for each request; answers once, at once or later.
    using Handler = std::function<void(const QJsonObject &request, Reply reply)>;

    explicit ControlServer(Handler handler, QObject *parent = nullptr);
    ~ControlServer() override;
    /// Opens the socket for a relay called `name`; a socket file that a killed relay left is replaced. Error: Denied
    /// when a living relay has it or the folder is not ours, Unreachable for other faults.
    [[nodiscard]] Result<void> listen(const QString &name);

    /// Live events. A client whose request `events` was answered well hears all from then on that are at least as severe
    /// as it asked for; one that does not read is cut off.
    void publish(const RelayEvent &event);
    [[nodiscard]] bool hasSubscribers() const { return !m_subscribers.empty(); }
    /// The first subscriber came, or the last one went.
    void onSubscribersChanged(std::function<void()> call) { m_subscribersChanged = std::move(call); }

private:
    struct Subscriber {
        QLocalSocket *socket;
        RelayEvent::Severity least;
    };
    void subscribe(QLocalSocket *socket, RelayEvent::Severity least);
    void unsubscribe(const QObject *socket);
    void onConnection();
    void onReadyRead(QLocalSocket *socket);
    void answer(QLocalSocket *socket, const QByteArray &line);

    Handler m_handler;
    std::vector<Subscriber> m_subscribers; // these outlive the server's sockets
    std::function<void()> m_subscribersChanged;
    int m_clients = 0;
    QLocalServer m_server;
};

} // namespace relaywright
