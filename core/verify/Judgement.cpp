// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Judgement.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::uint16_t kMxPort = 25;

QString listed(const std::vector<DnsMx> &exchanges)
{
    QStringList texts;
    for (const DnsMx &mx : exchanges)
        texts +=
            QStringLiteral("%1 %2").arg(mx.preference).arg(mx.exchange.isEmpty() ? QStringLiteral(".") : mx.exchange);
    return texts.join(QLatin1String(", "));
}

void set(Finding &finding, Verdict verdict, const QString &todo)
{
    finding.verdict = verdict;
    finding.todo = todo;
}

void judgeExchanges(Finding &finding, const DomainExpectation &expected, const std::vector<DnsMx> &exchanges)
{
    if (exchanges.size() == 1 && exchanges.front().exchange.isEmpty())
        return set(finding, Verdict::Wrong,
                   QStringLiteral("The record says that %1 takes no mail at all (a null MX). Publish the MX record "
                                  "that the Microsoft 365 admin center shows for the domain.")
                       .arg(expected.domain));
    const auto isHost = [&](const DnsMx &mx) { return expected.mxHost && mx.exchange == expected.mxHost->toString(); };
    if (expected.mxHost && !std::ranges::any_of(exchanges, isHost))
        return set(finding, Verdict::Attention,
                   QStringLiteral("The plan has %1 as the MX host, and the DNS says otherwise. Correct the site, or "
                                  "keep it when mail passes a gateway first.")
                       .arg(expected.mxHost->toString()));
    const auto isMicrosoft = [&](const DnsMx &mx) { return isMicrosoftHost(mx.exchange, expected.microsoftSuffixes); };
    if (!std::ranges::any_of(exchanges, isMicrosoft))
        return set(
            finding, Verdict::Attention,
            QStringLiteral("Mail for %1 goes to a gateway outside Microsoft 365. Direct send and connector relay need "
                           "the tenant's own host: take it from the Microsoft 365 admin center, Settings, Domains.")
                .arg(expected.domain));
    finding.verdict = Verdict::Good;
}

QString reachSeen(const ReachOutcome &outcome)
{
    const QString connected =
        QStringLiteral("Connected to %1 in %2 ms.").arg(outcome.address).arg(outcome.took.count());
    switch (outcome.kind) {
    case ReachOutcome::Kind::Connected:
        return outcome.text.isEmpty() ? connected : connected + QLatin1String(" The server says: ") + outcome.text;
    case ReachOutcome::Kind::OtherGreeting: return connected + QLatin1String(" The server says: ") + outcome.text;
    case ReachOutcome::Kind::Silent: return connected + QLatin1String(" No greeting came.");
    case ReachOutcome::Kind::Refused: return QStringLiteral("The connection was refused.");
    case ReachOutcome::Kind::TimedOut:
        return QStringLiteral("No connection within %1 seconds.").arg(std::max<qint64>(1, outcome.took.count() / 1000));
    case ReachOutcome::Kind::NameUnknown: return QStringLiteral("The DNS has no address for this name.");
    case ReachOutcome::Kind::Failed: return outcome.text;
    }
    Q_UNREACHABLE();
}

} // namespace

QString toString(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Good: return QStringLiteral("good");
    case Verdict::Attention: return QStringLiteral("attention");
    case Verdict::Wrong: return QStringLiteral("wrong");
    case Verdict::CouldNotTell: return QStringLiteral("could-not-tell");
    }
    Q_UNREACHABLE();
}

QJsonObject toJson(const Finding &finding)
{
    return {{QStringLiteral("id"), finding.id},       {QStringLiteral("verdict"), toString(finding.verdict)},
            {QStringLiteral("title"), finding.title}, {QStringLiteral("seen"), finding.seen},
            {QStringLiteral("why"), finding.why},     {QStringLiteral("todo"), finding.todo}};
}

