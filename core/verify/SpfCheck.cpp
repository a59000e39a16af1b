// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/SpfCheck.h"

#include "core/base/Text.h"
#include "core/mailauth/SpfMerge.h"
#include "core/mailauth/SpfProposal.h"
#include "core/verify/Checks.h"

#include <QTimer>

#include <algorithm>
#include <map>
#include <tuple>

namespace relaywright {

namespace {

constexpr int kNearLookups = 9;

QByteArrayList spfRecords(const DnsAnswer &answer)
{
    QByteArrayList records;
    std::ranges::copy_if(answer.texts, std::back_inserter(records),
                         [](const QByteArray &text) { return isSpfRecord(text); });
    return records;
}

bool leadsTo(const SpfNode &node, const QString &domain)
{
    // What an include with another qualifier lets pass does not pass.
    if (node.term.startsWith(u'-') || node.term.startsWith(u'~') || node.term.startsWith(u'?'))
        return false;
    const bool here = !node.record.isEmpty() && node.domain.compare(domain, Qt::CaseInsensitive) == 0;
    return here || std::ranges::any_of(node.children, [&](const SpfNode &child) { return leadsTo(child, domain); });
}

bool anyFailed(const SpfNode &node)
{
    return node.failed || std::ranges::any_of(node.children, anyFailed);
}

/// What of the plan's needs the record does not let pass yet, neither itself nor by what it includes.
QStringList missingNeeds(const DomainExpectation &expected, const std::optional<SpfNode> &tree)
{
    QStringList missing;
    for (const QString &need : expected.spfNeeds) {
        const QString value = need.section(u':', 1);
        bool there = false;
        if (tree && need.startsWith(QLatin1String("include:")))
            there = leadsTo(*tree, value);
        else if (const auto network = IpNetwork::parse(value); tree && network)
            there = std::ranges::any_of(tree->networks, [&](const IpNetwork &listed) {
                return listed.prefixLength() <= network->prefixLength() && listed.contains(network->address());
            });
        if (!there)
            missing += need;
    }
    return missing;
}

/// Includes that lead to no record make the whole record a permanent error, so nothing is kept by keeping them.
QString withoutDeadTerms(QString record, const SpfNode &tree)
{
    std::vector<RecordFault> dead;
    for (const SpfRemark &remark : tree.remarks) {
        const QString term = record.mid(remark.place.offset, remark.place.length);
        if (remark.id == QLatin1String("no-record") && term.contains(QLatin1String("include:"), Qt::CaseInsensitive))
            dead.push_back(remark.place);
    }
    std::ranges::sort(dead, std::ranges::greater(), &RecordFault::offset); // from the end, so that places stay right
    for (const RecordFault &place : dead)
        record.remove(place.offset, place.length);
    return dead.empty() ? record : record.simplified();
}

QString costWords(const SpfNode &tree)
{
    QString words =
        QStringLiteral("%1 of 10 lookups, %2 of 2 without an answer.").arg(tree.lookups).arg(tree.voidLookups);
    if (const SpfNode *most = costliest(tree); most && tree.lookups > kNearLookups - 2)
        words += QStringLiteral(" \"%1\" costs most: %2.").arg(most->term).arg(most->lookups);
    return words;
}

QString sentencesOf(const std::vector<const SpfRemark *> &remarks, SpfRemark::Weight weight)
{
    QStringList sentences;
    for (const SpfRemark *remark : remarks) {
        if (remark->weight == weight && !sentences.contains(remark->place.sentence))
            sentences += remark->place.sentence;
    }
    return sentences.join(u' ');
}

void judgeRecord(Finding &finding, const DomainExpectation &expected, const SpfNode &tree)
{
    finding.seen = printable(tree.record.toUtf8(), 600) + u'\n' + costWords(tree);
    const auto remarks = remarksOf(tree);
    if (const QString wrong = sentencesOf(remarks, SpfRemark::Weight::Wrong); !wrong.isEmpty())
        return judge(finding, Verdict::Wrong, wrong);
    if (anyFailed(tree))
        return judge(finding, Verdict::CouldNotTell,
                     QStringLiteral("Part of what the record includes gave no answer. Run the check again later."));
    if (const QStringList missing = missingNeeds(expected, tree); !missing.isEmpty())
        return judge(finding, Verdict::Attention,
                     QStringLiteral("Add %1: mail of the plan leaves from there.")
                         .arg(QLatin1Char('"') + missing.join(QLatin1String("\", \"")) + QLatin1Char('"')));
    if (const QString attention = sentencesOf(remarks, SpfRemark::Weight::Attention); !attention.isEmpty())
        return judge(finding, Verdict::Attention, attention);
    if (tree.lookups >= kNearLookups)
        return judge(finding, Verdict::Attention,
                     tree.lookups == kSpfMaxLookups
                         ? QStringLiteral("No further lookup is allowed. Remove includes that are no longer used.")
                         : QStringLiteral("Only %1 more lookup is allowed. Remove includes that are no longer used.")
                               .arg(kSpfMaxLookups - tree.lookups));
    // A record on its way: the rest is refused only once nobody is missing.
    judge(finding, Verdict::Good,
          tree.record.endsWith(QLatin1String("~all"), Qt::CaseInsensitive) ? QStringLiteral(
              "When the DMARC reports of some weeks show that no server of yours is missing, write \"-all\" in "
              "place of \"~all\".")
                                                                           : QString());
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
        address.isPrivate()
            ? QStringLiteral("%1 is an address of the local network. Enter the public address that receivers see.")
                  .arg(address.toString())
            : QStringLiteral("Add \"%1\" to the SPF record of %2.").arg(mechanismFor(address), expected.domain);
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
        return judge(
            finding, Verdict::Wrong,
            QStringLiteral("Publish an SPF record for %1 that names %2.").arg(expected.domain, mechanismFor(address)));
    case SpfResult::Neutral:
    case SpfResult::SoftFail: return judge(finding, Verdict::Attention, add);
    case SpfResult::Fail: // through a connector the tenant knows the address; others judge what they get by it
        return judge(finding, expected.method == Method::DirectSend ? Verdict::Wrong : Verdict::Attention, add);
    }
    Q_UNREACHABLE();
}

} // namespace

