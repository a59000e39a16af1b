// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Settling.h"

#include "core/base/EightBit.h"
#include "core/relay/BodyChecksum.h"
#include "core/relay/Bounce.h"
#include "core/relay/Schedule.h"

#include <algorithm>

namespace relaywright {

namespace {

using Verdicts = std::vector<RecipientVerdict>;

Verdicts withFate(const AttemptVerdict &verdict, Fate fate)
{
    Verdicts found;
    std::ranges::copy_if(verdict.recipients, std::back_inserter(found),
                         [fate](const RecipientVerdict &one) { return one.fate == fate; });
    return found;
}

/// `a@example.com, b@example.com and 12 more: 250 2.0.0 OK`
QString story(const Verdicts &verdicts)
{
    constexpr std::size_t kNamed = 5;
    QStringList names;
    for (std::size_t i = 0; i < std::min(verdicts.size(), kNamed); ++i)
        names += verdicts[i].recipient.toString();
    QString text = names.join(QLatin1String(", "));
    if (verdicts.size() > kNamed)
        text += QStringLiteral(" and %1 more").arg(verdicts.size() - kNamed);
    return QStringLiteral("%1: %2").arg(text, verdicts.front().reply);
}

QString withRemark(const QString &text, const QString &remark)
{
    return remark.isEmpty() ? text : QStringLiteral("%1 (%2)").arg(text, remark);
}

/// Those who want to hear of it (RFC 3461 §4.1).
Verdicts wanted(const SpoolMessage &message, const Verdicts &verdicts, bool (*wants)(const DsnRecipient &))
{
    Verdicts found;
    std::ranges::copy_if(verdicts, std::back_inserter(found),
                         [&](const RecipientVerdict &one) { return wants(message.dsn.of(one.recipient)); });
    return found;
}

/// A report of ours for the queue. `input` says of what; the rest of it comes from `context`.
SpoolMessage reportMessage(BounceInput input, const SettlingContext &context)
{
    input.originalHead = context.originalHead();
    input.reportingHost = context.reportingHost;
    input.upstream = context.upstream;
    input.now = context.now;
    input.token = context.token;
    SpoolMessage report;
    report.id = context.nextId();
    report.receivedAt = report.nextAttempt = context.now;
    report.expiresAt = context.now + context.expiry;
    report.source = bounceSource();
    report.recipients = {input.to};
    report.utf8 = input.to.needsUtf8();
    SpoolBody &body = report.body;
    body.octets = makeBounce(input);
    body.size = static_cast<std::uint64_t>(body.octets.size());
    body.checksum = bodyChecksum(body.octets);
    body.has8Bit = hasEightBit(body.octets);
    return report;
}

/// Queues the report of `failed`, and of `relayed` for whom nobody further on will make one (§5.2.2).
void report(Settlement &settlement, const SpoolMessage &message, const Verdicts &allFailed, const Verdicts &delivered,
            bool expired, const SettlingContext &context)
{
    const Verdicts failed = wanted(message, allFailed, [](const DsnRecipient &asked) { return asked.wantsFailure(); });
    const Verdicts relayed = context.dsnWasPassedOn
                                 ? Verdicts()
                                 : wanted(message, delivered, [](const DsnRecipient &asked) { return asked.success; });
    if (failed.empty() && !allFailed.empty())
        settlement.events.push_back({context.now, JournalKind::NoBounce,
                                     QStringLiteral("no report of failures was asked for (NOTIFY): nobody was told")});
    if (failed.empty() && relayed.empty())
        return;
    const auto to = bounceRecipient(message, context.postmaster);
    if (!to && failed.empty())
        return;
    if (!to) {
        settlement.events.push_back({context.now, JournalKind::NoBounce,
                                     QStringLiteral("the sender is <>, to which no report may go: nobody was told")});
        return;
    }
    SpoolMessage bounce = reportMessage({.message = message,
                                         .failed = failed,
                                         .relayed = relayed,
                                         .expired = expired,
                                         .to = *to,
                                         .from = context.bounceFrom},
                                        context);
    settlement.events.push_back(
        {context.now, JournalKind::Bounced,
         QStringLiteral("a report goes to %1 as %2").arg(to->toString(), bounce.id.toString())});
    settlement.bounce = std::move(bounce);
}

} // namespace

Settlement settlementOf(const SpoolMessage &message, const AttemptVerdict &verdict, const SettlingContext &context)
{
    Settlement settlement{.id = message.id, .at = context.now, .lastReply = verdict.summary};
    const bool routeAtFault = verdict.route == RouteNews::SignInRefused;
    settlement.countsAsAttempt = !routeAtFault;
    const Verdicts delivered = withFate(verdict, Fate::Delivered);
    Verdicts refused = withFate(verdict, Fate::Refused);
    const Verdicts deferred = withFate(verdict, Fate::Deferred);
    if (!delivered.empty() && !deferred.empty())
        settlement.lastReply = deferred.front().reply; // what somebody waits for, not what the others got
    if (!delivered.empty())
        settlement.events.push_back(
            {context.now, JournalKind::Delivered, withRemark(story(delivered), context.remark)});
    if (!refused.empty())
        settlement.events.push_back({context.now, JournalKind::Refused, story(refused)});
    const bool expired = !deferred.empty() && context.now >= message.expiresAt && !routeAtFault;
    if (expired)
        settlement.events.push_back({context.now, JournalKind::Expired, story(deferred)});
    else if (!deferred.empty())
        settlement.events.push_back(
            {context.now, verdict.inDoubt ? JournalKind::InDoubt : JournalKind::Deferred, story(deferred)});
    for (const RecipientVerdict &one : deferred) {
        if (expired)
            refused.push_back(one);
        else
            settlement.remaining.push_back(one.recipient);
    }
    report(settlement, message, refused, delivered, expired, context);
    if (settlement.remaining.empty())
        settlement.state = refused.empty() ? MessageState::Delivered : MessageState::Bounced;
    else if (verdict.inDoubt)
        settlement.nextAttempt = context.now + kInDoubtDelay;
    else
        settlement.nextAttempt = verdict.retryAtOnce || routeAtFault
                                     ? context.now
                                     : nextAttempt(message.attempts + 1, context.now, context.random);
    return settlement;
}

Settlement settlementOfExpired(const SpoolMessage &message, const QString &reason, const SettlingContext &context)
{
    Settlement settlement{.id = message.id,
                          .at = context.now,
                          .state = MessageState::Bounced,
                          .countsAsAttempt = false,
                          .lastReply = reason};
    Verdicts failed;
    for (const EmailAddress &recipient : message.recipients)
        failed.push_back({recipient, Fate::Deferred, reason});
    settlement.events.push_back({context.now, JournalKind::Expired, story(failed)});
    report(settlement, message, failed, {}, true, context);
    return settlement;
}

Settlement settlementOfDelayed(const SpoolMessage &message, const QString &reason, const SettlingContext &context)
{
    Settlement settlement{.id = message.id,
                          .at = context.now,
                          .remaining = message.recipients,
                          .countsAsAttempt = false,
                          .nextAttempt = message.nextAttempt,
                          .lastReply = message.lastReply};
    Verdicts waiting;
    for (const EmailAddress &recipient : message.recipients)
        waiting.push_back({recipient, Fate::Deferred, reason});
    const Verdicts delayed = wanted(message, waiting, [](const DsnRecipient &asked) { return asked.delay; });
    if (!message.sender || delayed.empty()) {
        settlement.events.push_back(
            {context.now, JournalKind::Delayed, QStringLiteral("it waits long; there is nobody who could be told")});
        return settlement;
    }
    settlement.bounce = reportMessage(
        {.message = message, .delayed = delayed, .to = *message.sender, .from = context.bounceFrom}, context);
    settlement.events.push_back({context.now, JournalKind::Delayed,
                                 QStringLiteral("a report that it waits goes to %1 as %2")
                                     .arg(message.sender->toString(), settlement.bounce->id.toString())});
    return settlement;
}

} // namespace relaywright
