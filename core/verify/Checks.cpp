// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Checks.h"

#include "core/dns/AnswerText.h"

#include <QTimer>

namespace relaywright {

QString answerWords(DnsType type, const DnsAnswer &answer)
{
    switch (answer.status) {
    case DnsAnswer::Status::Found: break;
    case DnsAnswer::Status::NoData: return QStringLiteral("no such record");
    case DnsAnswer::Status::NoName: return QStringLiteral("no such name");
    case DnsAnswer::Status::Failed:
    case DnsAnswer::Status::TimedOut: return answer.detail;
    }
    QStringList lines;
    for (const QString &alias : answer.aliases)
        lines += QStringLiteral("CNAME ") + alias;
    return (lines + recordTexts(type, answer)).join(u'\n');
}

Evidence evidenceOf(const QString &name, DnsType type, const DnsAnswer &answer)
{
    return {.question = toString(type) + u' ' + name,
            .answer = answerWords(type, answer),
            .server = answer.server,
            .ttl = answer.ttl,
            .authentic = answer.authentic};
}

void askAll(const CheckRun &run, const std::vector<Question> &questions,
            std::function<void(const std::vector<DnsAnswer> &)> done)
{
    if (questions.empty()) {
        QTimer::singleShot(0, run.scope, [done = std::move(done)] { done({}); });
        return;
    }
    struct Gathered {
        std::vector<DnsAnswer> answers;
        size_t missing;
        std::function<void(const std::vector<DnsAnswer> &)> done;
    };
    const auto gathered = std::make_shared<Gathered>(
        Gathered{std::vector<DnsAnswer>(questions.size()), questions.size(), std::move(done)});
    for (size_t i = 0; i < questions.size(); ++i) {
        run.dns.ask(questions[i].name, questions[i].type, run.scope, [gathered, i](const DnsAnswer &answer) {
            gathered->answers[i] = answer;
            if (--gathered->missing == 0)
                gathered->done(gathered->answers);
        });
    }
}

void couldNotTell(Finding &finding, const QString &seen)
{
    finding.seen = seen;
    judge(finding, Verdict::CouldNotTell,
          QStringLiteral("Check the network connection or choose another name server, and run the check again."));
}

void judge(Finding &finding, Verdict verdict, const QString &todo)
{
    finding.verdict = verdict;
    finding.todo = todo;
}

QString mendWords(const QString &what, const RecordFault &fault, const QString &unit)
{
    if (fault.length == 0)
        return QStringLiteral("Mend %1: %2").arg(what, fault.sentence);
    return QStringLiteral("Mend %1 at %2 %3: %4").arg(what, unit, QString::number(fault.offset + 1), fault.sentence);
}

} // namespace relaywright
