// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Judgement.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr int kNearLookups = 9;

Finding titled(const QString &id, const QString &title, const QString &why)
{
    Finding finding;
    finding.id = id;
    finding.title = title;
    finding.why = why;
    return finding;
}

void set(Finding &finding, Verdict verdict, const QString &todo)
{
    finding.verdict = verdict;
    finding.todo = todo;
}

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
        return set(finding, Verdict::Wrong,
                   QStringLiteral("Mend the fault at character %1: %2")
                       .arg(record.error().offset + 1)
                       .arg(record.error().sentence));
    if (counted.result == SpfResult::TempError)
        return set(finding, Verdict::CouldNotTell, counted.reason);
    if (counted.result == SpfResult::PermError)
        return set(
            finding, Verdict::Wrong,
            counted.reason
                + QLatin1String(" Receivers count this as a permanent error: remove or mend the terms that cause it."));
    if (passesEveryone(*record))
        return set(
            finding, Verdict::Wrong,
            QStringLiteral("The record passes every server in the world. Change \"+all\" to \"~all\" or \"-all\"."));
    if (!expected.spfInclude.isEmpty() && !includes(counted, expected.spfInclude))
        return set(finding, Verdict::Attention,
                   QStringLiteral("Add \"include:%1\": mail of the plan leaves through Exchange Online.")
                       .arg(expected.spfInclude));
    if (counted.lookups >= kNearLookups)
        return set(finding, Verdict::Attention,
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
        return set(finding, expected.isSample ? Verdict::Attention : Verdict::Good,
                   expected.isSample ? QStringLiteral("The network is large, so only some of its addresses were "
                                                      "checked. Enter the exact addresses that mail leaves from.")
                                     : QString());
    case SpfResult::TempError: return set(finding, Verdict::CouldNotTell, verdict.reason);
    case SpfResult::PermError:
        return set(finding, Verdict::Wrong,
                   QStringLiteral("Mend the SPF record of %1: %2").arg(expected.domain, verdict.reason));
    case SpfResult::None:
        return set(
            finding, Verdict::Wrong,
            QStringLiteral("Publish an SPF record for %1 that names %2.").arg(expected.domain, mechanismFor(address)));
    case SpfResult::Neutral:
    case SpfResult::SoftFail: return set(finding, Verdict::Attention, add);
    case SpfResult::Fail: // through a connector the tenant knows the address; others judge what they get by it
        return set(finding, expected.method == Method::DirectSend ? Verdict::Wrong : Verdict::Attention, add);
    }
    Q_UNREACHABLE();
}

} // namespace

Finding judgeSpf(const DomainExpectation &expected, const DnsAnswer &answer, const std::optional<SpfVerdict> &counted)
{
    Finding finding =
        titled(expected.id, QStringLiteral("SPF record of %1").arg(expected.domain),
               QStringLiteral(
                   "Receivers look there for the servers that may send as the domain; exactly one record must exist."));
    if (answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut) {
        finding.seen = answer.detail;
        set(finding, Verdict::CouldNotTell,
            QStringLiteral("Check the network connection or choose another name server, and run the check again."));
        return finding;
    }
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    if (records.isEmpty()) {
        finding.seen = answer.status == DnsAnswer::Status::NoName ? QStringLiteral("The DNS does not know the domain.")
                                                                  : QStringLiteral("No TXT record begins with v=spf1.");
        set(finding, Verdict::Wrong,
            QStringLiteral("Publish the SPF record from the plan's records as a TXT record of %1.")
                .arg(expected.domain));
    } else if (records.size() > 1) {
        finding.seen = printable(records.join("\n"), 600);
        set(finding, Verdict::Wrong,
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
    Finding finding = titled(
        QStringLiteral("spf.sender.") + expected.id, QStringLiteral("SPF for mail of %1").arg(expected.name),
        QStringLiteral("With %1 the mail leaves from the site's own addresses, so the SPF record of %2 must name them.")
            .arg(displayName(expected.method).toLower(), expected.domain));
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

} // namespace relaywright