std::optional<QString> proposedSpf(const DomainExpectation &expected, const DnsAnswer &answer,
                                   const std::optional<SpfNode> &tree)
{
    const QByteArrayList records = spfRecords(answer);
    if (failed(answer) || records.size() > 1 || (tree && anyFailed(*tree)))
        return std::nullopt;
    const QString published = records.isEmpty() ? QString() : QString::fromLatin1(records.front());
    const QString living = tree ? withoutDeadTerms(published, *tree) : published;
    const QStringList missing = missingNeeds(expected, tree);
    if (missing.isEmpty())
        return living == published ? std::nullopt : std::optional(living);
    const auto merged = mergeSpf(living.isEmpty() ? std::nullopt : std::optional(living), missing);
    return merged ? std::optional(merged->record) : std::nullopt;
}

void takeProposal(SpfLook &look, const DomainExpectation &expected, const SpfNode &surveyed)
{
    if (!isOverLimits(surveyed)) {
        look.proposal = surveyed.record;
        return;
    }
    const QByteArrayList records = spfRecords(look.answer);
    look.otherwise =
        QStringLiteral("With what the plan needs the record would cost %1 of 10 lookups and be %2 octets long, "
                       "which receivers do not take.")
            .arg(surveyed.lookups)
            .arg(surveyed.record.size());
    const auto ways = proposeWithinLimits(
        surveyed, {.existing = records.isEmpty() ? QString() : QString::fromLatin1(records.front()),
                   .added = missingNeeds(expected, look.tree),
                   .neverFlatten = expected.spfInclude.isEmpty() ? QStringList() : QStringList{expected.spfInclude}});
    if (ways.empty()) {
        look.otherwise += QLatin1String(" Remove includes that are no longer used first.");
        return;
    }
    look.otherwise += u' ' + ways.front().steps.join(u' ') + u' ' + ways.front().risk;
    if (ways.front().records.size() == 1 && ways.front().records.front().name == expected.domain)
        look.proposal = ways.front().records.front().text;
}

