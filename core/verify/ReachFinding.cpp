// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/ReachFinding.h"

#include "core/verify/Checks.h"

#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr std::uint16_t kMxPort = 25;
constexpr std::chrono::seconds kReachLimit{10};

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

Finding judgeReach(const ReachTarget &target, const ReachOutcome &outcome)
{
    Finding finding;
    finding.why = QStringLiteral(
        "The sender hands its mail to this server. What was seen holds for the network of this computer.");
    finding.seen = reachSeen(outcome);
    finding.evidence = {{.question = QStringLiteral("TCP %1").arg(target.endpoint.toString()),
                         .answer = outcome.text.isEmpty() ? finding.seen : outcome.text,
                         .server = outcome.address}};
    const bool mx = target.endpoint.port == kMxPort;
    switch (outcome.kind) {
    case ReachOutcome::Kind::Connected: finding.verdict = Verdict::Good; break;
    case ReachOutcome::Kind::OtherGreeting:
        judge(
            finding, Verdict::Attention,
            QStringLiteral("Something answers, yet it does not greet with 220: the server may refuse this address, or "
                           "a firewall answers in its place. Run the check from the sender's network."));
        break;
    case ReachOutcome::Kind::Silent:
        judge(finding, Verdict::Attention,
              QStringLiteral("A firewall or an address check may hold the greeting back. Try again, and from the "
                             "sender's network."));
        break;
    case ReachOutcome::Kind::Refused:
        judge(finding, Verdict::Attention,
              QStringLiteral("Check host and port, and that no firewall on the way refuses port %1.")
                  .arg(target.endpoint.port));
        break;
    case ReachOutcome::Kind::TimedOut:
        judge(finding, Verdict::Attention,
              mx ? QStringLiteral(
                  "Port 25 is probably blocked: many internet providers and cloud hosts block it outbound. Ask the "
                  "provider to open it, check the firewall, or choose client submission on port 587.")
                 : QStringLiteral(
                       "A firewall on the way probably drops port %1. Open it for %2, and run the check again.")
                       .arg(target.endpoint.port)
                       .arg(target.endpoint.host.toString()));
        break;
    case ReachOutcome::Kind::NameUnknown:
        judge(finding, Verdict::Wrong,
              QStringLiteral("Check the spelling of %1; look the host up again when it is an MX host.")
                  .arg(target.endpoint.host.toString()));
        break;
    case ReachOutcome::Kind::Failed:
        judge(finding, Verdict::CouldNotTell,
              QStringLiteral("Check the network connection of this computer, and run the check again."));
        break;
    }
    return finding;
}

Finding mxHostUnknown(const QString &domain)
{
    Finding finding;
    finding.seen = domain.isEmpty() ? QStringLiteral("The site names no accepted domain.")
                                    : QStringLiteral("The MX record of %1 names no host of Microsoft 365.").arg(domain);
    finding.why = QStringLiteral("Direct send and connector relay hand mail to the tenant's own MX host.");
    finding.todo = QStringLiteral(
        "Take the host from the Microsoft 365 admin center, Settings, Domains, and enter it in the site.");
    return finding;
}

namespace {

void connectTo(const ReachTarget &target, const CheckRun &run, const Report &report)
{
    auto *const check = new ReachCheck(
        target, run.dns, kReachLimit,
        [target, report](const ReachOutcome &outcome) { report(judgeReach(target, outcome)); }, run.scope);
    check->start();
}

/// The site does not name its MX host: take the tenant's from the DNS, never a guess.
void findMxHost(const DomainExpectation &domain, std::uint16_t port, const CheckRun &run, const Report &report)
{
    run.dns.ask(domain.domain, DnsType::Mx, run.scope, [domain, port, run, report](const DnsAnswer &answer) {
        for (const DnsMx &mx : answer.exchanges) {
            const auto host = Host::parse(mx.exchange);
            if (host && isBelowAny(mx.exchange, domain.microsoftSuffixes))
                return connectTo({{*host, port}, true}, run, report);
        }
        Finding finding = mxHostUnknown(domain.domain);
        if (failed(answer))
            couldNotTell(finding, answer.detail);
        report(finding);
    });
}

} // namespace

void addReachChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const ReachTarget &target : targets.endpoints) {
        const QString endpoint = target.endpoint.toString();
        checks.push_back(
            {{{QLatin1String("reach.") + endpoint, Topic::Reach, QStringLiteral("Connection to %1").arg(endpoint)}},
             [target](const CheckRun &run, const Report &report) { connectTo(target, run, report); }});
    }
    if (!targets.mxPort)
        return;
    const auto port = *targets.mxPort;
    const auto domain = targets.domains.empty() ? DomainExpectation() : targets.domains.front();
    checks.push_back({{{QStringLiteral("reach.mx:%1").arg(port), Topic::Reach,
                        QStringLiteral("Connection to the MX host, port %1").arg(port)}},
                      [domain, port](const CheckRun &run, const Report &report) {
                          if (!domain.domain.isEmpty())
                              return findMxHost(domain, port, run, report);
                          QTimer::singleShot(0, run.scope, [report] { report(mxHostUnknown({})); });
                      }});
}

} // namespace relaywright
