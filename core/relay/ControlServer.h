// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QJsonObject>
#include <QLocalServer>
#include <QObject>

#include <functional>

class QLocalSocket;

namespace relaywright {

/// The relay's end of the control socket (protocol: Control.h). Bounded: 16 clients, 64 KiB a request, one request of a
/// client at a time, a minute of silence.
class ControlServer : public QObject {
    Q_OBJECT
public:
    using Reply = std::function<void(Result<QJsonObject>)>;
    /// Called for each request; answers once, at once or later.
    using Handler = std::function<void(const QJsonObject &request, Reply reply)>;

    explicit ControlServer(Handler handler, QObject *parent = nullptr);
    /// Opens the socket for a relay called `name`; a socket file that a killed relay left is replaced. Error: Denied
    /// when a living relay has it or the folder is not ours, Unreachable for other faults.
    [[nodiscard]] Result<void> listen(const QString &name);

private:
    void onConnection();
    void onReadyRead(QLocalSocket *socket);
    void answer(QLocalSocket *socket, const QByteArray &line);

    Handler m_handler;
    QLocalServer m_server;
    int m_clients = 0;
};

} // namespace relaywright
