// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/DmarcCheck.h"

#include "core/base/Text.h"
#include "core/verify/Checks.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxReportDomains = 10; // a record may name any number; nobody needs more

const QString kWhy = QStringLiteral(
    "It tells receivers what to do with mail that claims to be of the domain and passes neither SPF nor DKIM for it, "
    "and where they report it. Without it anybody can write in the domain's name, and large receivers trust it less.");

QString policyWords(const DmarcLook &look)
{
    const DmarcPolicy policy = policyFor(*look.record, look.recordDomain, look.domain);
    QString words = QStringLiteral("Mail that fails is treated by the policy \"%1\"").arg(toString(policy));
    if (look.record->percent < 100 && policy != DmarcPolicy::None)
        words += QStringLiteral(" for %1 of 100 messages").arg(look.record->percent);
    if (look.recordDomain != look.domain)
        words += QStringLiteral(", which comes from %1").arg(look.recordDomain);
    return words + u'.';
}

/// Nothing happens to mail that fails: the policy is none, or applies to no message (pct=0), or is lowered to none
/// (t=y).
bool onlyWatches(const DmarcLook &look)
{
    const DmarcPolicy policy = policyFor(*look.record, look.recordDomain, look.domain);
    return policy == DmarcPolicy::None || look.record->percent == 0
           || (look.record->testing && policy == DmarcPolicy::Quarantine);
}

void judgeRemarks(Finding &finding, const DmarcLook &look)
{
    QStringList sentences;
    for (const RecordFault &remark : look.record->remarks)
        sentences += remark.sentence;
    judge(finding, Verdict::Attention, sentences.join(u' '));
    if (look.recordDomain != look.domain)
        return;
    const QString tidied = toText(*look.record);
    if (const auto again = parseDmarc(tidied); again && again->remarks.size() < look.record->remarks.size())
        finding.proposal = tidied;
}

void judgePolicy(Finding &finding, const DomainExpectation &expected, const DmarcLook &look)
{
    finding.seen = printable(look.texts.front().toLatin1(), 600) + u'\n' + policyWords(look);
    if (!look.record->remarks.empty())
        return judgeRemarks(finding, look);
    if (look.recordDomain != look.domain) {
        if (onlyWatches(look))
            return judge(
                finding, Verdict::Attention,
                QStringLiteral("Nothing happens to mail that fails. Raise the policy of %1 (its sp= counts for "
                               "sub-domains), or publish a record at _dmarc.%2.")
                    .arg(look.recordDomain, look.domain));
        finding.verdict = Verdict::Good;
        return;
    }
    const auto next = nextStage(*look.record, expected.quarantineSteps);
    if (!next) {
        finding.verdict = Verdict::Good;
        return;
    }
    finding.proposal = next->record;
    // A domain on its way is good; one that only watches protects nobody yet.
    judge(finding, onlyWatches(look) || look.record->aggregate.empty() ? Verdict::Attention : Verdict::Good,
          next->sentence);
}

void judgeMissing(Finding &finding, const DmarcLook &look)
{
    finding.seen = QStringLiteral("There is no DMARC record.");
    finding.proposal = QStringLiteral("v=DMARC1; p=none; rua=mailto:dmarc@%1").arg(look.domain);
    judge(finding, Verdict::Attention,
          QStringLiteral("Publish a TXT record at _dmarc.%1 that only watches at first, with a mailbox that exists for "
                         "the reports.")
              .arg(look.domain));
}

} // namespace

DmarcLook readDmarc(const QString &domain, const std::vector<DnsAnswer> &answers)
{
    DmarcLook look{.domain = domain};
    const QStringList names = dmarcNames(domain);
    for (size_t i = 0; i < answers.size() && static_cast<qsizetype>(i) < names.size(); ++i) {
        const QString &name = names[static_cast<qsizetype>(i)];
        look.evidence.push_back(evidenceOf(name, DnsType::Txt, answers[i]));
        if (failed(answers[i])) {
            look.unanswered = answers[i].detail;
            return look;
        }
        for (const QByteArray &text : answers[i].texts) {
            if (isDmarcRecord(text))
                look.texts += QString::fromLatin1(text);
        }
        if (look.texts.isEmpty())
            continue;
        look.recordDomain = name.mid(QLatin1String("_dmarc.").size());
        if (look.texts.size() > 1)
            return look;
        if (auto record = parseDmarc(look.texts.front()))
            look.record = std::move(*record);
        else
            look.fault = record.error();
        return look;
    }
    return look;
}

Finding judgeDmarc(const DomainExpectation &expected, const DmarcLook &look)
{
    Finding finding;
    finding.why = kWhy;
    finding.mends = QStringLiteral("dmarc-record");
    finding.evidence = look.evidence;
    if (!look.unanswered.isEmpty()) {
        couldNotTell(finding, look.unanswered);
    } else if (look.texts.isEmpty()) {
        judgeMissing(finding, look);
    } else if (look.texts.size() > 1) {
        finding.seen = printable(look.texts.join(QLatin1String(" | ")).toLatin1(), 600);
        judge(
            finding, Verdict::Wrong,
            QStringLiteral("There are %1 DMARC records at _dmarc.%2, so receivers act as if there were none. Keep one.")
                .arg(look.texts.size())
                .arg(look.recordDomain));
    } else if (look.fault) {
        finding.seen = printable(look.texts.front().toLatin1(), 600);
        judge(finding, Verdict::Wrong,
              QStringLiteral("Receivers ignore the record. ") + mendWords(QStringLiteral("it"), *look.fault));
    } else {
        judgePolicy(finding, expected, look);
    }
    if (finding.verdict == Verdict::Good && finding.todo.isEmpty())
        finding.mends.clear();
    return finding;
}

