// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MxCheck.h"

#include "core/verify/Checks.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Whose gateway the first host is that is known by name; `gateways` are `suffix=maker`.
QString gatewayName(const std::vector<DnsMx> &exchanges, const QStringList &gateways)
{
    for (const DnsMx &mx : exchanges) {
        for (const QString &gateway : gateways) {
            if (isBelowAny(mx.exchange, {gateway.section(u'=', 0, 0)}))
                return gateway.section(u'=', 1);
        }
    }
    return {};
}

void judgeExchanges(Finding &finding, const DomainExpectation &expected, const std::vector<DnsMx> &exchanges)
{
    if (exchanges.size() == 1 && exchanges.front().exchange.isEmpty())
        return judge(finding, Verdict::Attention,
                     QStringLiteral("The record says that %1 takes no mail at all (a null MX). Where it shall take "
                                    "mail, publish the MX record "
                                    "that the Microsoft 365 admin center shows for the domain.")
                         .arg(expected.domain));
    const auto isHost = [&](const DnsMx &mx) { return expected.mxHost && mx.exchange == expected.mxHost->toString(); };
    if (expected.mxHost && !std::ranges::any_of(exchanges, isHost))
        return judge(finding, Verdict::Attention,
                     QStringLiteral("The plan has %1 as the MX host, and the DNS says otherwise. Correct the site, or "
                                    "keep it when mail passes a gateway first.")
                         .arg(expected.mxHost->toString()));
    const auto others = std::ranges::count_if(
        exchanges, [&](const DnsMx &mx) { return !isBelowAny(mx.exchange, expected.microsoftSuffixes); });
    if (others == 0) {
        finding.verdict = Verdict::Good;
        return;
    }
    if (others < std::ssize(exchanges))
        return judge(
            finding, Verdict::Attention,
            QStringLiteral("Some of the hosts are Exchange Online's and some are not, so mail takes either way. "
                           "Remove those that are no longer used."));
    const QString gateway = gatewayName(exchanges, expected.gateways);
    judge(finding, Verdict::Attention,
          QStringLiteral("Mail for %1 goes to %2. Direct send and connector relay need "
                         "the tenant's own host: take it from the Microsoft 365 admin center, Settings, Domains.")
              .arg(expected.domain,
                   gateway.isEmpty()
                       ? QStringLiteral("%1, which is a gateway or another provider").arg(exchanges.front().exchange)
                       : QStringLiteral("a gateway of %1 in front of Microsoft 365").arg(gateway)));
}

} // namespace

Finding judgeMx(const DomainExpectation &expected, const DnsAnswer &answer)
{
    Finding finding;
    finding.evidence = {evidenceOf(expected.domain, DnsType::Mx, answer)};
    finding.why = QStringLiteral(
        "It says where mail for the domain goes, and direct send and connector relay hand mail to that host.");
    switch (answer.status) {
    case DnsAnswer::Status::Found:
        finding.seen = answerWords(DnsType::Mx, answer).replace(u'\n', QLatin1String(", "));
        judgeExchanges(finding, expected, answer.exchanges);
        break;
    case DnsAnswer::Status::NoData:
        finding.seen = QStringLiteral("The domain has no MX record.");
        judge(finding, Verdict::Wrong,
              QStringLiteral("Publish the MX record that the Microsoft 365 admin center shows for the domain."));
        break;
    case DnsAnswer::Status::NoName:
        finding.seen = QStringLiteral("The DNS does not know the domain.");
        judge(
            finding, Verdict::Wrong,
            QStringLiteral("Check the spelling of %1, and that its registration has not ended.").arg(expected.domain));
        break;
    case DnsAnswer::Status::Failed:
    case DnsAnswer::Status::TimedOut: couldNotTell(finding, answer.detail); break;
    }
    return finding;
}

void judgeMxAddresses(Finding &finding, const QStringList &hosts, const std::vector<DnsAnswer> &answers)
{
    QStringList without;
    for (qsizetype i = 0; i < hosts.size(); ++i) {
        const auto at = static_cast<size_t>(2 * i);
        const DnsAnswer &v4 = answers[at], &v6 = answers[at + 1];
        const bool shown = v4.status == DnsAnswer::Status::Found || v6.status != DnsAnswer::Status::Found;
        finding.evidence.push_back(shown ? evidenceOf(hosts[i], DnsType::A, v4)
                                         : evidenceOf(hosts[i], DnsType::Aaaa, v6));
        if (v4.addresses.empty() && v6.addresses.empty() && !failed(v4) && !failed(v6))
            without += hosts[i];
        else if (v4.addresses.empty() && v6.addresses.empty() && finding.verdict == Verdict::Good)
            couldNotTell(finding, finding.seen + u' ' + (failed(v4) ? v4 : v6).detail);
    }
    if (!without.isEmpty())
        judge(finding, Verdict::Wrong,
              QStringLiteral("%1 has no address, so no mail gets there. Correct the MX record.")
                  .arg(without.join(QLatin1String(", "))));
}

namespace {

constexpr qsizetype kMostHosts = 10;

void lookAtMx(const DomainExpectation &domain, const CheckRun &run, const Report &report)
{
    run.dns.ask(domain.domain, DnsType::Mx, run.scope, [domain, run, report](const DnsAnswer &answer) {
        QStringList hosts;
        std::vector<Question> questions;
        for (const DnsMx &mx : answer.exchanges) {
            if (mx.exchange.isEmpty() || hosts.contains(mx.exchange) || hosts.size() == kMostHosts)
                continue;
            hosts += mx.exchange;
            questions.push_back({mx.exchange, DnsType::A});
            questions.push_back({mx.exchange, DnsType::Aaaa});
        }
        askAll(run, questions, [domain, answer, hosts, report](const std::vector<DnsAnswer> &addresses) {
            Finding finding = judgeMx(domain, answer);
            judgeMxAddresses(finding, hosts, addresses);
            report(finding);
        });
    });
}

} // namespace

void addMxChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const DomainExpectation &domain : targets.domains) {
        checks.push_back(
            {{{QLatin1String("mx.") + domain.domain, Topic::Mx, QStringLiteral("MX record of %1").arg(domain.domain)}},
             [domain](const CheckRun &run, const Report &report) { lookAtMx(domain, run, report); }});
    }
}

} // namespace relaywright
