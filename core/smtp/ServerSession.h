// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/BareNewlines.h"
#include "core/smtp/CramMd5.h"
#include "core/smtp/DsnParameters.h"
#include "core/smtp/Envelope.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Sasl.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QString>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace relaywright {

/// The words for faults that the session answers itself; the practice server speaks as Exchange Online does.
struct GrammarWords {
    Reply unknownCommand{500, {"5.5.2 Command not recognized"}};
    Reply badHello{501, {"5.5.4 Give the name of your host, without spaces"}};
    Reply helloFirst{503, {"5.5.1 Send EHLO or HELO first"}};
    Reply mailFirst{503, {"5.5.1 Send MAIL first"}};
    Reply rcptFirst{503, {"5.5.1 Send RCPT first"}};
    Reply mailTwice{503, {"5.5.1 Sender already given; send RSET to begin again"}};
    Reply badArguments{501, {"5.5.4 Syntax error in the arguments"}};
    Reply badSender{501, {"5.1.7 Bad sender address"}};
    Reply badRecipient{501, {"5.1.3 Bad recipient address"}};
    Reply tlsFirst{530, {"5.7.0 Must issue a STARTTLS command first"}};      ///< MAIL, with `requireTls`
    Reply authFirst{530, {"5.7.0 Authentication required"}};                  ///< MAIL, with `requireAuth`
    Reply authNeedsTls{538, {"5.7.11 Encryption required for this authentication; send STARTTLS first"}};
    Reply unknownMechanism{504, {"5.7.4 Unrecognized authentication type"}};
    Reply tooLarge{552, {"5.3.4 Message is larger than this server takes"}};
    Reply tooManyRecipients{452, {"4.5.3 Too many recipients; send the rest in another message"}};
};

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
    std::optional<EmailAddress> postmaster{};      ///< whom `RCPT TO:<postmaster>` means (RFC 5321 §4.5.1); nobody: 501
    int maxRecipients = 1000;                      ///< 452 4.5.3 beyond (RFC 5321 §4.5.3.1.8: at least 100)
    int maxJunkCommands = 20;                      ///< then 421 and close
    int maxAuthFailures = 5;                       ///< then 421 and close
    bool chunking = false;                         ///< offer CHUNKING; off: BDAT is answered 502 and closed
    bool strictPregreeting = true;                 ///< octets before our greeting: 554 5.5.0 and close
    BareNewlines bareNewlines = BareNewlines::Content;
    bool dsn = false; ///< DSN (RFC 3461) stands in the built-in extension list
    /// Random octets for a challenge, new at each call: CRAM-MD5 (RFC 2195) is offered only with it.
    std::function<QByteArray()> nonce{};
    /// Replaces the built-in extension list when not empty (the practice server shows Exchange Online's). `SIZE`,
    /// `STARTTLS`, `AUTH`, `CHUNKING` and `BINARYMIME` mark where those lines stand; they show only while they apply, SIZE
    /// and AUTH with their values. `DSN` in it lets its parameters through.
    QByteArrayList extraExtensions;
    std::optional<Reply> startTlsRefusal; ///< in place of STARTTLS's 220: TLS is out of order (RFC 3207 §4), or worse
    GrammarWords words;
};

enum class Side { Peer, Us };
/// Sees each line of both sides without its CRLF, message contents not. A sign-in shows its mechanism only: secrets are
/// hidden before they get here, also those that a peer sends after its sign-in was refused.
using LineObserver = std::function<void(Side side, const QByteArray &line)>;

