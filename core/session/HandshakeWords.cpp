// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/HandshakeWords.h"

#include "core/session/ConnectionWords.h"

#include <algorithm>
#include <array>

namespace relaywright {

namespace {

/// OpenSSL's reasons, and those of the alerts of RFC 8446 §6.2 as it words them.
enum class Cause { Other, Version, Cipher, NotTls, CertificateMissing, CertificateRefused, TooWeak };

constexpr std::array<std::pair<QLatin1String, Cause>, 25> kCauses{{
    {QLatin1String("protocol version"), Cause::Version},
    {QLatin1String("unsupported protocol"), Cause::Version},
    {QLatin1String("no protocols available"), Cause::Version},
    {QLatin1String("inappropriate fallback"), Cause::Version},
    {QLatin1String("handshake failure"), Cause::Cipher},
    {QLatin1String("insufficient security"), Cause::Cipher},
    {QLatin1String("no shared cipher"), Cause::Cipher},
    {QLatin1String("no ciphers available"), Cause::Cipher},
    {QLatin1String("wrong version number"), Cause::NotTls},
    {QLatin1String("packet length too long"), Cause::NotTls},
    {QLatin1String("unknown protocol"), Cause::NotTls},
    {QLatin1String("http request"), Cause::NotTls},
    {QLatin1String("certificate required"), Cause::CertificateMissing},
    {QLatin1String("alert bad certificate"), Cause::CertificateRefused},
    {QLatin1String("alert unsupported certificate"), Cause::CertificateRefused},
    {QLatin1String("alert certificate revoked"), Cause::CertificateRefused},
    {QLatin1String("alert certificate expired"), Cause::CertificateRefused},
    {QLatin1String("alert certificate unknown"), Cause::CertificateRefused},
    {QLatin1String("alert unknown ca"), Cause::CertificateRefused},
    {QLatin1String("alert access denied"), Cause::CertificateRefused},
    {QLatin1String("key too small"), Cause::TooWeak},
    {QLatin1String("md too weak"), Cause::TooWeak},
    {QLatin1String("too weak"), Cause::TooWeak},
    {QLatin1String("wrong signature type"), Cause::TooWeak},
    {QLatin1String("unsafe legacy renegotiation"), Cause::TooWeak},
}};

Cause causeOf(const QString &reason)
{
    const auto found = std::ranges::find_if(
        kCauses, [&](const auto &known) { return reason.contains(known.first, Qt::CaseInsensitive); });
    return found == kCauses.end() ? Cause::Other : found->second;
}

QString name(TlsVersion version)
{
    return toString(version).toUpper().replace(QLatin1String("TLS"), QLatin1String("TLS "));
}

QString offered(const TlsSettings &settings)
{
    const TlsVersion highest = settings.maximum.value_or(TlsVersion::Tls13);
    const TlsVersion lowest = settings.minimum.value_or(std::min(highest, TlsVersion::Tls12));
    return lowest == highest ? QStringLiteral("%1 only").arg(name(lowest))
                             : QStringLiteral("%1 to %2").arg(name(lowest), name(highest));
}

QString versions(const ConnectionSettings &settings)
{
    return QStringLiteral(
               "%1 and this side have no TLS version in common; offered was %2. An old server may need a lower "
               "version allowed; a device that offers only old ones cannot talk to this server without a relay.")
        .arg(settings.server.toString(), offered(settings.tls));
}

QString ciphers(const ConnectionSettings &settings)
{
    return QStringLiteral("%1 and this side have no cipher in common, with %2. %3")
        .arg(settings.server.toString(), offered(settings.tls),
             settings.tls.ciphers.isEmpty()
                 ? QStringLiteral("The server's TLS may be old: allow a lower version to find out.")
                 : QStringLiteral("Leave the list of ciphers out, or take more of them in."));
}

QString notTls(const ConnectionSettings &settings)
{
    const QLatin1String advice(settings.smtp.tls == TlsPolicy::Implicit
                                   ? "If the port does not speak TLS from the start, use STARTTLS."
                                   : "Something in between may answer in the server's place.");
    return QStringLiteral("%1 answered with something that is not TLS. %2").arg(settings.server.toString(), advice);
}

} // namespace

QString handshakeFailure(const ConnectionSettings &settings, bool certificateAsked, const QString &reason)
{
    const QString server = settings.server.toString();
    const bool none = certificateAsked && !settings.tls.identity;
    switch (causeOf(reason)) {
    case Cause::Version: return versions(settings);
    case Cause::Cipher: // also what TLS 1.2 says when the certificate is missing (RFC 5246 §7.4.6)
        return none ? clientCertificateMissing(settings.server) : ciphers(settings);
    case Cause::NotTls: return notTls(settings);
    case Cause::CertificateMissing: return clientCertificateMissing(settings.server);
    case Cause::CertificateRefused:
        return QStringLiteral(
                   "%1 refused our client certificate (%2). Ask its keeper which authority it trusts, and look at "
                   "the day on which the certificate ends.")
            .arg(server, reason);
    case Cause::TooWeak:
        return QStringLiteral(
                   "%1 has a key or a signature that is too weak for this computer (%2). Its keeper must renew it; "
                   "to see what lies behind, allow TLS 1.0.")
            .arg(server, reason);
    case Cause::Other: break;
    }
    return QStringLiteral("The TLS handshake with %1 failed: %2. Ask its keeper what its log says.")
        .arg(server, reason);
}

} // namespace relaywright
