// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/session/Certificate.h"
#include "core/session/ClientHello.h"
#include "core/session/SmtpClient.h"
#include "core/smtp/ServerSession.h"

#include <QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <variant>

namespace relaywright {

class SmtpServerConnection;

/// Who is on the other side.
struct PeerInfo {
    IpAddress address;
    std::uint16_t port = 0;
    quint64 connectionId = 0; ///< counts up in one process
};

/// What a peer showed of itself while TLS began.
struct PeerTls {
    bool established = false;
    std::uint16_t version = 0;            ///< in use, as in ClientHello: 0x0303 is TLS 1.2; 0 until established
    QString failure{};                    ///< why not; empty when it was
    std::optional<ClientHello> offered{}; ///< with `ListenerSettings::readClientHello`
    /// Protocol and cipher; the peer's certificate and what is wrong with it where one was asked for and shown.
    TlsSummary summary{};
};

/// Decides for one connection; made by a factory when a peer connects, destroyed with the connection. Every call
/// must be followed by exactly one answer through `connection`, at once or later; meanwhile the peer waits.
class ServerHandler {
public:
    virtual ~ServerHandler() = default;
    /// A 220 in place of the usual greeting.
    [[nodiscard]] virtual std::optional<Reply> greeting() { return std::nullopt; }
    virtual void onHello(const HelloReceived &hello) = 0;    ///< answerHello or answer
    virtual void onMail(const MailReceived &mail) = 0;
    virtual void onRcpt(const RcptReceived &rcpt) = 0;
    virtual void onDataStarting() = 0;                        ///< 354 to go on
    virtual void onDataChunk(const QByteArray &octets) = 0;   ///< no answer
    virtual void onDataEnded() = 0;                           ///< the answer may take as long as a flush
    virtual void onDataDropped() = 0;                         ///< no answer
    virtual void onAuth(const AuthReceived &auth) = 0;        ///< answerAuth
    virtual void onReset() = 0;                               ///< no answer
    virtual void onRuleRefused(const RuleRefused &) {}        ///< no answer: the session has given it
    /// The handshake is over, well or not (then the connection closes). No answer.
    virtual void onTls(const PeerTls &) {}
    /// The connection is gone; unanswered calls are moot, half a message is to be forgotten. Destruction follows.
    virtual void onClosed() {}
};

/// Which versions of TLS a listener takes. Those before 1.2 are broken (RFC 8996): they are for old devices in a network of
/// their own, and for the practice server, which plays servers that still take them.
enum class ListenerTls { Tls12OrLater, Tls13OrLater, Tls11OrLater, Tls10OrLater, Tls10Only };

struct ListenerSettings {
    Endpoint listen;                                  ///< host must be an address or localhost; port 0: any free one
    ServerSettings smtp;
    std::optional<TlsIdentity> identity;              ///< needed for STARTTLS and implicit TLS
    ListenerTls tls = ListenerTls::Tls12OrLater;
    /// Ask peers for a certificate. It need not come nor be good; PeerTls says what came. Trusted are the system's
    /// authorities (once they are read, a moment after the start) and `clientAuthoritiesPem`.
    bool askClientCertificate = false;
    QByteArray clientAuthoritiesPem{};
    bool readClientHello = false;                     ///< look at what peers offer before the handshake begins
    /// Between two whole commands, however many octets came in between; for the TLS handshake too. Then 421 4.4.2.
    std::chrono::milliseconds idleLimit = std::chrono::minutes(5);
    std::chrono::milliseconds sessionLimit = std::chrono::hours(1);
    int minimumDataRate = 500;                        ///< octets/s in DATA, on the average of each `dataRateWindow`, else 421
    std::chrono::milliseconds dataRateWindow = std::chrono::seconds(30);
    /// How long a peer has to betray itself by speaking first; nothing is waited for without `strictPregreeting`.
    std::chrono::milliseconds greetingDelay = std::chrono::milliseconds(2);
    bool greetsKnownPeersAtOnce = false;              ///< those that waited within the last hour
    std::chrono::milliseconds authFailureDelay = std::chrono::seconds(1); ///< before each refusal of a sign-in
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
    /// Shows this certificate to those who begin TLS from now on. Error: InvalidInput; then the one before stays.
    [[nodiscard]] Result<void> setIdentity(const TlsIdentity &identity);
    [[nodiscard]] Endpoint address() const; ///< as bound
    [[nodiscard]] int connectionCount() const;
    /// No new connections; open ones get 421 as soon as they are not inside a message; `closed` when the last is gone
    /// (through the event loop, also when there was none).
    void shutDown();

Q_SIGNALS:
    void closed();
    void connectionRefused(const relaywright::PeerInfo &peer, const QString &reason);

private:
    friend class SmtpServerConnection;
    class Private;
    std::unique_ptr<Private> d;
};

/// What a handler sees of its connection. Answers after the peer has gone are ignored.
class SmtpServerConnection : public QObject {
    Q_OBJECT
public:
    ~SmtpServerConnection() override;
    [[nodiscard]] const PeerInfo &peer() const;
    [[nodiscard]] const ServerSession &session() const;
    void answer(const Reply &reply);
    void answerHello(const QByteArray &words = {});
    /// Before the answer to MAIL: as ServerSession::limitMessage.
    void limitMessage(std::uint64_t octets);
    void answerAuth(bool accepted, const std::optional<Reply> &otherWords = std::nullopt);
    void close(const Reply &reply, const QString &reason);
    /// Cuts the connection at once, without a word.
    void drop();
    /// Sends octets that are no reply of the session: what a broken server would say.
    void sendRaw(const QByteArray &octets);
    /// Sees the lines of both sides from now on; set in the factory it sees all of them.
    void setObserver(LineObserver observer);

private:
    friend class SmtpServer;
    class Private;
    explicit SmtpServerConnection(std::unique_ptr<Private> d);
    std::unique_ptr<Private> d;
};

} // namespace relaywright
