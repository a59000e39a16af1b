// SPDX-License-Identifier: GPL-3.0-or-later
// The socket's side of SmtpClient: connecting, TLS, octets to replies.
#include "core/base/Text.h"
#include "core/session/ConnectionWords.h"
#include "core/session/HandshakeWords.h"
#include "core/session/PeerCertificate.h"
#include "core/session/ProxyWords.h"
#include "core/session/SmtpClientPrivate.h"
#include "core/session/SystemAuthorities.h"
#include "core/session/TlsConfiguration.h"

#include <QHostAddress>
#include <QNetworkProxy>
#include <QSslConfiguration>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qint64 kReadBufferOctets = 64 * 1024;
constexpr std::chrono::minutes kHandshakeLimit{5};

QString connecting(const ConnectionSettings &settings)
{
    if (!settings.proxy)
        return QStringLiteral("Connecting to %1.").arg(settings.server.toString());
    return QStringLiteral("Connecting to %1 through the %2.")
        .arg(settings.server.toString(), proxyName(*settings.proxy));
}

QNetworkProxy toQt(const ProxySettings &proxy)
{
    const auto type = proxy.kind == ProxySettings::Kind::Socks5 ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy;
    const QString password = proxy.user.isEmpty() ? QString() : QString::fromUtf8(proxy.password.reveal());
    return QNetworkProxy(type, proxy.proxy.host.toString(), proxy.proxy.port, proxy.user, password);
}

QAbstractSocket::NetworkLayerProtocol protocolFor(const ConnectionSettings &settings)
{
    if (settings.source)
        return settings.source->family() == IpAddress::Family::V4 ? QAbstractSocket::IPv4Protocol
                                                                  : QAbstractSocket::IPv6Protocol;
    switch (settings.family) {
    case IpFamily::Any: return QAbstractSocket::AnyIPProtocol;
    case IpFamily::V4: return QAbstractSocket::IPv4Protocol;
    case IpFamily::V6: return QAbstractSocket::IPv6Protocol;
    }
    Q_UNREACHABLE();
}

} // namespace

SmtpClient::Private::Private(ConnectionSettings given, SmtpClient *client)
    : settings(std::move(given)), session(settings.smtp), q(client)
{
    m_timer.setSingleShot(true);
    m_parser.setQuoting([this](const QByteArray &line) { return m_mask.applyToFragment(line); });
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
    if (const QString fault = settingsFault(); !fault.isEmpty())
        return fail(Outcome::ConnectionFailed, fault);
    note(connecting(settings));
    if (isFinished)
        return;
    waitFor(settings.connectPatience);
    if (settings.tls.caCertificatesPem.isEmpty())
        return connectWith({});
    // The whole list: adding to the default one would switch the loading of the system's authorities off.
    withSystemAuthorities(q, [this](const QList<QSslCertificate> &system) {
        if (!isFinished)
            connectWith(system + QSslCertificate::fromData(settings.tls.caCertificatesPem, QSsl::Pem));
    });
}

QString SmtpClient::Private::settingsFault() const
{
    if (settings.source && settings.proxy)
        return QStringLiteral(
            "Behind a proxy it is the proxy that connects, so no local address can be chosen. Leave one "
            "of the two out.");
    return settings.smtp.tls == TlsPolicy::None ? QString() : tlsSettingsFault(settings.tls);
}

void SmtpClient::Private::connectWith(const QList<QSslCertificate> &authorities)
{
    socket.setSslConfiguration(tlsConfiguration(settings.tls, authorities));
    // Qt takes SNI from here too. Its check of the name is set aside: the name expected may be another one.
    socket.setPeerVerifyName(serverName());
    if (settings.proxy)
        socket.setProxy(toQt(*settings.proxy));
    if (!bindToSource())
        return fail(Outcome::ConnectionFailed, bindFailure(*settings.source, socket.errorString()));
    socket.connectToHost(settings.server.host.toString(), settings.server.port, QIODevice::ReadWrite,
                         protocolFor(settings));
}

bool SmtpClient::Private::bindToSource()
{
    return !settings.source
           || socket.bind(QHostAddress(settings.source->toString()), 0, QAbstractSocket::DontShareAddress);
}

QString SmtpClient::Private::serverName() const
{
    return settings.tls.serverName.isEmpty() ? settings.server.host.toString() : settings.tls.serverName;
}

QString SmtpClient::Private::expectedName() const
{
    return settings.tls.expectedName.isEmpty() ? serverName() : settings.tls.expectedName;
}

void SmtpClient::Private::onConnected()
{
    if (isFinished)
        return;
    m_phase = Phase::Talking;
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_timer.stop();
    note(settings.proxy ? QStringLiteral("The proxy has made the connection.")
                        : QStringLiteral("Connected to %1, port %2.").arg(q->peerAddress()).arg(socket.peerPort()));
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
    certificateRequest.during([this] { socket.startClientEncryption(); });
}

