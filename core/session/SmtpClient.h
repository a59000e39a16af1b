// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Endpoint.h"
#include "core/smtp/ClientSession.h"
#include "core/smtp/Transcript.h"

#include <QByteArray>
#include <QDateTime>
#include <QIODevice>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>

namespace relaywright {

/// How the connection is made and what of the server's certificate is believed.
struct ConnectionSettings {
    Endpoint server;
    ClientSettings smtp{};
    QByteArray caCertificatesPem{}; ///< trusted besides the system's
    /// Accept any certificate; each fault is still noted in the transcript.
    bool insecure = false;
    QString expectedCertificateName{}; ///< empty: the host name of `server`
    /// Upper bound for every wait of the conversation and for connecting (RFC 5321's own limits where shorter).
    std::chrono::milliseconds patience = std::chrono::minutes(10);
    std::chrono::milliseconds connectPatience = std::chrono::seconds(30);
};

/// What the peer's TLS looked like, for the transcript, probe and verdict.
struct TlsSummary {
    QString protocol; ///< `TLSv1.3`
    QString cipher;
    QStringList certificateNames; ///< subject alternative names, or the common name
    QString issuer;
    QDateTime expires;
    QStringList faults; ///< one sentence each; empty when all is well
};

/// A message to send; read when needed and rewound for a second try. The device must outlive the transaction.
struct OutgoingMessage {
    Envelope envelope;
    QIODevice *content = nullptr; ///< open, random access, CRLF preferred
    bool has8Bit = false;
};

/// Drives one ClientSession over one connection: name, TCP, TLS, timers, dot-stuffing, transcript. Single use.
/// It lives in the thread it was made in and needs an event loop there. Nothing is emitted after `finished`.
///
///     SmtpClient client(settings);
///     client.open();
///     ready ─▶ client.submit(message) ─▶ transactionDone, ready … ─▶ client.quit() ─▶ finished
class SmtpClient : public QObject {
    Q_OBJECT
public:
    explicit SmtpClient(ConnectionSettings settings, QObject *parent = nullptr);
    ~SmtpClient() override;

    void open();
    /// Only after `ready`, one at a time.
    void submit(const OutgoingMessage &message);
    void quit();
    /// Closes at once at any stage; `finished` with Outcome::Cancelled follows before this returns (not when it has
    /// been emitted already). A transaction under way is reported first. Once QUIT is said the end stays what it was.
    void cancel();

    [[nodiscard]] const Capabilities &capabilities() const;
    [[nodiscard]] const std::optional<TlsSummary> &tls() const;
    [[nodiscard]] QString peerAddress() const; ///< text, empty before the connection

Q_SIGNALS:
    void lineAdded(const relaywright::TranscriptLine &line);
    void ready();
    void transactionDone(const relaywright::TransactionResult &result);
    void messageProgress(qint64 sentOctets, qint64 totalOctets);
    /// Exactly once. After a refusal at connection, TLS or sign-in, `ready` never came.
    void finished(const relaywright::Finish &finish);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace relaywright
