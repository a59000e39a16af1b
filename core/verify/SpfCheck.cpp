// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SpfCheck.h"

#include "core/base/Text.h"
#include "core/verify/Checks.h"

#include <QTimer>

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kNearLookups = 9;

bool passesEveryone(const SpfRecord &record)
{
    const auto all = std::ranges::find(record.mechanisms, SpfMechanism::Kind::All, &SpfMechanism::kind);
    return all != record.mechanisms.end() && all->qualifier == SpfQualifier::Pass;
}

bool includes(const SpfVerdict &counted, const QString &name)
{
    const QString term = QLatin1String("include:") + name;
    return std::ranges::any_of(
        counted.trace, [&](const SpfTraceStep &step) { return step.term.compare(term, Qt::CaseInsensitive) == 0; });
}

void judgeRecord(Finding &finding, const DomainExpectation &expected, const QByteArray &text, const SpfVerdict &counted)
{
    finding.seen = QStringLiteral("%1 (%2 of 10 lookups)").arg(printable(text, 600)).arg(counted.lookups);
    const auto record = parseSpf(QString::fromLatin1(text));
    if (!record)
        return judge(finding, Verdict::Wrong,
                   QStringLiteral("Mend the fault at character %1: %2")
                       .arg(record.error().offset + 1)
                       .arg(record.error().sentence));
    if (counted.result == SpfResult::TempError)
        return judge(finding, Verdict::CouldNotTell, counted.reason);
    if (counted.result == SpfResult::PermError)
        return judge(finding, Verdict::Wrong,
            counted.reason
                + QLatin1String(" Receivers count this as a permanent error: remove or mend the terms that cause it."));
    if (passesEveryone(*record))
        return judge(finding, Verdict::Wrong,
            QStringLiteral("The record passes every server in the world. Change \"+all\" to \"~all\" or \"-all\"."));
    if (!expected.spfInclude.isEmpty() && !includes(counted, expected.spfInclude))
        return judge(finding, Verdict::Attention,
                   QStringLiteral("Add \"include:%1\": mail of the plan leaves through Exchange Online.")
                       .arg(expected.spfInclude));
    if (counted.lookups >= kNearLookups)
        return judge(finding, Verdict::Attention,
                   QStringLiteral("Only %1 more lookups are allowed. Remove includes that are no longer used.")
                       .arg(kSpfMaxLookups - counted.lookups));
    finding.verdict = Verdict::Good;
}

/// From bad to worse, so that the worst of several addresses decides.
int badness(SpfResult result)
{
    switch (result) {
    case SpfResult::Pass: return 0;
    case SpfResult::TempError: return 1;
    case SpfResult::Neutral: return 2;
    case SpfResult::SoftFail: return 3;
    case SpfResult::None: return 4;
    case SpfResult::Fail: return 5;
    case SpfResult::PermError: return 6;
    }
    Q_UNREACHABLE();
}

QString mechanismFor(const IpAddress &address)
{
    return (address.family() == IpAddress::Family::V4 ? QLatin1String("ip4:") : QLatin1String("ip6:"))
           + address.toString();
}

void judgeWorst(Finding &finding, const SenderExpectation &expected, const IpAddress &address,
                const SpfVerdict &verdict)
{
    const QString add =
        QStringLiteral("Add \"%1\" to the SPF record of %2.").arg(mechanismFor(address), expected.domain);
    switch (verdict.result) {
    case SpfResult::Pass:
        return judge(finding, expected.isSample ? Verdict::Attention : Verdict::Good,
                   expected.isSample ? QStringLiteral("The network is large, so only some of its addresses were "
                                                      "checked. Enter the exact addresses that mail leaves from.")
                                     : QString());
    case SpfResult::TempError: return judge(finding, Verdict::CouldNotTell, verdict.reason);
    case SpfResult::PermError:
        return judge(finding, Verdict::Wrong,
                   QStringLiteral("Mend the SPF record of %1: %2").arg(expected.domain, verdict.reason));
    case SpfResult::None:
        return judge(finding, Verdict::Wrong,
            QStringLiteral("Publish an SPF record for %1 that names %2.").arg(expected.domain, mechanismFor(address)));
    case SpfResult::Neutral:
    case SpfResult::SoftFail: return judge(finding, Verdict::Attention, add);
    case SpfResult::Fail: // through a connector the tenant knows the address; others judge what they get by it
        return judge(finding, expected.method == Method::DirectSend ? Verdict::Wrong : Verdict::Attention, add);
    }
    Q_UNREACHABLE();
}

} // namespace