void SmtpClient::Private::onTlsErrors(const QList<QSslError> &errors)
{
    if (isFinished)
        return;
    QList<QSslError> others = errors;
    others.removeIf([](const QSslError &error) { return error.error() == QSslError::HostNameMismatch; });
    if (acceptFaults(certificateFaults(others, expectedName())))
        socket.ignoreSslErrors();
}

/// Notes what is wrong with the certificate, its name included; false when the connection may not go on.
bool SmtpClient::Private::acceptFaults(QStringList faults)
{
    const QSslCertificate certificate = socket.peerCertificate();
    if (!certificate.isNull() && !isCertificateFor(certificate, expectedName()))
        faults += certificateFaults({QSslError(QSslError::HostNameMismatch, certificate)}, expectedName());
    m_faultsSeen = true;
    m_faults = faults;
    tls = summarizeTls(socket);
    tls->faults = m_faults;
    for (const QString &fault : std::as_const(m_faults))
        note(settings.tls.insecure ? fault + QStringLiteral(" Accepted, because certificates are not to be checked.")
                                   : fault);
    return (m_faults.isEmpty() || settings.tls.insecure) && !isFinished;
}

void SmtpClient::Private::onEncrypted()
{
    if (isFinished)
        return;
    m_timer.stop();
    if (!m_faultsSeen && !acceptFaults({})) { // without an error of Qt's the name is still ours to look at
        if (!isFinished)
            perform(session.onTlsFailed(m_faults.join(u' ')));
        return;
    }
    m_phase = Phase::Talking;
    tls = summarizeTls(socket);
    tls->faults = m_faults;
    tls->clientCertificateAsked = certificateRequest.wasAsked();
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
        return onConnectError(error, reason);
    if (m_phase == Phase::Handshake)
        return onHandshakeError(error, reason);
    take(socket.readAll()); // the last words before the close, a 421 for instance
    if (isFinished)
        return;
    if (const QString why = lateHandshakeFailure(error, reason); !why.isEmpty())
        return perform(session.onTlsFailed(why));
    perform(session.onConnectionLost({}));
}

void SmtpClient::Private::onConnectError(QAbstractSocket::SocketError error, const QString &reason)
{
    if (settings.proxy)
        return fail(Outcome::ConnectionFailed, proxyFailure(*settings.proxy, settings.server, error, reason));
    if (settings.source && error == QAbstractSocket::SocketAddressNotAvailableError)
        return fail(Outcome::ConnectionFailed, bindFailure(*settings.source, reason));
    const bool oneFamily = settings.family != IpFamily::Any;
    if (oneFamily && error == QAbstractSocket::HostNotFoundError)
        return fail(Outcome::ConnectionFailed, noAddressOfFamily(settings.server, settings.family));
    fail(Outcome::ConnectionFailed, connectFailure(settings.server, error, reason));
}

void SmtpClient::Private::onHandshakeError(QAbstractSocket::SocketError error, const QString &reason)
{
    const bool asked = certificateRequest.wasAsked();
    if (asked && !tls)
        tls = summarizeTls(socket);
    if (tls)
        tls->clientCertificateAsked = asked;
    if (!m_faults.isEmpty())
        return perform(session.onTlsFailed(m_faults.join(u' ')));
    if (error != QAbstractSocket::RemoteHostClosedError)
        return perform(session.onTlsFailed(handshakeFailure(settings, asked, reason)));
    const bool missing = asked && !settings.tls.identity;
    perform(session.onTlsFailed(missing ? clientCertificateMissing(settings.server)
                                        : connectionLoss(settings.server, Stage::Tls)));
}

QString SmtpClient::Private::lateHandshakeFailure(QAbstractSocket::SocketError error, const QString &reason) const
{
    if (!session.tlsActive() || m_heardInTls)
        return {};
    if (error != QAbstractSocket::RemoteHostClosedError && reason.contains(QLatin1String("alert")))
        return handshakeFailure(settings, certificateRequest.wasAsked(), reason);
    const bool missing = certificateRequest.wasAsked() && !settings.tls.identity;
    return missing ? clientCertificateMissing(settings.server) : QString();
}

void SmtpClient::Private::onTimeout()
{
    if (isFinished)
        return;
    if (m_phase == Phase::Connecting)
        return fail(Outcome::TimedOut, settings.proxy ? proxyTimeout(*settings.proxy, settings.server, m_waited)
                                                      : connectTimeout(settings.server, m_waited));
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
    m_heardInTls = m_heardInTls || session.tlsActive();
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
               || std::holds_alternative<ReadChunk>(a) || std::holds_alternative<Ready>(a);
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
