// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Capabilities.h"
#include "core/smtp/Envelope.h"
#include "core/smtp/Reply.h"
#include "core/smtp/Sasl.h"
#include "core/smtp/Stage.h"
#include "core/smtp/SubmitOptions.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace relaywright {

/// none: never TLS. opportunistic: STARTTLS where offered. required: STARTTLS or stop. implicit: TLS from the first
/// octet (RFC 8314 §3.3).
enum class TlsPolicy { None, Opportunistic, Required, Implicit };

/// Contract words: none opportunistic starttls implicit.
[[nodiscard]] QString toString(TlsPolicy policy);
[[nodiscard]] std::optional<TlsPolicy> parseTlsPolicy(const QString &word);

struct ClientSettings {
    QByteArray ehloName{}; ///< checked: no CR, LF, NUL, space (see ClientSession::ClientSession)
    TlsPolicy tls = TlsPolicy::Required;
    std::optional<Credentials> credentials{}; ///< nothing: no AUTH
    /// Sign-in without TLS shows the password to everybody on the line; only the practice bench asks for it.
    /// CRAM-MD5 and SCRAM asked for by name are done without it: they do not show the password.
    bool allowAuthWithoutTls = false;
    bool heloOnly = false;    ///< say HELO from the first, as old devices do: no STARTTLS, no sign-in, no extensions
    bool pipelining = true;   ///< where it is offered; false: wait for every answer
    bool chunking = false;    ///< send the message with BDAT where it is offered (RFC 3030); else with DATA, and a Note
    bool announceSize = true; ///< SIZE in MAIL FROM where it is offered
    /// Say this SIZE in place of the true one. With it, and without `announceSize`, a message over the server's limit
    /// is sent all the same: the server shall decide.
    std::optional<std::uint64_t> claimedSize{};
    /// Stop with QUIT after this stage went well or had nothing to do; Quit means go all the way. At Mail and Rcpt
    /// a message must be submitted, of which nothing is sent but the envelope. Data: one message, then QUIT.
    Stage stopAfter = Stage::Quit;
};

// What the driver must do, in order.
struct SendLine {
    /// The last copy of a secret line overwrites its octets.
    ~SendLine()
    {
        if (secret)
            wipe(line);
    }
    QByteArray line{}; ///< without CRLF; never a CR, LF or NUL in it
    Stage stage{};
    bool secret = false;
    bool operator==(const SendLine &) const = default;
};
struct AwaitReply {
    std::chrono::seconds limit{};
    bool operator==(const AwaitReply &) const = default;
};
struct StartTls {
    bool operator==(const StartTls &) const = default;
};
/// Stream the message given with `submit`, dot-stuffed, with the final dot; then call `onMessageSent`. `empty`: send the
/// final dot alone: the server opened DATA although it had refused every recipient (RFC 2920 §3.1).
struct SendMessage {
    bool empty = false;
    bool operator==(const SendMessage &) const = default;
};

/// Take the next piece of the message given with `submit`, and say with `onChunkRead` how large it is.
struct ReadChunk {
    bool operator==(const ReadChunk &) const = default;
};
/// Put the piece that was read on the wire as it is, right behind the BDAT line.
struct SendChunk {
    bool operator==(const SendChunk &) const = default;
};
/// For the transcript: something was asked for that this server does not offer.
struct Note {
    QString text{};
    bool operator==(const Note &) const = default;
};

/// A line as transcripts show it: printable, the secret part as dots (`AUTH PLAIN ••••••••`).
[[nodiscard]] QString displayText(const SendLine &line);

/// Why a conversation or a transaction ended as it did.
enum class Outcome {
    Accepted,          ///< at least one recipient, and the message
    StoppedAsAsked,    ///< `stopAfter` reached
    RefusedByServer,   ///< a 4xx or 5xx reply at `stage`
    TlsNotOffered,     ///< required, and EHLO did not list STARTTLS
    TlsFailed,         ///< handshake or certificate
    AuthNotOffered,    ///< no mechanism in EHLO that these credentials can be used with
    AuthNeedsTls,      ///< would have sent a password in the clear
    MessageTooLarge,   ///< over the SIZE the server announced: nothing was sent
    NeedsSmtpUtf8,     ///< an address needs SMTPUTF8 and the server does not have it
    ConnectionFailed,  ///< name, route, refused (driver)
    ConnectionLost,    ///< closed in the middle
    TimedOut,          ///< no answer at `stage`
    ProtocolViolation, ///< what came is not SMTP
    Cancelled,         ///< by the user
};
[[nodiscard]] QString toString(Outcome outcome); ///< kebab-case words for JSON: accepted, refused-by-server, ...

