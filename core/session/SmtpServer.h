// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/session/Certificate.h"
#include "core/smtp/ServerSession.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace relaywright {

class SmtpServerConnection;

/// Who is on the other side.
struct PeerInfo {
    IpAddress address;
    std::uint16_t port = 0;
    quint64 connectionId = 0; ///< counts up in one process
};

/// Decides for one connection; made by a factory when a peer connects, destroyed with the connection. Every call
/// must be followed by exactly one answer through `connection`, at once or later; meanwhile the peer waits.
class ServerHandler {
public:
    virtual ~ServerHandler() = default;
    virtual void onHello(const HelloReceived &hello) = 0;    ///< answerHello or answer
    virtual void onMail(const MailReceived &mail) = 0;
    virtual void onRcpt(const RcptReceived &rcpt) = 0;
    virtual void onDataStarting() = 0;                        ///< 354 to go on
    virtual void onDataChunk(const QByteArray &octets) = 0;   ///< no answer
    virtual void onDataEnded() = 0;                           ///< the answer may take as long as a flush
    virtual void onDataDropped() = 0;                         ///< no answer
    virtual void onAuth(const AuthReceived &auth) = 0;        ///< answerAuth
    virtual void onReset() = 0;                               ///< no answer
    virtual void onClosed() {}                                ///< the connection is gone; unanswered calls are moot
};

struct ListenerSettings {
    Endpoint listen;                                  ///< host must be an address or localhost; port 0: any free one
    ServerSettings smtp;
    std::optional<TlsIdentity> identity;              ///< needed for STARTTLS and implicit TLS
    std::chrono::milliseconds idleLimit = std::chrono::minutes(5);
    std::chrono::milliseconds sessionLimit = std::chrono::hours(1);
    int minimumDataRate = 500;                        ///< octets/s in DATA after 30 s, else 421 (slow-loris)
    int maxConnections = 500;
    int maxConnectionsPerPeer = 50;                   ///< 421 4.7.0 beyond
};

/// Listens and drives a ServerSession per connection; the only server-side socket code. `makeHandler` may refuse a
/// peer by returning a greeting (421, 554) in place of a handler.
class SmtpServer : public QObject {
    Q_OBJECT
public:
    using Admission = std::variant<std::unique_ptr<ServerHandler>, Reply>;
    using MakeHandler = std::function<Admission(const PeerInfo &, SmtpServerConnection &)>;

    SmtpServer(ListenerSettings settings, MakeHandler makeHandler, QObject *parent = nullptr);
    ~SmtpServer() override;

    /// Error: Unreachable when the address cannot be bound; the sentence names it and who may have it.
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] Endpoint address() const; ///< as bound
    [[nodiscard]] int connectionCount() const;
    /// No new connections; open ones get 421 at their next command; `closed` when the last is gone.
    void shutDown();

Q_SIGNALS:
    void closed();
    void connectionRefused(const relaywright::PeerInfo &peer, const QString &reason);

private:
    class Private;
    std::unique_ptr<Private> d;
    friend class SmtpServerConnection;
};

/// What a handler sees of its connection. Answers after the peer has gone are ignored.
class SmtpServerConnection : public QObject {
    Q_OBJECT
public:
    ~SmtpServerConnection() override;
    [[nodiscard]] const PeerInfo &peer() const;
    [[nodiscard]] const ServerSession &session() const;
    void answer(const Reply &reply);
    void answerHello();
    void answerAuth(bool accepted, const std::optional<Reply> &otherWords = std::nullopt);
    void close(const Reply &reply, const QString &reason);

private:
    friend class SmtpServer;
    class Private;
    explicit SmtpServerConnection(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