QStringList foreignReportDomains(const DmarcLook &look)
{
    QStringList domains;
    if (!look.record)
        return domains;
    for (const auto *list : {&look.record->aggregate, &look.record->failure}) {
        for (const DmarcReportAddress &report : *list) {
            const bool foreign =
                !report.domain.isEmpty() && !reportLeaveName(look.recordDomain, report.domain).isEmpty();
            if (foreign && !domains.contains(report.domain) && domains.size() < kMaxReportDomains)
                domains += report.domain;
        }
    }
    return domains;
}

Finding judgeReportLeave(const DmarcLook &look, const QStringList &foreign, const std::vector<DnsAnswer> &answers)
{
    Finding finding;
    finding.why = QStringLiteral("Reports go to a domain outside the organisation only when that domain says that it "
                                 "takes them.");
    if (!look.unanswered.isEmpty()) {
        couldNotTell(finding, look.unanswered);
        return finding;
    }
    if (!look.record) {
        finding.seen = QStringLiteral("There is no DMARC record that could ask for reports.");
        judge(finding, Verdict::Attention, QStringLiteral("Publish or mend the DMARC record first."));
        return finding;
    }
    if (foreign.isEmpty()) {
        const bool any = !look.record->aggregate.empty() || !look.record->failure.empty();
        finding.seen = any ? QStringLiteral("All report addresses are in the organisation's own domain.")
                           : QStringLiteral("The domain asks for no reports.");
        judge(finding, any ? Verdict::Good : Verdict::Attention,
              any ? QString() : QStringLiteral("Add rua=mailto: with a mailbox that somebody reads."));
        return finding;
    }
    QStringList refusing, silent;
    for (size_t i = 0; i < answers.size(); ++i) {
        const QString &domain = foreign[static_cast<qsizetype>(i)];
        finding.evidence.push_back(evidenceOf(reportLeaveName(look.recordDomain, domain), DnsType::Txt, answers[i]));
        if (failed(answers[i]))
            silent += domain;
        else if (std::ranges::none_of(answers[i].texts, [](const QByteArray &text) { return isReportLeave(text); }))
            refusing += domain;
    }
    finding.seen = QStringLiteral("Reports are to go to %1.").arg(foreign.join(QLatin1String(", ")));
    QStringList names;
    for (const QString &domain : std::as_const(refusing))
        names += reportLeaveName(look.recordDomain, domain);
    if (!refusing.isEmpty())
        judge(
            finding, Verdict::Wrong,
            QStringLiteral("%1 does not say that it takes reports about %2, so none are sent there. Have \"v=DMARC1\" "
                           "published there as a TXT record at %3.")
                .arg(refusing.join(QLatin1String(", ")), look.recordDomain, names.join(QLatin1String(", "))));
    else if (!silent.isEmpty())
        couldNotTell(finding, QStringLiteral("%1 gave no answer.").arg(silent.join(QLatin1String(", "))));
    else
        finding.verdict = Verdict::Good;
    return finding;
}

void lookAtDmarc(const QString &domain, const CheckRun &run, std::function<void(const DmarcLook &)> done)
{
    std::vector<Question> questions;
    for (const QString &name : dmarcNames(domain))
        questions.push_back({name, DnsType::Txt});
    askAll(run, questions, [domain, done = std::move(done)](const std::vector<DnsAnswer> &answers) {
        done(readDmarc(domain, answers));
    });
}

namespace {

void lookAtReports(const QString &domain, const CheckRun &run, const Report &report)
{
    lookAtDmarc(domain, run, [run, report](const DmarcLook &look) {
        const QStringList foreign = foreignReportDomains(look);
        std::vector<Question> questions;
        for (const QString &each : foreign)
            questions.push_back({reportLeaveName(look.recordDomain, each), DnsType::Txt});
        askAll(run, questions, [look, foreign, report](const std::vector<DnsAnswer> &answers) {
            report(judgeReportLeave(look, foreign, answers));
        });
    });
}

} // namespace

void addDmarcChecks(const Targets &targets, PlannedChecks &checks)
{
    for (const DomainExpectation &domain : targets.domains) {
        checks.push_back({{{QLatin1String("dmarc.") + domain.domain, Topic::Dmarc,
                            QStringLiteral("DMARC policy of %1").arg(domain.domain)}},
                          [domain](const CheckRun &run, const Report &report) {
                              lookAtDmarc(domain.domain, run, [domain, report](const DmarcLook &look) {
                                  report(judgeDmarc(domain, look));
                              });
                          }});
        checks.push_back(
            {{{QStringLiteral("dmarc.%1.reports").arg(domain.domain), Topic::Dmarc,
               QStringLiteral("DMARC reports of %1").arg(domain.domain)}},
             [domain](const CheckRun &run, const Report &report) { lookAtReports(domain.domain, run, report); }});
    }
}

} // namespace relaywright
