// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/ConnectionSettings.h"
#include "core/smtp/ClientSession.h"
#include "core/smtp/Transcript.h"

#include <QByteArray>
#include <QDateTime>
#include <QIODevice>
#include <QObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace relaywright {

/// One certificate of the chain that the server showed.
struct CertificateSummary {
    QStringList names{}; ///< subject alternative names, or the common name
    QString subject{};   ///< `CN=mail.example.com, O=Example`
    QString issuer{};
    QDateTime begins{};          ///< UTC
    QDateTime expires{};         ///< UTC
    QString publicKey{};         ///< `RSA 2048`, `EC 256`
    QString fingerprintSha256{}; ///< `AB:CD:...`
    bool operator==(const CertificateSummary &) const = default;
};

/// What the peer's TLS looked like, for the transcript, probe and verdict.
struct TlsSummary {
    QString protocol; ///< `TLSv1.3`
    QString cipher;
    QStringList certificateNames; ///< subject alternative names, or the common name
    QString issuer;
    QDateTime expires;
    QStringList faults;                      ///< one sentence each; empty when all is well
    std::vector<CertificateSummary> chain{}; ///< as the server showed it, its own first; at most `kMaxChain`
    bool clientCertificateAsked = false;     ///< the server asked for one, whether or not we had it
    static constexpr std::size_t kMaxChain = 10;
};

/// A message to send; read when needed and rewound for a second try. The device must outlive the transaction.
struct OutgoingMessage {
    Envelope envelope;
    QIODevice *content = nullptr; ///< open, random access, CRLF preferred
    bool has8Bit = false;
    DsnRequest dsn{};
    std::vector<DsnRecipient> recipientDsn{}; ///< as SubmitOptions has it
    bool smtpUtf8 = false; ///< the header fields hold UTF-8
    bool binary = false;   ///< no lines of text: BINARYMIME where it is offered
    /// Send bare LF and CR as they stand, as a faulty device does; else each becomes CRLF. Dots are doubled behind a LF.
    bool lineEndsAsTheyAre = false;
    /// What SIZE says (RFC 1870: with CRLF line ends, before dots are doubled); nothing: the size of `content`.
    std::optional<std::uint64_t> sizeOctets{};
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
