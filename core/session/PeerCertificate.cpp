// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PeerCertificate.h"

#include "core/base/Text.h"

#include <QSslCertificate>
#include <QSslCipher>
#include <QSslKey>
#include <QSslSocket>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNames = 50; // a certificate may carry thousands

// The values of QSsl::TlsV1_0 and TlsV1_1.
constexpr int kTls10 = 0;
constexpr int kTls11 = 1;

QString clean(const QString &text)
{
    return printable(text.toUtf8(), 200); // whoever made the certificate chose these words
}

QString day(const QDateTime &time)
{
    return time.toUTC().toString(QStringLiteral("yyyy-MM-dd"));
}

QStringList names(const QSslCertificate &certificate)
{
    QStringList found;
    const auto alternatives = certificate.subjectAlternativeNames();
    for (const QString &name : alternatives.values(QSsl::DnsEntry) + alternatives.values(QSsl::IpAddressEntry))
        found += clean(name);
    if (found.isEmpty()) {
        for (const QString &name : certificate.subjectInfo(QSslCertificate::CommonName))
            found += clean(name);
    }
    return found.mid(0, kMaxNames);
}

QString issuer(const QSslCertificate &certificate)
{
    QStringList words = certificate.issuerInfo(QSslCertificate::CommonName);
    if (words.isEmpty())
        words = certificate.issuerInfo(QSslCertificate::Organization);
    return words.isEmpty() ? QStringLiteral("an unnamed issuer") : clean(words.first());
}

QString listOf(const QStringList &names)
{
    if (names.isEmpty())
        return QStringLiteral("no name at all");
    return names.size() <= 4
               ? names.join(QLatin1String(", "))
               : QStringLiteral("%1 and %2 more").arg(names.mid(0, 3).join(QLatin1String(", "))).arg(names.size() - 3);
}

QString sentence(const QSslError &error, const QString &expectedName)
{
    const QSslCertificate certificate = error.certificate();
    switch (error.error()) {
    case QSslError::HostNameMismatch:
        return QStringLiteral("The certificate is for %1, not for %2.").arg(listOf(names(certificate)), expectedName);
    case QSslError::CertificateExpired:
        return QStringLiteral("The certificate of %1 expired on %2.")
            .arg(listOf(names(certificate)), day(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
        return QStringLiteral("The certificate of %1 is not valid before %2. Is this computer's clock right?")
            .arg(listOf(names(certificate)), day(certificate.effectiveDate()));
    case QSslError::SelfSignedCertificate:
        return QStringLiteral("The certificate is signed by nobody but itself, so anybody could have made it.");
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
        return QStringLiteral("The certificate was issued by %1, which this computer does not trust.")
            .arg(issuer(certificate));
    case QSslError::CertificateRevoked:
    case QSslError::CertificateBlacklisted: return QStringLiteral("The certificate was withdrawn by its issuer.");
    case QSslError::NoPeerCertificate: return QStringLiteral("The server showed no certificate.");
    default: // the rest are rarities for which OpenSSL's words are the best there are
        return QStringLiteral("The certificate was refused: %1.").arg(clean(error.errorString()));
    }
}

QString protocolName(QSsl::SslProtocol protocol)
{
    switch (static_cast<int>(protocol)) { // Qt calls the names of the old versions deprecated
    case QSsl::TlsV1_3: return QStringLiteral("TLSv1.3");
    case QSsl::TlsV1_2: return QStringLiteral("TLSv1.2");
    case kTls11: return QStringLiteral("TLSv1.1");
    case kTls10: return QStringLiteral("TLSv1.0");
    default: return QStringLiteral("TLS");
    }
}

/// `CN=mail.example.com, O=Example`, the most telling part first.
QString distinguishedName(const QSslCertificate &certificate,
                          QStringList (QSslCertificate::*info)(const QByteArray &) const)
{
    QStringList parts;
    for (const char *attribute : {"CN", "OU", "O", "L", "ST", "C"}) {
        for (const QString &value : (certificate.*info)(attribute))
            parts += QLatin1String(attribute) + u'=' + clean(value);
    }
    return parts.join(QLatin1String(", "));
}

QString publicKey(const QSslCertificate &certificate)
{
    const QSslKey key = certificate.publicKey();
    switch (key.algorithm()) {
    case QSsl::Rsa: return QStringLiteral("RSA %1").arg(key.length());
    case QSsl::Ec: return QStringLiteral("EC %1").arg(key.length());
    case QSsl::Dsa: return QStringLiteral("DSA %1").arg(key.length());
    case QSsl::Dh:
    case QSsl::Opaque: break;
    }
    return QStringLiteral("other");
}

CertificateSummary summarize(const QSslCertificate &certificate)
{
    const QByteArray print = certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper();
    return {.names = names(certificate),
            .subject = distinguishedName(certificate, &QSslCertificate::subjectInfo),
            .issuer = distinguishedName(certificate, &QSslCertificate::issuerInfo),
            .begins = certificate.effectiveDate().toUTC(),
            .expires = certificate.expiryDate().toUTC(),
            .publicKey = publicKey(certificate),
            .fingerprintSha256 = QString::fromLatin1(print)};
}

} // namespace

QStringList certificateFaults(const QList<QSslError> &errors, const QString &expectedName)
{
    QStringList faults;
    for (const QSslError &error : errors)
        faults += sentence(error, expectedName);
    faults.removeDuplicates();
    return faults;
}

TlsSummary summarizeTls(const QSslSocket &socket)
{
    TlsSummary summary;
    if (socket.isEncrypted()) {
        summary.protocol = protocolName(socket.sessionProtocol());
        summary.cipher = socket.sessionCipher().name();
    }
    const QSslCertificate certificate = socket.peerCertificate();
    if (!certificate.isNull()) {
        summary.certificateNames = names(certificate);
        summary.issuer = issuer(certificate);
        summary.expires = certificate.expiryDate().toUTC();
    }
    for (const QSslCertificate &link : socket.peerCertificateChain()) {
        if (summary.chain.size() < TlsSummary::kMaxChain)
            summary.chain.push_back(summarize(link));
    }
    return summary;
}

QString describe(const TlsSummary &summary)
{
    return QStringLiteral("%1, %2; certificate for %3, from %4, until %5.")
        .arg(summary.protocol, summary.cipher, listOf(summary.certificateNames), summary.issuer, day(summary.expires));
}

} // namespace relaywright
