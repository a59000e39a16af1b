// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfCommands.h"

#include "core/verify/Verification.h"

#include <QJsonArray>

namespace relaywright::cli {

namespace {

QJsonObject toJson(const SpfVerdict &verdict)
{
    QJsonArray steps;
    for (const SpfTraceStep &step : verdict.trace)
        steps.append(QJsonObject{{QStringLiteral("depth"), step.depth},
                                 {QStringLiteral("domain"), step.domain},
                                 {QStringLiteral("term"), step.term},
                                 {QStringLiteral("matched"), step.matched},
                                 {QStringLiteral("lookups"), step.lookups},
                                 {QStringLiteral("voidLookups"), step.voidLookups},
                                 {QStringLiteral("note"), step.note}});
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.spf-check/1")},
            {QStringLiteral("result"), toString(verdict.result)},
            {QStringLiteral("reason"), verdict.reason},
            {QStringLiteral("matched"), verdict.matchedTerm},
            {QStringLiteral("explanation"), verdict.explanation},
            {QStringLiteral("lookups"), verdict.lookups},
            {QStringLiteral("voidLookups"), verdict.voidLookups},
            {QStringLiteral("trace"), steps}};
}

void saySteps(const SpfVerdict &verdict, const Context &context)
{
    for (const SpfTraceStep &step : verdict.trace) {
        QString line = QString(2 + 2 * step.depth, u' ') + step.term;
        if (step.lookups > 0)
            line += QStringLiteral("  [%1]").arg(step.lookups);
        if (step.matched)
            line += QStringLiteral("  <- matched");
        if (!step.note.isEmpty())
            line += QStringLiteral("  (%1)").arg(step.note);
        context.say(line);
    }
}

int sayVerdict(const SpfVerdict &verdict, const Context &context)
{
    context.say(QStringLiteral("%1  %2").arg(toString(verdict.result), verdict.reason));
    if (!verdict.explanation.isEmpty())
        context.say(QStringLiteral("explanation: %1").arg(verdict.explanation));
    saySteps(verdict, context);
    context.print(toJson(verdict));
    if (verdict.result == SpfResult::Pass)
        return Done;
    return verdict.result == SpfResult::TempError ? Environment : AnswerIsNo;
}

} // namespace

std::optional<int> runSpfCheck(const SpfOptions &options, Context &context)
{
    const auto ip = IpAddress::parse(QString::fromStdString(options.ip));
    if (!ip)
        return context.fail(ip.error());
    const auto dns = openResolver(context);
    if (!dns)
        return context.fail(dns.error());
    const SpfRequest request{
        .ip = *ip, .helo = QString::fromStdString(options.helo), .mailFrom = QString::fromStdString(options.mailFrom)};
    checkSpf(request, **dns, &context,
             [dns = *dns, &context](const SpfVerdict &verdict) { context.finish(sayVerdict(verdict, context)); });
    return std::nullopt;
}

} // namespace relaywright::cli
