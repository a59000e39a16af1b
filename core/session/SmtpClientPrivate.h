// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/CertificateRequestWatch.h"
#include "core/session/MessagePump.h"
#include "core/session/SmtpClient.h"

#include <QElapsedTimer>
#include <QSslSocket>
#include <QTimer>

#include <deque>

namespace relaywright {

/// The driver's insides: bytes to replies, replies to the session, its actions to calls. Dull on purpose.
class SmtpClient::Private {
public:
    Private(ConnectionSettings given, SmtpClient *client);

    void open();
    void cancel();
    /// Carries out in order what the session wants. Handlers of our signals may call back in: their actions queue up.
    void perform(Actions actions);

    ConnectionSettings settings;
    ClientSession session;
    OutgoingMessage message;
    CertificateRequestWatch certificateRequest; ///< before the socket, which it must outlive
    std::optional<TlsSummary> tls;
    QSslSocket socket;
    bool isFinished = false;

private:
    /// What cannot work before anything is tried; empty: nothing.
    [[nodiscard]] QString settingsFault() const;
    /// `authorities`: all that may vouch for the server; empty: the system's.
    void connectWith(const QList<QSslCertificate> &authorities);
    [[nodiscard]] bool bindToSource();
    void onConnected();
    void onEncrypted();
    void onTlsErrors(const QList<QSslError> &errors);
    void onReadyRead();
    void onBytesWritten();
    void onError(QAbstractSocket::SocketError error);
    void onConnectError(QAbstractSocket::SocketError error, const QString &reason);
    void onHandshakeError(QAbstractSocket::SocketError error, const QString &reason);
    /// With TLS 1.3 the server judges our certificate after our side of the handshake is over.
    [[nodiscard]] QString lateHandshakeFailure(QAbstractSocket::SocketError error, const QString &reason) const;
    void onTimeout();

    void runPending();
    void execute(const Action &action);
    void write(const SendLine &line);
    void startTls();
    void startMessage(bool empty);
    void pump();
    void readChunk();
    void sendChunk();
    void cannotRead();
    void finish(Finish end);

    void take(QByteArrayView octets);
    [[nodiscard]] bool takeReply(const Reply &reply, const Reply *following);
    [[nodiscard]] bool isWatched() const;
    void addSent(const SendLine &line);
    void addReply(const Reply &reply, Stage stage);
    void addMessage(qint64 octets);
    void addNote(Stage stage, const QString &text);
    void note(const QString &text) { addNote(session.stage(), text); }
    /// Fills in the time and whether TLS is on.
    void add(TranscriptLine line);
    void waitFor(std::chrono::milliseconds limit);
    void fail(Outcome outcome, const QString &detail);
    [[nodiscard]] QString serverName() const;   ///< SNI
    [[nodiscard]] QString expectedName() const; ///< in the certificate
    [[nodiscard]] bool acceptFaults(QStringList faults);
    [[nodiscard]] QString explanation(const Finish &end) const;

    enum class Phase { Closed, Connecting, Talking, Handshake };

    SmtpClient *q;
    Phase m_phase = Phase::Closed;
    ReplyParser m_parser;
    SecretMask m_mask;
    QTimer m_timer;
    QElapsedTimer m_clock;
    std::chrono::milliseconds m_waited{}; ///< the limit of the wait under way, for its sentence
    QStringList m_faults;                 ///< of the certificate
    bool m_faultsSeen = false;            ///< of this handshake
    bool m_heardInTls = false;            ///< a reply has come through TLS
    std::deque<Action> m_pending;
    bool m_performing = false;
    bool m_cancelled = false;
    std::optional<MessagePump> m_pump;
    QByteArray m_chunk;       ///< of BDAT, read and not yet written
    bool m_isChunked = false; ///< the message under way goes with BDAT
};

} // namespace relaywright
