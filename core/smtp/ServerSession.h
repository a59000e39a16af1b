// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Envelope.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Sasl.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <optional>
#include <variant>

namespace relaywright {

/// What a listener offers and how strict it is.
struct ServerSettings {
    QByteArray serverName;                         ///< greeting, EHLO reply
    QByteArray greetingText = "ESMTP ready";       ///< after the server name
    bool startTls = false;                         ///< a certificate is at hand
    bool implicitTls = false;                      ///< the connection is inside TLS from the first octet
    bool requireTls = false;                       ///< MAIL before TLS is answered with 530 5.7.0
    std::vector<AuthMechanism> authMechanisms;     ///< offered; empty: no AUTH
    bool authOnlyInTls = true;
    bool requireAuth = false;                      ///< MAIL before sign-in: 530 5.7.0 (the handler may say it in other words)
    std::uint64_t maxMessageOctets = 50ull << 20;  ///< SIZE; 552 5.3.4 beyond
    int maxRecipients = 1000;                      ///< 452 4.5.3 beyond (RFC 5321 §4.5.3.1.8: at least 100)
    int maxJunkCommands = 20;                      ///< then 421 and close
    int maxAuthFailures = 5;                       ///< then 421 and close
    bool chunking = false;                         ///< offer CHUNKING; off: BDAT is answered 502 and closed
    bool strictPregreeting = true;                 ///< octets before our greeting: 554 5.5.0 and close
    /// A peer that ends data with LF.LF is served, answered, and then cut off: all after it is thrown away.
    bool legacyBareLfEndsData = false;
    /// Replaces the built-in extension list when not empty (the practice server shows Exchange Online's).
    QByteArrayList extraExtensions;
};

// What happened; the ones marked (?) wait for the owner's answer before parsing goes on.
struct HelloReceived { QByteArray name; bool extended = false; };                        // (?) answerHello
struct MailReceived { ReversePath sender; std::optional<std::uint64_t> sizeOctets; bool eightBit = false; bool utf8 = false; }; // (?) answer
struct RcptReceived { EmailAddress recipient; };                                          // (?) answer
struct DataStarting {};                                                                   // (?) answer (354 accepts)
struct DataChunk { QByteArray octets; };     ///< un-stuffed message octets, CRLF kept, bounded pieces (64 KiB)
struct DataEnded { std::uint64_t octets = 0; };                                           // (?) answer, when it is safe on disk
/// The data was too large or the peer broke off in it: forget what came. The reply, if any, is already written.
struct DataDropped {};
struct AuthReceived { AuthMechanism mechanism{}; QString user; Secret password; };        // (?) answerAuth
struct TlsWanted {};                         ///< write the output, then handshake, then call onTlsEstablished
struct ResetReceived {};                     ///< RSET, a new HELO/EHLO, or TLS: the transaction is gone
struct CloseWanted { QString reason; };      ///< write the output, then close
using ServerEvent = std::variant<HelloReceived, MailReceived, RcptReceived, DataStarting, DataChunk, DataEnded, DataDropped,
                                 AuthReceived, TlsWanted, ResetReceived, CloseWanted>;

/// The server's side of a conversation, without sockets, clocks or policy. Pull it:
///
///     session.receive(octets);
///     while (auto event = session.next()) { … session.answer(reply); … }
///     socket.write(session.takeOutput());
///
/// `next` returns nothing when it needs octets or an answer. Grammar faults are answered by the session itself (500,
/// 501, 503, 421) and never reach the owner; refused RCPT and MAIL are remembered by the code of the answer.
/// Memory: one command line (2,048 octets; `500 5.5.2 line too long`, then skipped to its end), one data piece, and what
/// the owner has not pulled yet; stop reading the socket while `wantsInput()` is false.
/// Only CRLF ends a command, only CRLF.CRLF ends data; bare CR and LF in data are content. Octets that follow STARTTLS in
/// the clear are answered with 554 5.5.0 and a close. (RFC 5321, 3207, 4954, 1870, 6152, 6531, 3030, 2034.)
class ServerSession {
public:
    explicit ServerSession(ServerSettings settings);
    ~ServerSession();
    ServerSession(ServerSession &&) noexcept;
    ServerSession &operator=(ServerSession &&) noexcept;

    /// Writes the greeting, or `greeting` in its place (a 421 or 554 closes after it).
    void start(const std::optional<Reply> &greeting = std::nullopt);
    void receive(QByteArrayView octets);
    [[nodiscard]] bool wantsInput() const;
    [[nodiscard]] std::optional<ServerEvent> next();

    /// Answers the event that waits. 421 closes the connection after it.
    void answer(const Reply &reply);
    /// The usual answers: EHLO's list, `235 2.7.0`, or a refusal such as `535 5.7.8`.
    void answerHello();
    void answerAuth(bool accepted, const std::optional<Reply> &otherWords = std::nullopt);
    void onTlsEstablished();
    /// Ends the conversation with `reply` (421 shutting down, idle): output, then CloseWanted.
    void close(const Reply &reply, const QString &reason);

    [[nodiscard]] QByteArray takeOutput();
    [[nodiscard]] bool tlsActive() const;
    /// The user that signed in, empty when nobody did.
    [[nodiscard]] const QString &authenticatedUser() const;
    [[nodiscard]] bool insideData() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace relaywright
