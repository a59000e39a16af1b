// SPDX-License-Identifier: GPL-3.0-or-later
// The socket's side of SmtpClient: connecting, TLS, octets to replies.
#include "core/base/Text.h"
#include "core/session/ConnectionWords.h"
#include "core/session/PeerCertificate.h"
#include "core/session/SmtpClientPrivate.h"
#include "core/session/SystemAuthorities.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QSslConfiguration>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kReadBufferOctets = 64 * 1024;
constexpr std::chrono::minutes kHandshakeLimit{5};

} // namespace

SmtpClient::Private::Private(ConnectionSettings given, SmtpClient *client)
    : settings(std::move(given)), session(settings.smtp), q(client)
{
    m_timer.setSingleShot(true);
    socket.setProxy(QNetworkProxy::NoProxy);
    socket.setReadBufferSize(kReadBufferOctets);
    QObject::connect(&m_timer, &QTimer::timeout, q, [this] { onTimeout(); });
    QObject::connect(&socket, &QSslSocket::connected, q, [this] { onConnected(); });
    QObject::connect(&socket, &QSslSocket::encrypted, q, [this] { onEncrypted(); });
    QObject::connect(&socket, &QSslSocket::sslErrors, q,
                     [this](const QList<QSslError> &errors) { onTlsErrors(errors); });
    QObject::connect(&socket, &QSslSocket::readyRead, q, [this] { onReadyRead(); });
    QObject::connect(&socket, &QSslSocket::bytesWritten, q, [this] { onBytesWritten(); });
    QObject::connect(&socket, &QSslSocket::encryptedBytesWritten, q, [this] { onBytesWritten(); });
    QObject::connect(&socket, &QSslSocket::errorOccurred, q,
                     [this](QAbstractSocket::SocketError error) { onError(error); });
}

// --- connection and TLS ---------------------------------------------------------------------------------------------

void SmtpClient::Private::open()
{
    if (m_phase != Phase::Closed || isFinished)
        return;
    m_phase = Phase::Connecting;
    m_clock.start();
    note(QStringLiteral("Connecting to %1.").arg(settings.server.toString()));
    waitFor(settings.connectPatience);
    if (settings.caCertificatesPem.isEmpty())
        return connectWith({});
    // The whole list: adding to the default one would switch the loading of the system's authorities off.
    withSystemAuthorities(q, [this](const QList<QSslCertificate> &system) {
        if (!isFinished)
            connectWith(system + QSslCertificate::fromData(settings.caCertificatesPem, QSsl::Pem));
    });
}

void SmtpClient::Private::connectWith(const QList<QSslCertificate> &authorities)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!authorities.isEmpty()) // else the system's, which Qt loads as it needs them
        configuration.setCaCertificates(authorities);
    socket.setSslConfiguration(configuration);
    socket.setPeerVerifyName(expectedName());
    socket.connectToHost(settings.server.host.toString(), settings.server.port);
}

QString SmtpClient::Private::expectedName() const
{
    return settings.expectedCertificateName.isEmpty() ? settings.server.host.toString()
                                                      : settings.expectedCertificateName;
}

void SmtpClient::Private::onConnected()
{
    if (isFinished)
        return;
    m_phase = Phase::Talking;
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_timer.stop();
    note(QStringLiteral("Connected to %1, port %2.").arg(q->peerAddress()).arg(socket.peerPort()));
    perform(session.start());
}

void SmtpClient::Private::startTls()
{
    // Whatever stands in the buffers came in the clear, perhaps from somebody in between (RFC 3207 §4.2).
    const bool wasInside = m_parser.isInside();
    m_parser.clear();
    if (const qint64 dropped = socket.readAll().size(); dropped > 0 || wasInside)
        note(QStringLiteral("Octets that came before the TLS handshake were thrown away."));
    m_phase = Phase::Handshake;
    waitFor(kHandshakeLimit);
    socket.startClientEncryption();
}

