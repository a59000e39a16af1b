// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/CommandLine.h"
#include "core/smtp/DataReader.h"
#include "core/smtp/SaslServer.h"
#include "core/smtp/ServerSession.h"

#include <vector>

namespace relaywright {

/// The inside of a ServerSession, shared by the sources of this room only.
///
///     Greeting ─start─▶ Command ⇄ Auth            (a challenge is out)
///                       Command ─354─▶ Data ─CRLF.CRLF─▶ Command
///                       Command ─BDAT─▶ Bdat ─n octets─▶ Command
///                       Command ─STARTTLS─▶ Tls ─onTlsEstablished─▶ Command
///                       any ─shut─▶ Closed
struct ServerSession::State {
    static constexpr qsizetype kMaxLineOctets = 2048;      ///< with CRLF; RFC 5321 §4.5.3.1.4 asks for 512 at least
    static constexpr qsizetype kMaxAuthLineOctets = 12288; ///< RFC 4954 §4
    static constexpr qsizetype kPieceOctets = 64 * 1024;
    static constexpr qsizetype kMaxBufferedOctets = 128 * 1024;

    enum class Mode { Greeting, Command, Auth, Data, Bdat, Tls, Closed };
    enum class Awaits { Nothing, Hello, Mail, Rcpt, DataStart, DataEnd, Auth };

    /// What MAIL began; gone after the message, RSET, EHLO or TLS.
    struct Transaction {
        bool utf8 = false;
        bool binary = false;
        int accepted = 0;
        int refused = 0;
        bool bdat = false;         ///< a BDAT came: DATA and RCPT may not follow (RFC 3030 §2)
        bool failed = false;       ///< a BDAT failed: only RSET helps
        bool dataOpen = false;     ///< the owner has been given data, or will be
        bool tooLarge = false;
        std::uint64_t octets = 0;
        std::uint64_t maxOctets = 0;
        BareNewlineWatch newlines{};
    };

    explicit State(std::shared_ptr<const ServerSettings> settingsIn);

    // ServerState.cpp: the line and the commands
    void append(QByteArrayView octets);
    [[nodiscard]] bool hasInput() const { return at < in.size(); }
    /// Takes one line or one piece of data; false when there is not enough input.
    [[nodiscard]] bool step();
    [[nodiscard]] bool stepLine();
    [[nodiscard]] bool skipLine();
    void onLine(QByteArrayView line);
    void onCommand(const Command &command);
    void onHello(QByteArrayView name, bool extended);
    void onMail(QByteArrayView argument);
    void onRcpt(QByteArrayView argument);
    void onStartTls(QByteArrayView argument);
    void onReset();
    void onArgumentFault(ArgumentFault fault, const Reply &badAddress);

    // ServerStateData.cpp: DATA, BDAT, AUTH, answers
    void onData(QByteArrayView argument);
    void onBdat(QByteArrayView argument);
    [[nodiscard]] bool stepData();
    [[nodiscard]] bool stepBdat();
    void endData(bool bare);
    void endChunk();
    void dropData();
    /// With BareNewlines::Refuse: true when `piece` holds one, and the conversation is over.
    [[nodiscard]] bool refusesNewlines(QByteArrayView piece);
    /// Why a message may not begin now; nothing when it may.
    [[nodiscard]] std::optional<Reply> dataObstacle() const;
    void onAuth(QByteArrayView argument);
    void onSaslStep(SaslStep step);
    void refuseSignIn(const Reply &reply);
    void onAnswer(const Reply &reply);
    void onDataStartAnswer(const Reply &reply);

    // ServerStateOutput.cpp
    [[nodiscard]] Reply helloReply(const QByteArray &words) const;
    [[nodiscard]] bool canDo(AuthMechanism mechanism) const;
    [[nodiscard]] bool offers(QByteArrayView extension) const;
    void write(const Reply &reply);
    /// One line with its CRLF, ours as it stands.
    void writeRaw(QByteArrayView line);
    void showPeerLine(QByteArrayView line);

    /// A fault of the peer: the reply, and one step towards 421.
    void fault(const Reply &reply);
    /// A fault against what the settings say.
    void ruleFault(SettingsRule rule, const Reply &reply, QByteArrayView mechanism = {});
    void countJunk();
    void emitAwaiting(ServerEvent event, Awaits what);
    void endTransaction();
    void refuseInjection();
    void shut(const QString &reason);

    std::shared_ptr<const ServerSettings> kept;
    const ServerSettings &settings = *kept;
    LineObserver observer;
    bool authSeen = false; ///< an unknown command may now be a password that came too late
    Mode mode = Mode::Greeting;
    Awaits awaits = Awaits::Nothing;
    QByteArray in;
    qsizetype at = 0; ///< where the unread part of `in` begins
    QByteArray out;
    std::vector<ServerEvent> events;
    bool skipping = false;   ///< inside a line that was too long
    bool skippedCr = false;  ///< the last octet skipped was CR
    bool bareLineFeed = false; ///< one stood among the commands
    bool tls = false;
    bool hello = false;
    bool helloExtended = false; ///< of the HELO or EHLO that waits for its answer
    QString user;
    QString claimedUser;
    std::optional<SaslServer> sasl;
    std::optional<Transaction> transaction;
    std::optional<Transaction> offered; ///< MAIL waits for its answer
    DataReader reader;
    std::uint64_t bdatRemaining = 0;
    std::uint64_t bdatOctets = 0;
    bool bdatLast = false;
    std::optional<Reply> bdatRefusal;
    bool closeAfterData = false;
    int junk = 0;
    int authFailures = 0;
    OfferedParameters parameters;
};

} // namespace relaywright
