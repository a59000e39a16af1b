// SPDX-License-Identifier: GPL-3.0-or-later
// How what was seen is judged.
#include "core/session/Attack.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

namespace {

/// A greeting that came later than this after we had spoken was sent by a server that had our octets already.
constexpr std::chrono::milliseconds kSurelyHeard{100};

AttackJudgement withstood(const QString &reason)
{
    return {AttackVerdict::Withstood, reason};
}

AttackJudgement cannotTell(const QString &reason)
{
    return {AttackVerdict::CouldNotTell, reason};
}

AttackJudgement notWithstood(const Attack &attack, const QString &reason)
{
    return {AttackVerdict::NotWithstood, reason + u' ' + attack.failed};
}

QString quoted(const Reply &reply)
{
    return u'"' + reply.toString() + u'"';
}

bool hasSevered(const AttackSeen &seen)
{
    return seen.closed && !seen.timedOut;
}

/// The way to the last step: nothing when it was reached.
std::optional<AttackJudgement> barred(const Attack &attack, const AttackSeen &seen)
{
    if (!seen.greeting && attack.rule.kind != AttackRule::Kind::GreetsLate)
        return cannotTell(QStringLiteral("No connection came about, or it ended without a greeting."));
    if (seen.greeting && !seen.greeting->isPositive() && attack.rule.kind != AttackRule::Kind::GreetsLate)
        return cannotTell(QStringLiteral("It greeted us with %1.").arg(quoted(*seen.greeting)));
    for (std::size_t i = 0; i + 1 < attack.steps.size(); ++i) {
        const AttackStep &step = attack.steps[i];
        const std::vector<Reply> replies = i < seen.replies.size() ? seen.replies[i] : std::vector<Reply>();
        const bool last = i + 1 >= seen.replies.size(); // nothing after it was begun
        const bool refused = !replies.empty() && !replies.front().isPositive();
        if (step.wait == AttackStep::Wait::Handshake && last)
            return cannotTell(seen.tlsFailed ? QStringLiteral("The TLS handshake failed.")
                                             : QStringLiteral("The TLS handshake did not come to its end."));
        if (refused && step.refusal == AttackStep::Refusal::Withstood)
            return withstood(QStringLiteral("It answered %1, %2.").arg(quoted(replies.front()), step.whenRefused));
        if (refused && step.refusal == AttackStep::Refusal::CannotTell)
            return cannotTell(QStringLiteral("It answered %1 to %2, so this could not be tried.")
                                  .arg(quoted(replies.front()), attackText(step.octets)));
        if (!last || !replies.empty())
            continue;
        if (hasSevered(seen) && step.refusal == AttackStep::Refusal::Withstood)
            return withstood(QStringLiteral("It closed the connection, %1.").arg(step.whenRefused));
        return cannotTell(QStringLiteral("No answer came to %1.").arg(attackText(step.octets)));
    }
    return std::nullopt;
}

AttackJudgement judgeRefused(const Attack &attack, const AttackSeen &seen, bool unread)
{
    const std::vector<Reply> &replies = seen.replies.back();
    if (replies.empty()) {
        if (hasSevered(seen))
            return withstood(QStringLiteral("It closed the connection."));
        return cannotTell(QStringLiteral("No answer came within %1 seconds.").arg(seen.took.count() / 1000));
    }
    const Reply &first = replies.front();
    if (first.isPositive() || (unread && first.code == 535))
        return notWithstood(attack, QStringLiteral("It answered %1.").arg(quoted(first)));
    if (attack.rule.count > 0 && static_cast<int>(replies.size()) > attack.rule.count)
        return notWithstood(attack, QStringLiteral("%1 replies came where at most %2 may come; the last was %3.")
                                        .arg(replies.size())
                                        .arg(attack.rule.count)
                                        .arg(quoted(replies.back())));
    return withstood(QStringLiteral("It answered %1.").arg(quoted(first)));
}

AttackJudgement judgeCount(const Attack &attack, const AttackSeen &seen)
{
    const auto count = static_cast<int>(seen.replies.back().size());
    if (count > attack.rule.count)
        return notWithstood(attack, QStringLiteral("%1 replies came where at most %2 may come; the last was %3.")
                                        .arg(count)
                                        .arg(attack.rule.count)
                                        .arg(quoted(seen.replies.back().back())));
    if (count == 0 && !hasSevered(seen))
        return cannotTell(QStringLiteral("No answer came within %1 seconds.").arg(seen.took.count() / 1000));
    if (!hasSevered(seen))
        return cannotTell(QStringLiteral("The connection stayed open and silent, so more may have been on its way."));
    return withstood(count == 0 ? QStringLiteral("It closed the connection without an answer.")
                                : QStringLiteral("It answered %1, and nothing to what was hidden behind it.")
                                      .arg(quoted(seen.replies.back().front())));
}

AttackJudgement judgeCutOff(const Attack &attack, const AttackSeen &seen)
{
    const std::vector<Reply> &replies = seen.replies.back();
    const int code = attack.rule.word.toInt();
    const auto count = static_cast<int>(
        std::ranges::count_if(replies, [code](const Reply &reply) { return code == 0 || reply.code == code; }));
    if (count >= attack.rule.count)
        return notWithstood(attack, QStringLiteral("It answered %1 times.").arg(count));
    if (code != 0 && count == 0 && !replies.empty())
        return withstood(QStringLiteral("It answered %1.").arg(quoted(replies.front())));
    if (!hasSevered(seen))
        return cannotTell(
            QStringLiteral("After %1 answers nothing came any more, and the connection stayed open.").arg(count));
    return withstood(QStringLiteral("It closed the connection after %1 answers.").arg(count));
}

AttackJudgement judgeOffer(const Attack &attack, const AttackSeen &seen)
{
    const std::vector<Reply> &replies = seen.replies.back();
    if (replies.empty() || !replies.front().isPositive())
        return cannotTell(QStringLiteral("It did not answer EHLO with a list."));
    const auto isIt = [&](const QByteArray &line) {
        return line.size() >= attack.rule.word.size()
               && line.left(attack.rule.word.size()).compare(attack.rule.word, Qt::CaseInsensitive) == 0;
    };
    const auto found = std::ranges::find_if(replies.front().lines, isIt);
    if (found == replies.front().lines.end())
        return withstood(QStringLiteral("EHLO does not offer it."));
    return notWithstood(attack, QStringLiteral("EHLO offers \"%1\".").arg(attackText(*found)));
}

AttackJudgement judgeTime(const Attack &attack, const AttackSeen &seen)
{
    const auto seconds = seen.took.count() / 1000;
    if (seen.timedOut || !seen.closed)
        return notWithstood(attack, QStringLiteral("After %1 seconds the connection was still open.").arg(seconds));
    return withstood(QStringLiteral("It closed the connection after %1 seconds.").arg(seconds));
}

AttackJudgement judgeGreeting(const Attack &attack, const AttackSeen &seen)
{
    const std::vector<Reply> &replies = seen.replies.back();
    if (!seen.greeting)
        return hasSevered(seen) ? withstood(QStringLiteral("It closed the connection."))
                                : cannotTell(QStringLiteral("Nothing came."));
    if (!seen.greeting->isPositive())
        return withstood(QStringLiteral("It greeted with %1.").arg(quoted(*seen.greeting)));
    if (replies.empty() || !replies.front().isPositive())
        return withstood(replies.empty() ? QStringLiteral("It greeted and closed the connection.")
                                         : QStringLiteral("It answered %1.").arg(quoted(replies.front())));
    if (seen.greetedAfter < kSurelyHeard)
        return cannotTell(
            QStringLiteral("It greeted at once, as it may a peer that it knows, so nobody could speak first."));
    return notWithstood(attack, QStringLiteral("It greeted %1 ms after we had spoken, and went on as if we had waited.")
                                    .arg(seen.greetedAfter.count()));
}

AttackJudgement judgeAnswer(const Attack &attack, const AttackSeen &seen)
{
    if (!seen.greeting || seen.replies.empty() || seen.replies.back().empty())
        return notWithstood(attack, QStringLiteral("No answer came."));
    const Reply &reply = seen.replies.back().front();
    return reply.isPositive() ? withstood(QStringLiteral("It does."))
                              : cannotTell(QStringLiteral("It answered %1.").arg(quoted(reply)));
}

} // namespace