void SmtpClient::Private::onTlsErrors(const QList<QSslError> &errors)
{
    if (isFinished)
        return;
    m_faults = certificateFaults(errors, expectedName());
    tls = summarizeTls(socket);
    tls->faults = m_faults;
    for (const QString &fault : std::as_const(m_faults))
        note(settings.insecure ? fault + QStringLiteral(" Accepted, because certificates are not to be checked.")
                               : fault);
    if (settings.insecure)
        socket.ignoreSslErrors();
}

void SmtpClient::Private::onEncrypted()
{
    if (isFinished)
        return;
    m_phase = Phase::Talking;
    m_timer.stop();
    tls = summarizeTls(socket);
    tls->faults = m_faults;
    Actions actions = session.onTlsEstablished();
    note(describe(*tls));
    perform(std::move(actions));
}

void SmtpClient::Private::onError(QAbstractSocket::SocketError error)
{
    if (isFinished)
        return;
    const QString reason = printable(socket.errorString().toUtf8(), 200);
    if (m_phase == Phase::Connecting)
        return fail(Outcome::ConnectionFailed, connectFailure(settings.server, error, reason));
    if (m_phase == Phase::Handshake) {
        const bool closed = error == QAbstractSocket::RemoteHostClosedError;
        const QString detail =
            !m_faults.isEmpty() ? m_faults.join(u' ')
            : closed            ? connectionLoss(settings.server, Stage::Tls)
                                : handshakeFailure(settings.server, settings.smtp.tls == TlsPolicy::Implicit, reason);
        return perform(session.onTlsFailed(detail));
    }
    take(socket.readAll()); // the last words before the close, a 421 for instance
    if (!isFinished)
        perform(session.onConnectionLost({}));
}

void SmtpClient::Private::onTimeout()
{
    if (isFinished)
        return;
    if (m_phase == Phase::Connecting)
        return fail(Outcome::TimedOut, connectTimeout(settings.server, settings.connectPatience));
    perform(session.onTimedOut());
}

// --- what the server says -------------------------------------------------------------------------------------------

void SmtpClient::Private::onReadyRead()
{
    if (!isFinished && m_phase == Phase::Talking)
        take(socket.readAll());
}

void SmtpClient::Private::take(QByteArrayView octets)
{
    auto replies = m_parser.feed(octets);
    if (!replies)
        return perform(session.onProtocolViolation(replies.error().detail));
    for (std::size_t i = 0; i < replies->size(); ++i) {
        const Reply *following = i + 1 < replies->size() ? &(*replies)[i + 1] : nullptr;
        if (!takeReply((*replies)[i], following))
            return;
    }
    if (m_parser.isBroken())
        take({});
}

/// False when nothing of what came with this reply may be looked at any more.
bool SmtpClient::Private::takeReply(const Reply &reply, const Reply *following)
{
    const Stage stage = session.stage();
    const Reply masked = m_mask.apply(reply);
    addReply(masked, stage);
    if (isFinished) // a handler of lineAdded cancelled
        return false;
    m_timer.stop();
    Actions actions = session.onReply(masked);
    const bool startsTls =
        std::ranges::any_of(actions, [](const Action &a) { return std::holds_alternative<StartTls>(a); });
    const bool speaks = std::ranges::any_of(actions, [](const Action &a) {
        // After Ready comes the next command, to which this reply would be an answer.
        return std::holds_alternative<SendLine>(a) || std::holds_alternative<SendMessage>(a)
               || std::holds_alternative<Ready>(a);
    });
    if (startsTls && following)
        note(QStringLiteral("A reply that came before the TLS handshake was thrown away: %1")
                 .arg(following->toString().left(200)));
    if (speaks && following && following->code != 421) {
        // What became of a message is decided all the same: forgotten, it would be sent a second time.
        std::erase_if(actions, [](const Action &a) { return !std::holds_alternative<TransactionDone>(a); });
        perform(std::move(actions));
        if (isFinished)
            return false;
        perform(session.onProtocolViolation(QStringLiteral("The server answered before it was asked: %1.")
                                                .arg(m_mask.apply(*following).toString().left(200))));
        return false;
    }
    perform(std::move(actions));
    return !isFinished && !startsTls;
}

} // namespace relaywright
