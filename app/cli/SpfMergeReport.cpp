// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SpfMergeReport.h"

#include <QJsonArray>

#include <algorithm>

namespace relaywright::cli {

namespace {

QString lookupsText(const SpfNode &root)
{
    return QStringLiteral("%1 of 10 lookups%2")
        .arg(root.lookups)
        .arg(root.failed ? QStringLiteral(" at least; not all could be told") : QString());
}

void sayTree(const SpfMergeOutcome &outcome, const Context &context)
{
    if (!outcome.after)
        return;
    context.say(
        QStringLiteral("lookups: %1, before: %2").arg(lookupsText(*outcome.after), lookupsText(*outcome.before)));
    for (const SpfRemark *remark : remarksOf(*outcome.after)) {
        const bool wrong = remark->weight == SpfRemark::Weight::Wrong;
        if (!outcome.merged.notes.contains(remark->place.sentence))
            context.say(QStringLiteral("  %1: %2")
                            .arg(wrong ? QLatin1String("wrong") : QLatin1String("attention"), remark->place.sentence));
    }
    if (isOverLimits(*outcome.after) && outcome.proposals.empty())
        context.say(QStringLiteral("No include can be replaced by its addresses. Remove those that are no longer "
                                   "used: relaywright-cli spf count %1 shows what each costs.")
                        .arg(outcome.domain));
}

void sayProposal(const SpfProposal &proposal, const Context &context)
{
    context.say(QStringLiteral("to stay within the limits (%1, then %2 of 10 lookups):")
                    .arg(toString(proposal.kind))
                    .arg(proposal.lookups));
    for (const QString &step : proposal.steps)
        context.say(QStringLiteral("  ") + step);
    context.say(QStringLiteral("  ") + proposal.risk);
    for (const SpfProposal::Record &record : proposal.records)
        context.say(QStringLiteral("  %1 TXT %2").arg(record.name, toZoneStrings(record.text)));
}

void saySender(const SpfWhatIf &sender, const Context &context)
{
    if (sender.address)
        context.say(QStringLiteral("%1 from %2 as %3 (%4): before %5, after %6  %7")
                        .arg(sender.name, sender.address->toString(), sender.domain, sender.way,
                             toString(sender.before->result), toString(sender.after->result), sender.after->reason));
    else
        context.say(
            QStringLiteral("%1 (%2): could not be told, because the addresses its mail comes from are not known")
                .arg(sender.name, sender.way));
}

QJsonObject toJson(const SpfProposal &proposal)
{
    QJsonArray records;
    for (const SpfProposal::Record &record : proposal.records)
        records.append(QJsonObject{{QStringLiteral("name"), record.name},
                                   {QStringLiteral("record"), record.text},
                                   {QStringLiteral("zone"), toZoneStrings(record.text)}});
    return {{QStringLiteral("kind"), toString(proposal.kind)},
            {QStringLiteral("steps"), QJsonArray::fromStringList(proposal.steps)},
            {QStringLiteral("risk"), proposal.risk},
            {QStringLiteral("lookups"), proposal.lookups},
            {QStringLiteral("records"), records}};
}

QJsonObject toJson(const SpfWhatIf &sender)
{
    const auto word = [](const std::optional<SpfVerdict> &verdict) {
        return verdict ? QJsonValue(toString(verdict->result)) : QJsonValue();
    };
    return {{QStringLiteral("id"), sender.id},
            {QStringLiteral("name"), sender.name},
            {QStringLiteral("domain"), sender.domain},
            {QStringLiteral("way"), sender.way},
            {QStringLiteral("address"), sender.address ? QJsonValue(sender.address->toString()) : QJsonValue()},
            {QStringLiteral("before"), word(sender.before)},
            {QStringLiteral("after"), word(sender.after)},
            {QStringLiteral("reason"), sender.after ? sender.after->reason : QString()}};
}

} // namespace

void sayMerge(const SpfMergeOutcome &outcome, const Context &context)
{
    context.say(outcome.merged.record);
    for (const QString &note : outcome.merged.notes)
        context.say(QStringLiteral("  ") + note);
    sayTree(outcome, context);
    for (const SpfProposal &proposal : outcome.proposals)
        sayProposal(proposal, context);
    for (const SpfWhatIf &sender : outcome.senders)
        saySender(sender, context);
}

QJsonObject toJson(const SpfMergeOutcome &outcome)
{
    QJsonArray proposals, senders;
    for (const SpfProposal &proposal : outcome.proposals)
        proposals.append(toJson(proposal));
    for (const SpfWhatIf &sender : outcome.senders)
        senders.append(toJson(sender));
    const SpfMergeResult &merged = outcome.merged;
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.spf-merge/1")},
            {QStringLiteral("domain"), outcome.domain},
            {QStringLiteral("before"), outcome.existing ? QJsonValue(*outcome.existing) : QJsonValue()},
            {QStringLiteral("record"), merged.record},
            {QStringLiteral("changed"), merged.changed},
            {QStringLiteral("added"), QJsonArray::fromStringList(merged.added)},
            {QStringLiteral("notes"), QJsonArray::fromStringList(merged.notes)},
            {QStringLiteral("zone"), toZoneStrings(merged.record)},
            {QStringLiteral("lookups"), outcome.after ? QJsonValue(outcome.after->lookups) : QJsonValue()},
            {QStringLiteral("lookupsBefore"), outcome.before ? QJsonValue(outcome.before->lookups) : QJsonValue()},
            {QStringLiteral("tree"), outcome.after ? QJsonValue(relaywright::toJson(*outcome.after)) : QJsonValue()},
            {QStringLiteral("proposals"), proposals},
            {QStringLiteral("senders"), senders}};
}

int exitCodeOf(const SpfMergeOutcome &outcome)
{
    bool untold = outcome.after && outcome.after->failed;
    bool no = false;
    for (const SpfWhatIf &sender : outcome.senders) {
        const bool temporary = sender.after && sender.after->result == SpfResult::TempError;
        untold = untold || temporary || !sender.after;
        no = no || (sender.after && !temporary && sender.after->result != SpfResult::Pass);
    }
    if (outcome.after)
        no = no || std::ranges::any_of(remarksOf(*outcome.after), [](const SpfRemark *remark) {
                 return remark->weight == SpfRemark::Weight::Wrong;
             });
    if (no)
        return AnswerIsNo;
    return untold ? Environment : Done;
}

} // namespace relaywright::cli
