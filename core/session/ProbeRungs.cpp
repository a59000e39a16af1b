// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/ProbeRungs.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

namespace {

using State = ProbeRung::State;

constexpr qint64 kSoonDays = 14;

QString joined(const QByteArrayList &words)
{
    return printable(words.join(' '), 200);
}

bool hasPassword(const QByteArrayList &mechanisms)
{
    return mechanisms.contains("PLAIN") || mechanisms.contains("LOGIN");
}

QString extensions(const Capabilities &capabilities)
{
    QStringList words;
    const std::pair<bool, QLatin1String> offered[] = {
        {capabilities.startTls, QLatin1String("STARTTLS")},
        {capabilities.pipelining, QLatin1String("PIPELINING")},
        {capabilities.eightBitMime, QLatin1String("8BITMIME")},
        {capabilities.smtpUtf8, QLatin1String("SMTPUTF8")},
        {capabilities.dsn, QLatin1String("DSN")},
        {capabilities.chunking, QLatin1String("CHUNKING")},
        {capabilities.enhancedStatusCodes, QLatin1String("ENHANCEDSTATUSCODES")},
    };
    for (const auto &[has, word] : offered) {
        if (has)
            words += word;
    }
    if (capabilities.sizeLimitOctets)
        words += QStringLiteral("SIZE %1").arg(*capabilities.sizeLimitOctets);
    if (!capabilities.authMechanisms.isEmpty())
        words += QStringLiteral("AUTH ") + joined(capabilities.authMechanisms);
    return words.isEmpty() ? QStringLiteral("no extensions") : words.join(QLatin1String(", "));
}

} // namespace

ProbeRung addressRung(const std::vector<IpAddress> &addresses)
{
    QStringList texts;
    for (const IpAddress &address : addresses)
        texts += address.toString();
    const bool v4 =
        std::ranges::any_of(addresses, [](const IpAddress &a) { return a.family() == IpAddress::Family::V4; });
    const bool v6 =
        std::ranges::any_of(addresses, [](const IpAddress &a) { return a.family() == IpAddress::Family::V6; });
    const QString families = v4 && v6 ? QStringLiteral("IPv4 and IPv6")
                             : v4     ? QStringLiteral("IPv4 only")
                                      : QStringLiteral("IPv6 only");
    return {QStringLiteral("address"), State::Ok, texts.join(QLatin1String(", ")),
            QStringLiteral("It is reached by %1.").arg(families)};
}

ProbeRung tcpRung(const QString &address, const QStringList &deaf)
{
    if (deaf.isEmpty())
        return {QStringLiteral("tcp"), State::Ok, address, QStringLiteral("%1 took the connection.").arg(address)};
    return {QStringLiteral("tcp"), State::Attention, address,
            QStringLiteral("%1 took the connection, after these did not: %2").arg(address, deaf.join(u' '))};
}

ProbeRung ehloRung(const Capabilities &capabilities)
{
    return {QStringLiteral("ehlo"), State::Ok, extensions(capabilities),
            QStringLiteral("The server calls itself %1.").arg(printable(capabilities.serverName, 200))};
}

ProbeRung tlsRung(const TlsSummary &tls, const QDate &today)
{
    const QDate end = tls.expires.toUTC().date();
    const qint64 days = today.isValid() ? today.daysTo(end) : kSoonDays + 1;
    const QString left = today.isValid() && days >= 0 ? QStringLiteral(" (%1 days left)").arg(days) : QString();
    const QString seen = QStringLiteral("%1, %2; certificate for %3, from %4, until %5%6")
                             .arg(tls.protocol, tls.cipher, tls.certificateNames.join(QLatin1String(", ")), tls.issuer,
                                  end.toString(Qt::ISODate), left);
    if (!tls.faults.isEmpty())
        return {QStringLiteral("tls"), State::Attention, seen,
                tls.faults.join(u' ') + QStringLiteral(" A client that checks certificates stops here.")};
    if (days <= kSoonDays)
        return {
            QStringLiteral("tls"), State::Attention, seen,
            QStringLiteral("The certificate is good for this name and will soon be over. Its keeper must renew it.")};
    return {QStringLiteral("tls"), State::Ok, seen, QStringLiteral("The certificate is good for this name.")};
}

ProbeRung noTlsRung(const Capabilities &capabilities, TlsPolicy policy, const QString &refusal)
{
    const QString id = QStringLiteral("tls");
    if (policy == TlsPolicy::None)
        return {id, State::Skipped, {}, QStringLiteral("TLS was not asked for.")};
    if (capabilities.startTls)
        return {id, State::Attention, refusal,
                QStringLiteral("The server offers STARTTLS and then refuses it. Ask its keeper to mend its "
                               "certificate; until then mail "
                               "travels in the clear.")};
    return {
        id, State::Attention, QStringLiteral("no STARTTLS"),
        QStringLiteral(
            "The server does not offer STARTTLS: mail and passwords would travel in the clear. Exchange Online always "
            "offers it, so something in between may take it away.")};
}

ProbeRung signInRung(const Capabilities &capabilities, const std::optional<Capabilities> &inClear, bool tlsActive,
                     std::uint16_t port)
{
    const QString id = QStringLiteral("sign-in");
    const QString offered = joined(capabilities.authMechanisms);
    if (inClear && hasPassword(inClear->authMechanisms))
        return {id, State::Attention, offered.isEmpty() ? joined(inClear->authMechanisms) : offered,
                QStringLiteral("The server takes a password before TLS, so a device may send it in the clear. Set "
                               "devices to require TLS.")};
    if (!offered.isEmpty())
        return {id, State::Ok, offered,
                tlsActive ? QStringLiteral("Sign-in is offered inside TLS only.")
                          : QStringLiteral("Sign-in is offered, without a way to send a password in the clear.")};
    if (port == 25)
        return {id, State::Ok, QStringLiteral("none"),
                QStringLiteral("No sign-in is offered, as usual for a server that takes mail from other servers.")};
    return {
        id, State::Attention, QStringLiteral("none"),
        QStringLiteral("No sign-in is offered. A device that must sign in needs another server or port, such as 587.")};
}

ProbeRung signedInRung(const QString &user, const QString &reply)
{
    return {QStringLiteral("sign-in"), State::Ok, reply, QStringLiteral("%1 may sign in.").arg(user)};
}

ProbeRung commandRung(const QString &id, bool accepted, const QString &reply, const QString &path)
{
    if (accepted)
        return {id, State::Ok, reply, QStringLiteral("The server takes %1.").arg(path)};
    return {id, State::Failed, reply,
            QStringLiteral("The server refused %1. \"relaywright-cli diagnose\" explains the reply.").arg(path)};
}

} // namespace relaywright