Finding judgeSpf(const DomainExpectation &expected, const DnsAnswer &answer, const std::optional<SpfVerdict> &counted)
{
    Finding finding;
    finding.why = QStringLiteral(
        "Receivers look there for the servers that may send as the domain; exactly one record must exist.");
    finding.evidence = {evidenceOf(expected.domain, DnsType::Txt, answer)};
    if (failed(answer)) {
        couldNotTell(finding, answer.detail);
        return finding;
    }
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.isEmpty()) {
        finding.seen = answer.status == DnsAnswer::Status::NoName ? QStringLiteral("The DNS does not know the domain.")
                                                                  : QStringLiteral("No TXT record begins with v=spf1.");
        judge(finding, Verdict::Wrong,
            QStringLiteral("Publish the SPF record from the plan's records as a TXT record of %1.")
                .arg(expected.domain));
    } else if (records.size() > 1) {
        finding.seen = printable(records.join("\n"), 600);
        judge(finding, Verdict::Wrong,
            QStringLiteral(
                "There are %1 SPF records, and receivers treat that as a permanent error. Merge them into one.")
                .arg(records.size()));
    } else if (counted) {
        judgeRecord(finding, expected, records.front(), *counted);
    }
    return finding;
}

Finding judgeSender(const SenderExpectation &expected, const std::vector<std::pair<IpAddress, SpfVerdict>> &verdicts)
{
    Finding finding;
    finding.why =
        QStringLiteral("With %1 the mail leaves from the site's own addresses, so the SPF record of %2 must name them.")
            .arg(displayName(expected.method).toLower(), expected.domain);
    if (expected.domain.isEmpty() || verdicts.empty()) {
        finding.seen = expected.domain.isEmpty() ? QStringLiteral("The address it sends as is not known.")
                                                 : QStringLiteral("The public addresses of its network are not known.");
        finding.todo = expected.domain.isEmpty()
                           ? QStringLiteral("Enter the address it sends as.")
                           : QStringLiteral("Enter the public addresses that its mail leaves from.");
        return finding;
    }
    QStringList seen;
    for (const auto &[address, verdict] : verdicts)
        seen += QStringLiteral("%1: %2").arg(address.toString(), toString(verdict.result));
    finding.seen = seen.join(QLatin1String(", "));
    const auto worst =
        std::ranges::max_element(verdicts, {}, [](const auto &each) { return badness(each.second.result); });
    judgeWorst(finding, expected, worst->first, worst->second);
    return finding;
}

namespace {

/// Any address: with countAll the whole record is walked, whoever sends.
SpfRequest countingRequest(const QString &domain)
{
    SpfRequest request{
        .ip = IpAddress::fromV4(0xc0000201), .helo = domain, .mailFrom = QLatin1String("postmaster@") + domain};
    request.countAll = true;
    return request;
}

void lookAtRecord(const DomainExpectation &domain, const CheckRun &run, const Report &report)
{
    run.dns.ask(domain.domain, DnsType::Txt, run.scope, [domain, run, report](const DnsAnswer &answer) {
        if (std::ranges::count_if(answer.texts, [](const QByteArray &text) { return isSpfRecord(text); }) != 1)
            return report(judgeSpf(domain, answer, std::nullopt));
        checkSpf(countingRequest(domain.domain), run.dns, run.scope, [domain, answer, report](const SpfVerdict &counted) {
            report(judgeSpf(domain, answer, counted));
        });
    });
}

void lookAtSender(const SenderExpectation &sender, const CheckRun &run, const Report &report)
{
    using Verdicts = std::vector<std::pair<IpAddress, SpfVerdict>>;
    if (sender.domain.isEmpty() || sender.egress.empty()) {
        QTimer::singleShot(0, run.scope, [sender, report] { report(judgeSender(sender, {})); });
        return;
    }
    const auto verdicts = std::make_shared<Verdicts>();
    for (const IpAddress &address : sender.egress) {
        const SpfRequest request{
            .ip = address, .helo = sender.domain, .mailFrom = QLatin1String("postmaster@") + sender.domain};
        checkSpf(request, run.dns, run.scope, [sender, address, verdicts, report](const SpfVerdict &verdict) {
            verdicts->emplace_back(address, verdict);
            if (verdicts->size() < sender.egress.size())
                return;
            std::ranges::stable_sort(*verdicts, {}, &Verdicts::value_type::first);
            report(judgeSender(sender, *verdicts));
        });
    }
}

} // namespace

void addSpfChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const DomainExpectation &domain : targets.domains) {
        checks.push_back({{QLatin1String("spf.") + domain.domain, Topic::Spf,
                           QStringLiteral("SPF record of %1").arg(domain.domain)},
                          [domain](const CheckRun &run, const Report &report) { lookAtRecord(domain, run, report); }});
    }
    for (const SenderExpectation &sender : targets.senders) {
        checks.push_back({{QLatin1String("spf.sender.") + sender.id, Topic::Spf,
                           QStringLiteral("SPF for mail of %1").arg(sender.name)},
                          [sender](const CheckRun &run, const Report &report) { lookAtSender(sender, run, report); }});
    }
}

} // namespace relaywright