Finding judgeSpf(const DomainExpectation &expected, const SpfLook &look)
{
    const DnsAnswer &answer = look.answer;
    const std::optional<SpfNode> &tree = look.tree;
    Finding finding;
    finding.why = QStringLiteral(
        "Receivers look there for the servers that may send as the domain; exactly one record must exist.");
    finding.evidence = {evidenceOf(expected.domain, DnsType::Txt, answer)};
    if (failed(answer)) {
        couldNotTell(finding, answer.detail);
        return finding;
    }
    const QByteArrayList records = spfRecords(answer);
    finding.mends = QStringLiteral("spf-record");
    finding.proposal = look.proposal;
    if (tree)
        finding.spf = std::make_shared<SpfNode>(*tree);
    if (records.isEmpty()) {
        finding.seen = answer.status == DnsAnswer::Status::NoName ? QStringLiteral("The DNS does not know the domain.")
                                                                  : QStringLiteral("No TXT record begins with v=spf1.");
        judge(
            finding, Verdict::Wrong,
            finding.proposal.isEmpty()
                ? QStringLiteral("Publish a TXT record at %1 that begins with v=spf1 and names every server that sends "
                                 "as the domain; v=spf1 -all when none does.")
                      .arg(expected.domain)
                : QStringLiteral("Publish the proposed record as a TXT record of %1.").arg(expected.domain));
    } else if (records.size() > 1) {
        finding.seen = printable(records.join(" | "), 600);
        judge(finding, Verdict::Wrong,
              QStringLiteral(
                  "There are %1 SPF records, and receivers treat that as a permanent error. Merge them into one.")
                  .arg(records.size()));
    } else if (tree) {
        judgeRecord(finding, expected, *tree);
    }
    if (!look.otherwise.isEmpty())
        finding.todo += (finding.todo.isEmpty() ? QString() : QStringLiteral(" ")) + look.otherwise;
    if (finding.verdict == Verdict::Good)
        finding.mends.clear();
    return finding;
}

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

void lookAtRecord(const DomainExpectation &domain, const CheckRun &run, const Report &report)
{
    lookAtSpf(domain, run, [domain, report](const SpfLook &look) { report(judgeSpf(domain, look)); });
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

/// Senders whose mail a receiver judges the same way share one evaluation.
std::vector<std::pair<SenderExpectation, std::vector<const SenderExpectation *>>> grouped(
    const std::vector<SenderExpectation> &senders)
{
    std::vector<std::pair<SenderExpectation, std::vector<const SenderExpectation *>>> groups;
    std::map<std::tuple<QString, Method, std::vector<IpAddress>, bool>, size_t> places;
    for (const SenderExpectation &sender : senders) {
        const auto [place, isNew] =
            places.try_emplace({sender.domain, sender.method, sender.egress, sender.isSample}, groups.size());
        if (isNew)
            groups.push_back({sender, {}});
        groups[place->second].second.push_back(&sender);
    }
    return groups;
}

} // namespace

void lookAtSpf(const DomainExpectation &expected, const CheckRun &run, std::function<void(const SpfLook &)> done)
{
    const auto look = std::make_shared<SpfLook>();
    const auto propose = [expected, run, look, done = std::move(done)] {
        const auto draft = proposedSpf(expected, look->answer, look->tree);
        if (!draft)
            return done(*look);
        surveySpf(expected.domain, *draft, run.dns, run.scope, [expected, look, done](const SpfNode &surveyed) {
            takeProposal(*look, expected, surveyed);
            done(*look);
        });
    };
    run.dns.ask(expected.domain, DnsType::Txt, run.scope, [expected, run, look, propose](const DnsAnswer &answer) {
        look->answer = answer;
        if (spfRecords(answer).size() != 1)
            return propose();
        surveySpf(expected.domain, std::nullopt, run.dns, run.scope, [look, propose](const SpfNode &tree) {
            look->tree = tree;
            propose();
        });
    });
}

void addSpfChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const DomainExpectation &domain : targets.domains) {
        checks.push_back({{{QLatin1String("spf.") + domain.domain, Topic::Spf,
                            QStringLiteral("SPF record of %1").arg(domain.domain)}},
                          [domain](const CheckRun &run, const Report &report) { lookAtRecord(domain, run, report); }});
    }
    for (const auto &[first, group] : grouped(targets.senders)) {
        PlannedCheck planned{
            {}, [sender = first](const CheckRun &run, const Report &report) { lookAtSender(sender, run, report); }};
        for (const SenderExpectation *sender : group)
            planned.checks.push_back({QLatin1String("spf.sender.") + sender->id, Topic::Spf,
                                      QStringLiteral("SPF for mail of %1").arg(sender->name)});
        checks.push_back(std::move(planned));
    }
}

} // namespace relaywright