bool isMicrosoftHost(const QString &host, const QStringList &suffixes)
{
    return std::ranges::any_of(
        suffixes, [&](const QString &suffix) { return host.endsWith(u'.' + suffix, Qt::CaseInsensitive); });
}

Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer)
{
    Finding finding;
    finding.id = expected.id;
    finding.title = QStringLiteral("MX record of %1").arg(expected.domain);
    finding.why = QStringLiteral(
        "It says where mail for the domain goes, and direct send and connector relay hand mail to that host.");
    switch (answer.status) {
    case DnsAnswer::Status::Found:
        finding.seen = listed(answer.exchanges);
        judgeExchanges(finding, expected, answer.exchanges);
        break;
    case DnsAnswer::Status::NoData:
        finding.seen = QStringLiteral("The domain has no MX record.");
        set(finding, Verdict::Wrong,
            QStringLiteral("Publish the MX record that the Microsoft 365 admin center shows for the domain."));
        break;
    case DnsAnswer::Status::NoName:
        finding.seen = QStringLiteral("The DNS does not know the domain.");
        set(finding, Verdict::Wrong,
            QStringLiteral("Check the spelling of %1, and that its registration has not ended.").arg(expected.domain));
        break;
    case DnsAnswer::Status::Failed:
    case DnsAnswer::Status::TimedOut:
        finding.seen = answer.detail;
        set(finding, Verdict::CouldNotTell,
            QStringLiteral("Check the network connection or choose another name server, and run the check again."));
        break;
    }
    return finding;
}

Finding judgeReach(const ReachTarget &target, const ReachOutcome &outcome)
{
    const QString endpoint = target.endpoint.toString();
    Finding finding;
    finding.id = QStringLiteral("reach.") + endpoint;
    finding.title = QStringLiteral("Connection to %1").arg(endpoint);
    finding.why = QStringLiteral(
        "The sender hands its mail to this server. What was seen holds for the network of this computer.");
    finding.seen = reachSeen(outcome);
    const bool mx = target.endpoint.port == kMxPort;
    switch (outcome.kind) {
    case ReachOutcome::Kind::Connected: finding.verdict = Verdict::Good; break;
    case ReachOutcome::Kind::OtherGreeting:
        set(finding, Verdict::Attention,
            QStringLiteral("Something answers, yet it does not greet with 220: the server may refuse this address, or "
                           "a firewall answers in its place. Run the check from the sender's network."));
        break;
    case ReachOutcome::Kind::Silent:
        set(finding, Verdict::Attention,
            QStringLiteral("A firewall or an address check may hold the greeting back. Try again, and from the "
                           "sender's network."));
        break;
    case ReachOutcome::Kind::Refused:
        set(finding, Verdict::Attention,
            QStringLiteral("Check host and port, and that no firewall on the way refuses port %1.")
                .arg(target.endpoint.port));
        break;
    case ReachOutcome::Kind::TimedOut:
        set(finding, Verdict::Attention,
            mx ? QStringLiteral(
                "Port 25 is probably blocked: many internet providers and cloud hosts block it outbound. Ask the "
                "provider to open it, check the firewall, or choose client submission on port 587.")
               : QStringLiteral(
                     "A firewall on the way probably drops port %1. Open it for %2, and run the check again.")
                     .arg(target.endpoint.port)
                     .arg(target.endpoint.host.toString()));
        break;
    case ReachOutcome::Kind::NameUnknown:
        set(finding, Verdict::Wrong,
            QStringLiteral("Check the spelling of %1; look the host up again when it is an MX host.")
                .arg(target.endpoint.host.toString()));
        break;
    case ReachOutcome::Kind::Failed:
        set(finding, Verdict::CouldNotTell,
            QStringLiteral("Check the network connection of this computer, and run the check again."));
        break;
    }
    return finding;
}

Finding mxHostUnknown(std::uint16_t port, const QString &domain)
{
    Finding finding;
    finding.id = QStringLiteral("reach.mx:%1").arg(port);
    finding.title = QStringLiteral("Connection to the MX host, port %1").arg(port);
    finding.seen = domain.isEmpty() ? QStringLiteral("The site names no accepted domain.")
                                    : QStringLiteral("The MX record of %1 names no host of Microsoft 365.").arg(domain);
    finding.why = QStringLiteral("Direct send and connector relay hand mail to the tenant's own MX host.");
    finding.todo = QStringLiteral(
        "Take the host from the Microsoft 365 admin center, Settings, Domains, and enter it in the site.");
    return finding;
}

} // namespace relaywright
