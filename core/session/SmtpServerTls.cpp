// SPDX-License-Identifier: GPL-3.0-or-later
// The listener's TLS: its certificate, the versions it takes, and what peers show of themselves in the handshake.
#include "core/session/PeerCertificate.h"
#include "core/session/SmtpServerPrivate.h"
#include "core/session/SystemAuthorities.h"

#include <QSslCertificate>
#include <QSslKey>

#include <array>

namespace relaywright {

namespace {

constexpr qint64 kTlsBufferOctets = 128 * 1024;
constexpr qint64 kMaxClientHello = 16 * 1024 + 5; // one record

QSslKey readKey(const QByteArray &pem)
{
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Ec, QSsl::Rsa, QSsl::Dsa}) {
        if (QSslKey key(pem, algorithm); !key.isNull())
            return key;
    }
    return {};
}

/// Qt has no words for versions that it holds for unsafe; OpenSSL's own options reach them. TLS before 1.2 signs with SHA-1,
/// which OpenSSL allows at security level 0 only.
void setVersions(QSslConfiguration &configuration, ListenerTls versions)
{
    const bool isModern = versions == ListenerTls::Tls12OrLater || versions == ListenerTls::Tls13OrLater;
    configuration.setProtocol(versions == ListenerTls::Tls13OrLater ? QSsl::TlsV1_3OrLater : QSsl::TlsV1_2OrLater);
    if (isModern)
        return;
    configuration.setProtocol(QSsl::AnyProtocol); // else the old versions stay switched off by an option of their own
    configuration.setBackendConfigurationOption(
        "MinProtocol", QByteArray(versions == ListenerTls::Tls11OrLater ? "TLSv1.1" : "TLSv1"));
    configuration.setBackendConfigurationOption("CipherString", QByteArray("DEFAULT@SECLEVEL=0"));
    if (versions == ListenerTls::Tls10Only)
        configuration.setBackendConfigurationOption("MaxProtocol", QByteArray("TLSv1"));
}

std::uint16_t versionOf(const QSslSocket &socket)
{
    if (socket.sessionProtocol() == QSsl::TlsV1_3)
        return 0x0304;
    // TLS 1.0 is 0 to Qt, which calls the names of the old versions deprecated.
    const int protocol = static_cast<int>(socket.sessionProtocol());
    return protocol >= 0 && protocol <= QSsl::TlsV1_2 ? static_cast<std::uint16_t>(0x0301 + protocol) : std::uint16_t(0);
}

/// A server's certificate serves as a client's too where mail is relayed, so its purpose is no fault.
QStringList faultsOfPeer(const QSslSocket &socket)
{
    QList<QSslError> errors = socket.sslHandshakeErrors();
    errors.removeIf([](const QSslError &error) {
        return error.error() == QSslError::InvalidPurpose || error.error() == QSslError::NoPeerCertificate;
    });
    return certificateFaults(errors, {});
}

} // namespace

Result<void> SmtpServer::Private::prepareTls()
{
    if (!settings.identity) {
        if (settings.smtp.implicitTls)
            return failure(ErrorKind::InvalidInput, QStringLiteral("A listener with TLS from the first octet needs a certificate."));
        return {};
    }
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    const QList<QSslCertificate> chain = QSslCertificate::fromData(settings.identity->certificateChainPem, QSsl::Pem);
    const QSslKey key = readKey(settings.identity->privateKeyPem);
    if (chain.isEmpty() || key.isNull())
        return failure(ErrorKind::InvalidInput, QStringLiteral("The certificate or the key of the listener cannot be read."));
    configuration.setLocalCertificateChain(chain);
    configuration.setPrivateKey(key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone); // clients are known by address or sign-in
    configuration.setCaCertificates({});                     // else every handshake reads the system's store again
    setVersions(configuration, settings.tls);
    tls = configuration;
    if (settings.askClientCertificate)
        trustClientAuthorities();
    return {};
}

void SmtpServer::Private::trustClientAuthorities()
{
    const QList<QSslCertificate> ours = QSslCertificate::fromData(settings.clientAuthoritiesPem, QSsl::Pem);
    tls->setPeerVerifyMode(QSslSocket::QueryPeer);
    tls->setCaCertificates(ours);
    withSystemAuthorities(this, [this, ours](const QList<QSslCertificate> &systems) { tls->setCaCertificates(systems + ours); });
}

void SmtpServerConnection::Private::startTls()
{
    flush();
    if (gone)
        return;
    lastProgress = std::chrono::steady_clock::now();
    if (!session.tlsActive()) {
        std::array<char, 1024> early;
        const qint64 size = plain->read(early.data(), early.size());
        if (gone)
            return;
        if (size > 0)
            return session.receive(QByteArrayView(early.data(), size)); // refused there: octets behind STARTTLS
    }
    if (!takeOverForTls())
        return abort();
    if (gone)
        return;
    handshaking = true;
    if (!server.settings.readClientHello)
        return beginHandshake();
    awaitingClientHello = true;
}

bool SmtpServerConnection::Private::takeOverForTls()
{
    if (plain->unsent() > 0)
        return false; // a peer that does not even read our go-ahead
    auto socket = std::make_unique<QSslSocket>();
    socket->setSslConfiguration(*server.tls);
    socket->setReadBufferSize(kTlsBufferOctets);
    const qintptr descriptor = plain->release();
    plain.release()->deleteLater(); // it may be telling us of octets
    ssl = std::move(socket);
    QObject::connect(ssl.get(), &QSslSocket::disconnected, q, [this] { onDisconnected(); });
    QObject::connect(ssl.get(), &QSslSocket::errorOccurred, q, [this] {
        if (ssl->state() == QAbstractSocket::UnconnectedState)
            onDisconnected();
    });
    QObject::connect(ssl.get(), &QSslSocket::readyRead, q, [this] { pump(); });
    QObject::connect(ssl.get(), &QSslSocket::bytesWritten, q, [this] { pump(); });
    QObject::connect(ssl.get(), &QSslSocket::encrypted, q, [this] { onEncrypted(); });
    if (ssl->setSocketDescriptor(descriptor))
        return true;
    PlainSocket(descriptor).abort();
    onDisconnected();
    return true;
}

void SmtpServerConnection::Private::awaitClientHello()
{
    // Only looked at: OpenSSL will read the same octets from the socket.
    const QByteArray octets = ssl->peek(kMaxClientHello);
    const ClientHelloState state = clientHelloState(octets);
    if (state == ClientHelloState::Incomplete && octets.size() < kMaxClientHello)
        return;
    clientHello = parseClientHello(octets);
    awaitingClientHello = false;
    beginHandshake();
}

void SmtpServerConnection::Private::beginHandshake()
{
    ssl->startServerEncryption();
}

void SmtpServerConnection::Private::onEncrypted()
{
    handshaking = false;
    if (handler)
        handler->onTls(peerTls());
    if (server.settings.smtp.implicitTls)
        return greet();
    session.onTlsEstablished();
    pump();
}

PeerTls SmtpServerConnection::Private::peerTls() const
{
    PeerTls tls{.established = ssl->isEncrypted(), .offered = clientHello, .summary = summarizeTls(*ssl)};
    if (tls.established)
        tls.version = versionOf(*ssl);
    else
        tls.failure = clientHello || awaitingClientHello ? ssl->errorString() : QStringLiteral("The peer did not begin TLS.");
    tls.summary.faults = faultsOfPeer(*ssl);
    return tls;
}

} // namespace relaywright
