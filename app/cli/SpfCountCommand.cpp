// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfCommands.h"

#include "core/base/Text.h"
#include "core/mailauth/SpfSurvey.h"
#include "core/verify/Verification.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright::cli {

namespace {

constexpr qsizetype kColumns = 100;

/// A record with a line under the place of a fault; of a long record the part around it.
QStringList marked(const QString &record, const RecordFault &fault)
{
    const qsizetype start =
        std::clamp<qsizetype>(fault.offset - kColumns / 3, 0, std::max<qsizetype>(0, record.size() - kColumns));
    const QString left = start > 0 ? QStringLiteral("...") : QString();
    const QString right = start + kColumns < record.size() ? QStringLiteral("...") : QString();
    QString part = record.mid(start, kColumns);
    for (QChar &c : part) {
        if (c.unicode() < 0x20 || c.unicode() > 0x7e) // one column each, so that the mark stays below its place
            c = u'?';
    }
    const qsizetype length = std::clamp<qsizetype>(fault.length, 1, start + part.size() - fault.offset);
    return {left + part + right, QString(left.size() + fault.offset - start, u' ') + u'^' + QString(length - 1, u'~')};
}

QString costOf(const SpfNode &node)
{
    QString text = QStringLiteral("[%1]").arg(node.lookups);
    if (node.voidLookups > 0)
        text += QStringLiteral(" %1 void").arg(node.voidLookups);
    if (node.failed)
        text += QStringLiteral(" could not be told");
    return text;
}

void sayNode(const SpfNode &node, int depth, const Context &context)
{
    const QString indent(2 + 2 * depth, u' ');
    context.say(QStringLiteral("%1%2  %3").arg(indent, node.term.isEmpty() ? node.domain : node.term, costOf(node)));
    if (!node.record.isEmpty())
        context.say(indent + QLatin1String("  ") + printable(node.record.toUtf8()));
    for (const SpfNode &child : node.children)
        sayNode(child, depth + 1, context);
}

void sayRemarks(const SpfNode &node, SpfRemark::Weight weight, const Context &context)
{
    for (const SpfRemark &remark : node.remarks) {
        if (remark.weight != weight)
            continue;
        const bool wrong = weight == SpfRemark::Weight::Wrong;
        context.say(QStringLiteral("%1 %2: %3")
                        .arg(wrong ? QLatin1String("wrong    ") : QLatin1String("attention"), node.domain,
                             remark.place.sentence));
        if (remark.place.length == 0 || node.record.isEmpty())
            continue;
        const QStringList lines = marked(node.record, remark.place);
        for (const QString &line : lines)
            context.say(QString(10, u' ') + line);
    }
    for (const SpfNode &child : node.children)
        sayRemarks(child, weight, context);
}

/// One step for each term, for programs that read the list and not the tree.
void addSteps(const SpfNode &node, int depth, QJsonArray &steps)
{
    for (const SpfNode &child : node.children) {
        QStringList notes;
        for (const SpfRemark &remark : node.remarks) {
            if (remark.place.length > 0 && remark.place.offset == child.at.offset)
                notes += remark.place.sentence;
        }
        steps.append(QJsonObject{{QStringLiteral("depth"), depth},
                                 {QStringLiteral("domain"), node.domain},
                                 {QStringLiteral("term"), child.term},
                                 {QStringLiteral("matched"), false},
                                 {QStringLiteral("lookups"), child.lookups},
                                 {QStringLiteral("voidLookups"), child.voidLookups},
                                 {QStringLiteral("note"), notes.join(u' ')}});
        addSteps(child, depth + 1, steps);
    }
}

/// What stands for the domain as a whole; `pass` means: it can be evaluated.
struct Summary {
    SpfResult result = SpfResult::Pass;
    QString reason;
};

Summary summaryOf(const SpfNode &root)
{
    const auto remarks = remarksOf(root);
    const auto worst = std::ranges::find_if(remarks, [](const SpfRemark *remark) {
        return remark->weight == SpfRemark::Weight::Wrong && remark->id != QLatin1String("passes-everyone");
    });
    const bool none =
        root.record.isEmpty() && !root.failed && worst != remarks.end() && (*worst)->id == QLatin1String("no-record");
    if (worst != remarks.end())
        return {none ? SpfResult::None : SpfResult::PermError, (*worst)->place.sentence};
    if (root.failed)
        return {SpfResult::TempError,
                QStringLiteral("The DNS gave no usable answer about all of the record. Try again later, or ask "
                               "another name server with --nameserver.")};
    return {};
}

void sayCount(const SpfNode &root, const Summary &summary, const Context &context)
{
    context.say(QStringLiteral("%1 lookups of 10, %2 void lookups of 2").arg(root.lookups).arg(root.voidLookups));
    if (!summary.reason.isEmpty())
        context.say(summary.reason);
    if (const SpfNode *most = costliest(root); most && most->lookups > 1)
        context.say(QStringLiteral("costliest: %1 with %2 lookups").arg(most->term).arg(most->lookups));
    sayNode(root, 0, context);
    sayRemarks(root, SpfRemark::Weight::Wrong, context);
    sayRemarks(root, SpfRemark::Weight::Attention, context);
}

QJsonObject countJson(const SpfNode &root, const Summary &summary)
{
    QJsonArray steps;
    addSteps(root, 0, steps);
    const SpfNode *most = costliest(root);
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.spf-count/1")},
            {QStringLiteral("domain"), root.domain},
            {QStringLiteral("result"), toString(summary.result)},
            {QStringLiteral("reason"), summary.reason},
            {QStringLiteral("matched"), QString()},
            {QStringLiteral("explanation"), QString()},
            {QStringLiteral("lookups"), root.lookups},
            {QStringLiteral("voidLookups"), root.voidLookups},
            {QStringLiteral("costliest"), most ? QJsonValue(most->term) : QJsonValue()},
            {QStringLiteral("trace"), steps},
            {QStringLiteral("tree"), toJson(root)}};
}

} // namespace

std::optional<int> runSpfCount(const SpfOptions &options, Context &context)
{
    const auto domain = Domain::parse(QString::fromStdString(options.domain));
    if (!domain)
        return context.fail(domain.error());
    const auto dns = openResolver(context);
    if (!dns)
        return context.fail(dns.error());
    surveySpf(domain->toAscii(), std::nullopt, **dns, &context, [dns = *dns, &context](const SpfNode &root) {
        const Summary summary = summaryOf(root);
        sayCount(root, summary, context);
        context.print(countJson(root, summary));
        if (summary.result == SpfResult::Pass)
            context.finish(Done);
        else
            context.finish(summary.result == SpfResult::TempError ? Environment : AnswerIsNo);
    });
    return std::nullopt;
}

} // namespace relaywright::cli