// What happened; the ones marked (?) wait for the owner's answer before parsing goes on.
struct HelloReceived { QByteArray name; bool extended = false; };                        // (?) answerHello
struct MailReceived {                                                                     // (?) answer
    ReversePath sender;
    std::optional<std::uint64_t> sizeOctets;
    bool eightBit = false;
    bool utf8 = false;
    bool binary = false; ///< RFC 3030 §3; offered with `BINARYMIME` in `extraExtensions` and `chunking`
    DsnEnvelope dsn{};   ///< RET and ENVID
};
struct RcptReceived {
    EmailAddress recipient;
    DsnRecipient dsn{};
};                                                                                        // (?) answer
struct DataStarting {};                                                                   // (?) answer (354 accepts)
struct DataChunk { QByteArray octets; };     ///< un-stuffed message octets, CRLF kept, bounded pieces (64 KiB)
struct DataEnded { std::uint64_t octets = 0; };                                           // (?) answer, when it is safe on disk
/// The data grew too large, or the conversation was closed in it: forget what came. The session sees to the reply.
struct DataDropped {};
/// `password` is the access token with XOAUTH2. With CRAM-MD5 there is none, but a `proof` that one was known.
struct AuthReceived { // (?) answerAuth
    AuthMechanism mechanism{};
    QString user;
    Secret password;
    std::optional<CramMd5Proof> proof{};
};
struct TlsWanted {};                         ///< write the output, then handshake, then call onTlsEstablished
struct ResetReceived {};                     ///< RSET, a new HELO/EHLO, TLS, or DATA that grew too large: the transaction is gone
struct CloseWanted { QString reason; };      ///< write the output, then close
/// What the settings forbid. The session has answered; the owner may count it.
enum class SettingsRule { TlsFirst, SignInFirst, SignInNotOffered, MessageSize, Recipients, BareNewlines };
struct RuleRefused {
    SettingsRule rule{};
    Reply reply;
    QByteArray mechanism{}; ///< of AUTH: its first word, letters, digits and hyphens only
};
using ServerEvent = std::variant<HelloReceived, MailReceived, RcptReceived, DataStarting, DataChunk, DataEnded,
                                 DataDropped, AuthReceived, TlsWanted, ResetReceived, CloseWanted, RuleRefused>;

/// The server's side of a conversation, without sockets, clocks or policy. Pull it:
///
///     session.receive(octets);
///     while (auto event = session.next()) { … session.answer(reply); … }
///     socket.write(session.takeOutput());
///
/// `next` returns nothing when it needs octets or an answer. Grammar faults are answered by the session itself (500,
/// 501, 503, 421) and never reach the owner; refused RCPT and MAIL are remembered by the code of the answer.
/// Memory: one command line (2,048 octets, then `500 5.5.2 Line too long` and skipped to its end; 12,288 for AUTH, then
/// 500 5.5.6), one data piece, and what the owner has not pulled yet; stop reading the socket while `wantsInput()` is false.
/// Only CRLF ends a command, only CRLF.CRLF ends data; bare CR and LF in data are what `bareNewlines` says. Octets that follow STARTTLS in
/// the clear are answered with 554 5.5.0 and a close. (RFC 5321, 3207, 4954, 1870, 6152, 6531, 3030, 2034, 3461.)
class ServerSession {
public:
    explicit ServerSession(ServerSettings settings);
    /// With what other sessions use as well; a listener with many connections keeps one.
    explicit ServerSession(std::shared_ptr<const ServerSettings> settings);
    ~ServerSession();
    ServerSession(ServerSession &&) noexcept;
    ServerSession &operator=(ServerSession &&) noexcept;

    void setObserver(LineObserver observer);
    /// Writes the greeting, or `greeting` in its place (a 421 or 554 closes after it; a 220 goes on).
    void start(const std::optional<Reply> &greeting = std::nullopt);
    void receive(QByteArrayView octets);
    [[nodiscard]] bool wantsInput() const;
    [[nodiscard]] std::optional<ServerEvent> next();

    /// Answers the event that waits; without one it does nothing. 421 closes the connection after it. A refusal of DATA
    /// (anything but 354) ends the transaction.
    void answer(const Reply &reply);
    /// The usual answers: EHLO's list (`words` stand behind the server's name), `235 2.7.0`, or a refusal such as
    /// `535 5.7.8`.
    void answerHello(const QByteArray &words = {});
    /// Before the answer to MAIL: this message may have no more octets, whatever `maxMessageOctets` says.
    void limitMessage(std::uint64_t octets);
    void answerAuth(bool accepted, const std::optional<Reply> &otherWords = std::nullopt);
    void onTlsEstablished();
    /// Ends the conversation with `reply` (421 shutting down, idle): output, then CloseWanted. It is also the answer to
    /// an event that waits.
    void close(const Reply &reply, const QString &reason);

    [[nodiscard]] QByteArray takeOutput();
    [[nodiscard]] bool tlsActive() const;
    /// The user that signed in, empty when nobody did.
    [[nodiscard]] const QString &authenticatedUser() const;
    /// Also between the pieces of a message that comes with BDAT.
    [[nodiscard]] bool insideData() const;
    [[nodiscard]] bool awaitsAnswer() const;
    /// The peer sent a line feed without a carriage return among its commands: it ends no line, so such a peer waits for
    /// an answer that never comes.
    [[nodiscard]] bool sawBareLineFeed() const;
    [[nodiscard]] const ServerSettings &settings() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace relaywright