struct RecipientResult {
    EmailAddress recipient;
    std::optional<Reply> reply{}; ///< nothing: never asked, or no answer
    bool accepted = false;        ///< its RCPT was accepted; delivered only when the transaction was too
    bool operator==(const RecipientResult &) const = default;
};

/// The end of one message's transaction.
struct TransactionResult {
    Outcome outcome = Outcome::Accepted;
    Stage stage = Stage::Data;    ///< where it was decided
    std::optional<Reply> reply{}; ///< the deciding reply: the final one of DATA, or the refusal
    std::vector<RecipientResult> recipients{};
    /// The final dot was sent and no answer came: the message may have been taken (RFC 1047). Never resend blindly.
    bool inDoubt = false;
    bool operator==(const TransactionResult &) const = default;
};

/// Greeting, EHLO, TLS and sign-in are done: `submit` or `quit` may be called.
struct Ready {
    bool operator==(const Ready &) const = default;
};
struct TransactionDone {
    TransactionResult result;
    bool operator==(const TransactionDone &) const = default;
};
/// The conversation is over; close the connection after what was to be sent is sent. It says how the conversation
/// went, not what became of a message (TransactionDone says that): Accepted at Quit is an orderly end.
struct Finish {
    Outcome outcome = Outcome::Accepted;
    Stage stage = Stage::Quit;
    std::optional<Reply> reply{}; ///< the deciding reply, if one decided
    QString detail{};             ///< English, for what no reply explains
    bool operator==(const Finish &) const = default;
};

using Action = std::variant<SendLine, AwaitReply, StartTls, SendMessage, ReadChunk, SendChunk, Note, Ready,
                            TransactionDone, Finish>;
using Actions = std::vector<Action>;

class ClientMachine;

/// The client's side of a conversation, without sockets or clocks. It serves several messages one after another.
///
///     start ─220─▶ EHLO ─250─▶ [STARTTLS ─220─▶ handshake ─▶ EHLO ─250─▶] [AUTH ─235─▶] Ready
///     submit: MAIL ─250─▶ RCPT… ─▶ DATA ─354─▶ message ─250─▶ TransactionDone, Ready again (RSET after a refusal)
///     quit: QUIT ─221─▶ Finish
///
/// A Finish other than a sudden end (421, lost, timed out, not SMTP) follows QUIT and its reply. A transaction that a
/// sudden end breaks off is reported with TransactionDone before the Finish.
///
/// EHLO refused with 500 or 502 falls back to HELO (RFC 5321 §3.2) unless TLS or sign-in is needed. With PIPELINING
/// MAIL, all RCPT and DATA may go in one write (RFC 2920). With `chunking` the message goes in pieces in place of DATA
/// and its dot: ReadChunk, then BDAT with SendChunk, until the last one is answered. A refused sign-in is a Finish at Stage::Auth.
/// Time limits are those of RFC 5321 §4.5.3.2 (greeting 5 min, MAIL 5, RCPT 5, DATA 2, final dot 10), shortened where
/// Settings say so by the driver.
class ClientSession {
public:
    /// `settings.ehloName` with a character that may not stand on a line becomes "localhost.localdomain".
    explicit ClientSession(ClientSettings settings);
    ~ClientSession();
    ClientSession(ClientSession &&) noexcept;
    ClientSession &operator=(ClientSession &&) noexcept;

    /// The connection stands. With TlsPolicy::Implicit the first action is StartTls.
    [[nodiscard]] Actions start();
    [[nodiscard]] Actions onReply(const Reply &reply);
    [[nodiscard]] Actions onTlsEstablished();
    [[nodiscard]] Actions onTlsFailed(const QString &detail);
    [[nodiscard]] Actions onMessageSent();
    /// The answer to ReadChunk.
    [[nodiscard]] Actions onChunkRead(std::uint64_t octets, bool last);
    [[nodiscard]] Actions onTimedOut();
    [[nodiscard]] Actions onConnectionLost(const QString &detail);
    [[nodiscard]] Actions onProtocolViolation(const QString &detail);
    /// The user or the owner stops: nothing more is sent.
    [[nodiscard]] Actions cancel(const QString &detail = QString());
    /// Only when Ready, with at least one recipient; else nothing happens.
    [[nodiscard]] Actions submit(const Envelope &envelope, const SubmitOptions &options);
    /// Says QUIT when a reply can still be read; safe in any state: a reply that is awaited comes first, and a
    /// transaction under way is finished. Before Ready it ends with Outcome::Cancelled.
    [[nodiscard]] Actions quit();

    /// Where the reply awaited now belongs; Mail when Ready; after the end where it ended.
    [[nodiscard]] Stage stage() const;
    [[nodiscard]] bool isReady() const;
    [[nodiscard]] bool tlsActive() const;
    [[nodiscard]] const Capabilities &capabilities() const;

private:
    std::unique_ptr<ClientMachine> m_machine;
};

} // namespace relaywright
