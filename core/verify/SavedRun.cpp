// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/Finding.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace relaywright {

namespace {

const QString kSchema = QStringLiteral("relaywright.checks/1");
const QString kCommandSchema =
    QStringLiteral("relaywright.dns/1"); // the same, as `relaywright-cli dns --json` prints it

tl::unexpected<Error> notARun(const QString &why)
{
    return failure(ErrorKind::InvalidInput,
                   QStringLiteral("This is not a saved run of the checks: %1. Choose a file that the Check page or "
                                  "\"relaywright-cli dns --save\" wrote.")
                       .arg(why));
}

/// The answers without what differs from run to run: order of the records, server, time to live.
QStringList answersOf(const Finding &finding)
{
    QStringList answers;
    for (const Evidence &evidence : finding.evidence) {
        QStringList lines = evidence.answer.split(u'\n');
        lines.sort();
        if (finding.topic == Topic::Spf) // a domain has TXT records for all the world
            lines.removeIf(
                [](const QString &line) { return !line.startsWith(QLatin1String("v=spf1"), Qt::CaseInsensitive); });
        answers += evidence.question + u'\n' + lines.join(u'\n');
    }
    answers.sort();
    return answers;
}

bool sameSeen(const Finding &before, const Finding &now)
{
    if (before.topic == Topic::Reach) // a greeting has the time and the name of one machine of many in it
        return true;
    // What an include or an evaluation came to stands in what was seen.
    const bool bySeen = before.topic == Topic::Spf || before.topic == Topic::Prediction
                        || (before.evidence.empty() && now.evidence.empty());
    return answersOf(before) == answersOf(now) && (!bySeen || before.seen == now.seen);
}

QString words(const Finding &finding)
{
    return finding.seen.isEmpty() ? toString(finding.verdict)
                                  : QStringLiteral("%1: %2").arg(toString(finding.verdict), finding.seen);
}

int badness(Verdict verdict)
{
    return verdict == Verdict::Wrong ? 2 : verdict == Verdict::Attention ? 1 : 0;
}

std::optional<Drift::Kind> kindOf(const Finding &before, const Finding &now)
{
    const bool unclear = before.verdict == Verdict::CouldNotTell || now.verdict == Verdict::CouldNotTell;
    if (before.verdict != now.verdict && unclear)
        return Drift::Kind::Unclear;
    if (before.verdict != now.verdict)
        return badness(now.verdict) > badness(before.verdict) ? Drift::Kind::Worse : Drift::Kind::Better;
    if (now.verdict == Verdict::CouldNotTell || sameSeen(before, now))
        return std::nullopt;
    return Drift::Kind::Changed;
}

QString sentenceOf(Drift::Kind kind, const Finding &finding)
{
    switch (kind) {
    case Drift::Kind::Appeared: return QStringLiteral("%1 was not looked at then.").arg(finding.title);
    case Drift::Kind::Gone: return QStringLiteral("%1 is not looked at any more.").arg(finding.title);
    case Drift::Kind::Better: return QStringLiteral("%1 is better than it was.").arg(finding.title);
    case Drift::Kind::Worse: return QStringLiteral("%1 is worse than it was.").arg(finding.title);
    case Drift::Kind::Changed: return QStringLiteral("%1 has changed, its verdict has not.").arg(finding.title);
    case Drift::Kind::Unclear:
        return QStringLiteral("%1 cannot be compared: one of the two runs could not tell.").arg(finding.title);
    }
    Q_UNREACHABLE();
}

int rank(Drift::Kind kind)
{
    switch (kind) {
    case Drift::Kind::Worse: return 0;
    case Drift::Kind::Changed: return 1;
    case Drift::Kind::Unclear: return 2;
    case Drift::Kind::Better: return 3;
    case Drift::Kind::Appeared: return 4;
    case Drift::Kind::Gone: return 5;
    }
    Q_UNREACHABLE();
}

Drift driftOf(Drift::Kind kind, const Finding *before, const Finding *now)
{
    const Finding &named = now ? *now : *before;
    return {.kind = kind,
            .id = named.id,
            .title = named.title,
            .before = before ? words(*before) : QString(),
            .now = now ? words(*now) : QString(),
            .sentence = sentenceOf(kind, named)};
}

} // namespace

QJsonObject toJson(const SavedRun &run)
{
    QJsonArray findings;
    for (const Finding &finding : run.findings)
        findings.append(toJson(finding));
    return {{QStringLiteral("schema"), kSchema},
            {QStringLiteral("when"), run.when.toUTC().toString(Qt::ISODate)},
            {QStringLiteral("subject"), run.subject},
            {QStringLiteral("findings"), findings}};
}

Result<SavedRun> readSavedRun(const QByteArray &json)
{
    QJsonParseError fault{};
    const QJsonDocument document = QJsonDocument::fromJson(json, &fault);
    if (fault.error != QJsonParseError::NoError)
        return notARun(QStringLiteral("it is not JSON (%1)").arg(fault.errorString()));
    const QJsonObject root = document.object();
    const QString schema = root.value(QLatin1String("schema")).toString();
    if (schema != kSchema && schema != kCommandSchema)
        return notARun(QStringLiteral("its schema is not %1").arg(kSchema));
    SavedRun run{.when = QDateTime::fromString(root.value(QLatin1String("when")).toString(), Qt::ISODate),
                 .subject = root.value(QLatin1String("subject")).toString(),
                 .findings = {}};
    if (!run.when.isValid())
        return notARun(QStringLiteral("\"when\" is no date and time"));
    const QJsonArray findings = root.value(QLatin1String("findings")).toArray();
    for (const auto &each : findings) {
        auto finding = findingFromJson(each.toObject());
        if (!finding)
            return tl::unexpected(finding.error());
        run.findings.push_back(std::move(*finding));
    }
    return run;
}

QString toString(Drift::Kind kind)
{
    switch (kind) {
    case Drift::Kind::Appeared: return QStringLiteral("appeared");
    case Drift::Kind::Gone: return QStringLiteral("gone");
    case Drift::Kind::Better: return QStringLiteral("better");
    case Drift::Kind::Worse: return QStringLiteral("worse");
    case Drift::Kind::Changed: return QStringLiteral("changed");
    case Drift::Kind::Unclear: return QStringLiteral("unclear");
    }
    Q_UNREACHABLE();
}

std::vector<Drift> compare(const SavedRun &before, const SavedRun &now)
{
    QHash<QString, const Finding *> old;
    for (const Finding &finding : before.findings)
        old.insert(finding.id, &finding);
    std::vector<Drift> drifts;
    for (const Finding &finding : now.findings) {
        const Finding *const then = old.take(finding.id);
        if (!then)
            drifts.push_back(driftOf(Drift::Kind::Appeared, nullptr, &finding));
        else if (const auto kind = kindOf(*then, finding))
            drifts.push_back(driftOf(*kind, then, &finding));
    }
    for (const Finding &finding : before.findings) {
        if (old.contains(finding.id))
            drifts.push_back(driftOf(Drift::Kind::Gone, &finding, nullptr));
    }
    std::ranges::stable_sort(drifts, {}, [](const Drift &drift) { return rank(drift.kind); });
    return drifts;
}

QJsonObject toJson(const Drift &drift)
{
    return {{QStringLiteral("kind"), toString(drift.kind)},
            {QStringLiteral("id"), drift.id},
            {QStringLiteral("title"), drift.title},
            {QStringLiteral("before"), drift.before},
            {QStringLiteral("now"), drift.now},
            {QStringLiteral("sentence"), drift.sentence}};
}

} // namespace relaywright
