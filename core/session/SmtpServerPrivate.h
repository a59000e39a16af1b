// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/PlainSocket.h"
#include "core/session/SmtpServer.h"

#include <QSslConfiguration>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

namespace relaywright {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The inside of SmtpServer: accepts, counts, and looks at the time limits of all connections once in a while (one
/// timer for all: thousands of short connections would spend more on timers than on mail).
class SmtpServer::Private : public QTcpServer {
public:
    Private(SmtpServer *owner, ListenerSettings settingsIn, MakeHandler makeHandlerIn);

    [[nodiscard]] Result<void> prepareTls();
    void trustClientAuthorities();
    void incomingConnection(qintptr descriptor) override;
    void checkLimits();
    void shutDown();
    /// The connection's socket is gone.
    void forget(SmtpServerConnection *connection);

    SmtpServer *q;
    ListenerSettings settings;
    std::shared_ptr<const ServerSettings> sessionSettings; ///< those of `settings`, for all connections
    MakeHandler makeHandler;
    std::optional<QSslConfiguration> tls;
    std::unordered_map<quint64, std::unique_ptr<SmtpServerConnection>> connections;
    std::map<IpAddress, int> connectionsOf;
    /// Peers that waited for our greeting a short while ago: they are not made to wait again.
    std::map<IpAddress, SteadyTime> patientPeers;
    QTimer limitTimer;
    bool shuttingDown = false;

private:
    void refuse(qintptr descriptor, const PeerInfo &peer, const QByteArray &line, const QString &reason);
    void closedIfLast();
    /// A copy: connections leave `connections` while they are looked at, but live until the event loop turns.
    [[nodiscard]] std::vector<SmtpServerConnection *> openConnections() const;
};

/// One connection: octets to the session, its events to the handler, its output to the socket.
class SmtpServerConnection::Private {
public:
    Private(SmtpServer::Private &serverIn, PeerInfo peerIn, qintptr descriptor);

    void begin(SmtpServer::Admission admission);
    void greet();
    [[nodiscard]] bool isKnownPatient() const;
    /// Moves everything that can be moved; called after every octet, answer and timer.
    void pump();
    void checkLimits(SteadyTime now);
    void onDisconnected();
    void answerAuthLater(const std::optional<Reply> &otherWords);
    void drop();
    void sendRaw(const QByteArray &octets);

    SmtpServerConnection *q = nullptr;
    SmtpServer::Private &server;
    PeerInfo peer;
    ServerSession session;
    std::unique_ptr<PlainSocket> plain; ///< until TLS begins
    std::unique_ptr<QSslSocket> ssl;    ///< from then on
    std::unique_ptr<ServerHandler> handler;
    bool gone = false;

private:
    [[nodiscard]] bool pumpOnce();
    void handle(const ServerEvent &event);
    void startTls();
    /// Hands the connection over to the one that speaks TLS.
    [[nodiscard]] bool takeOverForTls();
    /// Begins the handshake as soon as the ClientHello is there to be read.
    void awaitClientHello();
    void beginHandshake();
    void onEncrypted();
    [[nodiscard]] PeerTls peerTls() const;
    [[nodiscard]] qint64 read(char *to, qint64 most);
    [[nodiscard]] qint64 unsent() const;
    void send(const QByteArray &octets);
    void abort();
    void closeSocket();
    void flush();
    void checkDataRate(SteadyTime now);

    std::optional<Reply> refusal;
    SteadyTime started;
    SteadyTime lastProgress;
    SteadyTime windowStart;
    std::uint64_t windowOctets = 0;
    bool insideDataBefore = false;
    bool pumping = false;
    bool handshaking = false;
    bool awaitingClientHello = false;
    bool closing = false;
    std::optional<ClientHello> clientHello;
};

} // namespace relaywright
