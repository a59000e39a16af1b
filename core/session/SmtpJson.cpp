// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/SmtpJson.h"

#include "core/base/JsonReader.h"

#include <QJsonArray>

namespace relaywright {

namespace {

QJsonArray toArray(const QByteArrayList &words)
{
    QJsonArray array;
    for (const QByteArray &word : words)
        array.append(QString::fromLatin1(word));
    return array;
}

QByteArrayList toOctets(const QStringList &words)
{
    QByteArrayList octets;
    for (const QString &word : words)
        octets += word.toLatin1();
    return octets;
}

QString text(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODate);
}

QDateTime time(JsonReader &in, QStringView key)
{
    return QDateTime::fromString(in.string(key, {}), Qt::ISODate);
}

QJsonObject certificateJson(const CertificateSummary &certificate)
{
    return {{QStringLiteral("names"), QJsonArray::fromStringList(certificate.names)},
            {QStringLiteral("subject"), certificate.subject},
            {QStringLiteral("issuer"), certificate.issuer},
            {QStringLiteral("begins"), text(certificate.begins)},
            {QStringLiteral("expires"), text(certificate.expires)},
            {QStringLiteral("publicKey"), certificate.publicKey},
            {QStringLiteral("fingerprintSha256"), certificate.fingerprintSha256}};
}

CertificateSummary readCertificate(JsonReader &in)
{
    CertificateSummary certificate;
    certificate.names = in.strings(u"names");
    certificate.subject = in.string(u"subject", {});
    certificate.issuer = in.string(u"issuer", {});
    certificate.begins = time(in, u"begins");
    certificate.expires = time(in, u"expires");
    certificate.publicKey = in.string(u"publicKey", {});
    certificate.fingerprintSha256 = in.string(u"fingerprintSha256", {});
    in.finish();
    return certificate;
}

} // namespace

QJsonObject toJson(const TlsSummary &tls)
{
    QJsonArray chain;
    for (const CertificateSummary &certificate : tls.chain)
        chain.append(certificateJson(certificate));
    return {{QStringLiteral("protocol"), tls.protocol},
            {QStringLiteral("cipher"), tls.cipher},
            {QStringLiteral("certificateNames"), QJsonArray::fromStringList(tls.certificateNames)},
            {QStringLiteral("issuer"), tls.issuer},
            {QStringLiteral("expires"), text(tls.expires)},
            {QStringLiteral("faults"), QJsonArray::fromStringList(tls.faults)},
            {QStringLiteral("chain"), chain},
            {QStringLiteral("clientCertificateAsked"), tls.clientCertificateAsked}};
}

TlsSummary tlsSummaryFromJson(JsonReader &in)
{
    TlsSummary tls;
    tls.protocol = in.string(u"protocol", {});
    tls.cipher = in.string(u"cipher", {});
    tls.certificateNames = in.strings(u"certificateNames");
    tls.issuer = in.string(u"issuer", {});
    tls.expires = time(in, u"expires");
    tls.faults = in.strings(u"faults");
    in.array(u"chain", [&](JsonReader &item) { tls.chain.push_back(readCertificate(item)); });
    tls.clientCertificateAsked = in.boolean(u"clientCertificateAsked", false);
    in.finish();
    return tls;
}

QJsonObject toJson(const Capabilities &capabilities)
{
    QJsonObject json{{QStringLiteral("serverName"), QString::fromLatin1(capabilities.serverName)},
                     {QStringLiteral("startTls"), capabilities.startTls},
                     {QStringLiteral("pipelining"), capabilities.pipelining},
                     {QStringLiteral("eightBitMime"), capabilities.eightBitMime},
                     {QStringLiteral("binaryMime"), capabilities.binaryMime},
                     {QStringLiteral("smtpUtf8"), capabilities.smtpUtf8},
                     {QStringLiteral("dsn"), capabilities.dsn},
                     {QStringLiteral("chunking"), capabilities.chunking},
                     {QStringLiteral("enhancedStatusCodes"), capabilities.enhancedStatusCodes},
                     {QStringLiteral("auth"), toArray(capabilities.authMechanisms)},
                     {QStringLiteral("keywords"), toArray(capabilities.keywords)}};
    if (capabilities.sizeLimitOctets)
        json.insert(QStringLiteral("sizeLimitOctets"), static_cast<qint64>(*capabilities.sizeLimitOctets));
    return json;
}

Capabilities capabilitiesFromJson(JsonReader &in)
{
    Capabilities capabilities;
    capabilities.serverName = in.string(u"serverName", {}).toLatin1();
    capabilities.startTls = in.boolean(u"startTls", false);
    capabilities.pipelining = in.boolean(u"pipelining", false);
    capabilities.eightBitMime = in.boolean(u"eightBitMime", false);
    capabilities.binaryMime = in.boolean(u"binaryMime", false);
    capabilities.smtpUtf8 = in.boolean(u"smtpUtf8", false);
    capabilities.dsn = in.boolean(u"dsn", false);
    capabilities.chunking = in.boolean(u"chunking", false);
    capabilities.enhancedStatusCodes = in.boolean(u"enhancedStatusCodes", false);
    capabilities.authMechanisms = toOctets(in.strings(u"auth"));
    capabilities.keywords = toOctets(in.strings(u"keywords"));
    if (in.has(u"sizeLimitOctets"))
        capabilities.sizeLimitOctets =
            static_cast<std::uint64_t>(in.integer(u"sizeLimitOctets", 0, 0, std::numeric_limits<qint64>::max()));
    in.finish();
    return capabilities;
}

std::optional<Outcome> parseOutcome(const QString &word)
{
    for (int i = 0; i <= static_cast<int>(Outcome::Cancelled); ++i) {
        if (toString(static_cast<Outcome>(i)) == word)
            return static_cast<Outcome>(i);
    }
    return std::nullopt;
}

} // namespace relaywright