QString toString(AttackVerdict verdict)
{
    switch (verdict) {
    case AttackVerdict::Withstood: return QStringLiteral("withstood");
    case AttackVerdict::NotWithstood: return QStringLiteral("not-withstood");
    case AttackVerdict::CouldNotTell: return QStringLiteral("could-not-tell");
    }
    Q_UNREACHABLE();
}

QString attackText(QByteArrayView octets)
{
    constexpr qsizetype kShown = 160;
    if (octets.size() <= kShown)
        return printable(octets, 4 * kShown);
    return QStringLiteral("%1 ... (%2 octets) ... %3")
        .arg(printable(octets.first(kShown / 2), 4 * kShown))
        .arg(octets.size())
        .arg(printable(octets.last(kShown / 2), 4 * kShown));
}

AttackJudgement judge(const Attack &attack, const AttackSeen &seen)
{
    if (attack.rule.kind == AttackRule::Kind::Answers)
        return judgeAnswer(attack, seen);
    if (const auto before = barred(attack, seen))
        return *before;
    if (seen.replies.size() < attack.steps.size())
        return cannotTell(QStringLiteral("The conversation ended before it came to this."));
    if (seen.garbled)
        return cannotTell(QStringLiteral("Something came that is no SMTP."));
    switch (attack.rule.kind) {
    case AttackRule::Kind::Refused: return judgeRefused(attack, seen, false);
    case AttackRule::Kind::RefusedUnread: return judgeRefused(attack, seen, true);
    case AttackRule::Kind::MostReplies: return judgeCount(attack, seen);
    case AttackRule::Kind::CutOff: return judgeCutOff(attack, seen);
    case AttackRule::Kind::NotOffered: return judgeOffer(attack, seen);
    case AttackRule::Kind::ClosesInTime: return judgeTime(attack, seen);
    case AttackRule::Kind::GreetsLate: return judgeGreeting(attack, seen);
    case AttackRule::Kind::Answers: break; // above: it must not be barred
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
