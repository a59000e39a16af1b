// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/TlsConfiguration.h"

#include "core/base/FreedBy.h"

#include <QSslCertificate>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

namespace relaywright {

namespace {

/// The names of OpenSSL's own configuration (SSL_CONF_cmd).
QByteArray opensslName(TlsVersion version)
{
    switch (version) {
    case TlsVersion::Tls10: return "TLSv1";
    case TlsVersion::Tls11: return "TLSv1.1";
    case TlsVersion::Tls12: return "TLSv1.2";
    case TlsVersion::Tls13: return "TLSv1.3";
    }
    Q_UNREACHABLE();
}

bool speaksOldTls(const TlsSettings &settings)
{
    return lowestVersion(settings) < TlsVersion::Tls12;
}

QByteArray cipherString(const TlsSettings &settings, const CipherLists &lists)
{
    QStringList words = lists.older;
    const bool leveled = settings.ciphers.contains(QLatin1String("@SECLEVEL"));
    if (speaksOldTls(settings) && !leveled) {
        if (words.isEmpty())
            words += QStringLiteral("DEFAULT");
        words += QStringLiteral("@SECLEVEL=0"); // TLS 1.0 and 1.1 sign with SHA-1, which the levels above refuse
    }
    return words.join(u':').toLatin1();
}

} // namespace

CipherLists cipherLists(const QString &ciphers)
{
    CipherLists lists;
    for (const QString &word : ciphers.split(u':', Qt::SkipEmptyParts)) {
        if (word.trimmed().startsWith(QLatin1String("TLS_")))
            lists.suites += word.trimmed();
        else
            lists.older += word.trimmed();
    }
    return lists;
}

TlsVersion lowestVersion(const TlsSettings &settings)
{
    return settings.minimum.value_or(std::min(settings.maximum.value_or(TlsVersion::Tls12), TlsVersion::Tls12));
}

QSslConfiguration tlsConfiguration(const TlsSettings &settings, const QList<QSslCertificate> &authorities)
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!authorities.isEmpty())
        configuration.setCaCertificates(authorities);
    // Qt's own names for versions leave the old ones out; OpenSSL's are said below.
    configuration.setProtocol(QSsl::AnyProtocol);
    const TlsVersion highest = settings.maximum.value_or(TlsVersion::Tls13);
    configuration.setBackendConfigurationOption("MinProtocol", opensslName(lowestVersion(settings)));
    configuration.setBackendConfigurationOption("MaxProtocol", opensslName(highest));
    const CipherLists lists = cipherLists(settings.ciphers);
    if (const QByteArray list = cipherString(settings, lists); !list.isEmpty())
        configuration.setBackendConfigurationOption("CipherString", list);
    if (!lists.suites.isEmpty())
        configuration.setBackendConfigurationOption("Ciphersuites", lists.suites.join(u':').toLatin1());
    if (settings.identity) {
        configuration.setLocalCertificateChain(
            QSslCertificate::fromData(settings.identity->certificateChainPem, QSsl::Pem));
        configuration.setPrivateKey(clientKey(*settings.identity));
    }
    return configuration;
}

bool isCipherList(const QString &ciphers)
{
    const std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>> context(SSL_CTX_new(TLS_client_method()));
    const CipherLists lists = cipherLists(ciphers);
    const QByteArray older = lists.older.join(u':').toLatin1();
    const QByteArray suites = lists.suites.join(u':').toLatin1();
    const bool known = context && (!older.isEmpty() || !suites.isEmpty())
                       && (older.isEmpty() || SSL_CTX_set_cipher_list(context.get(), older.constData()) == 1)
                       && (suites.isEmpty() || SSL_CTX_set_ciphersuites(context.get(), suites.constData()) == 1);
    ERR_clear_error();
    return known;
}

QSslKey clientKey(const ClientIdentity &identity)
{
    QByteArray pem = identity.privateKeyPem.reveal().toByteArray();
    QSslKey key;
    for (const QSsl::KeyAlgorithm algorithm : {QSsl::Rsa, QSsl::Ec, QSsl::Dsa}) {
        key = QSslKey(pem, algorithm, QSsl::Pem, QSsl::PrivateKey);
        if (!key.isNull())
            break;
    }
    wipe(pem); // what Qt and OpenSSL hold of the key is wiped by OpenSSL when they free it
    return key;
}

bool isCertificateFor(const QSslCertificate &certificate, const QString &name)
{
    const QByteArray der = certificate.toDer();
    const auto *octets = reinterpret_cast<const unsigned char *>(der.constData());
    const std::unique_ptr<X509, FreedBy<X509_free>> x509(d2i_X509(nullptr, &octets, static_cast<long>(der.size())));
    ERR_clear_error();
    if (!x509)
        return false;
    if (IpAddress::parse(name))
        return X509_check_ip_asc(x509.get(), name.toLatin1().constData(), 0) == 1;
    const QByteArray host = Host::parse(name) ? Host::parse(name)->toString().toLatin1() : name.toUtf8();
    return X509_check_host(x509.get(), host.constData(), static_cast<std::size_t>(host.size()),
                           X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr)
           == 1;
}

} // namespace relaywright
