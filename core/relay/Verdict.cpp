// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/Verdict.h"

#include <algorithm>

namespace relaywright {

namespace {

bool saysNotSignedIn(const Reply &reply) // RFC 4954 §6
{
    return reply.code == 530 || reply.code == 534 || reply.code == 535 || reply.code == 538;
}

bool saysSlowDown(const Reply &reply)
{
    if (reply.code == 421 || reply.code == 432)
        return true;
    const auto enhanced = reply.enhanced();
    return reply.isTransient() && enhanced && enhanced->classDigit == 4 && enhanced->subject == 7;
}

bool saysTooManyRecipients(const Reply &reply) // RFC 5321 §4.5.3.1.10
{
    return reply.code == 452 && reply.enhanced().value_or(EnhancedStatus{4, 5, 3}) == EnhancedStatus{4, 5, 3};
}

Fate fateOf(const Reply &reply)
{
    if (saysNotSignedIn(reply))
        return Fate::Deferred;
    return reply.isPermanent() ? Fate::Refused : reply.isPositive() ? Fate::Delivered : Fate::Deferred;
}

QString words(Outcome outcome, Stage stage)
{
    switch (outcome) {
    case Outcome::ConnectionLost: return QStringLiteral("The smart host closed the connection during %1.").arg(toString(stage));
    case Outcome::TimedOut: return QStringLiteral("The smart host did not answer in time during %1.").arg(toString(stage));
    case Outcome::ProtocolViolation: return QStringLiteral("What the smart host said during %1 is not SMTP.").arg(toString(stage));
    case Outcome::ConnectionFailed: return QStringLiteral("The smart host cannot be reached.");
    case Outcome::TlsNotOffered: return QStringLiteral("The smart host does not offer TLS, which is required here; nothing was sent.");
    case Outcome::TlsFailed: return QStringLiteral("TLS with the smart host failed; nothing was sent.");
    case Outcome::AuthNotOffered: return QStringLiteral("The smart host offers no sign-in that the relay can do.");
    case Outcome::AuthNeedsTls: return QStringLiteral("Signing in would have shown the password: the smart host offers no TLS.");
    case Outcome::MessageTooLarge: return QStringLiteral("552 5.3.4 The message is larger than the smart host takes.");
    case Outcome::NeedsSmtpUtf8: return QStringLiteral("553 5.6.7 An address needs SMTPUTF8, which the smart host does not offer.");
    case Outcome::Cancelled: return QStringLiteral("The relay was stopped during the attempt.");
    case Outcome::RefusedByServer: return QStringLiteral("The smart host refused at %1.").arg(toString(stage));
    case Outcome::Accepted:
    case Outcome::StoppedAsAsked: return QStringLiteral("Taken.");
    }
    Q_UNREACHABLE();
}

RouteNews newsOf(const TransactionResult &result)
{
    switch (result.outcome) {
    case Outcome::Accepted: return RouteNews::Success;
    case Outcome::RefusedByServer:
        if (result.reply && saysNotSignedIn(*result.reply))
            return RouteNews::SignInRefused;
        return result.reply && saysSlowDown(*result.reply) ? RouteNews::Throttled : RouteNews::None;
    case Outcome::ConnectionLost:
    case Outcome::TimedOut:
    case Outcome::ProtocolViolation:
    case Outcome::ConnectionFailed: return RouteNews::Unreachable;
    default: return RouteNews::None;
    }
}

/// The fate of recipients whose own RCPT was accepted, or who were never asked.
Fate commonFate(const TransactionResult &result)
{
    switch (result.outcome) {
    case Outcome::Accepted: return Fate::Delivered;
    case Outcome::RefusedByServer: return result.reply ? fateOf(*result.reply) : Fate::Deferred;
    case Outcome::MessageTooLarge:
    case Outcome::NeedsSmtpUtf8: return Fate::Refused;
    default: return Fate::Deferred;
    }
}

} // namespace

AttemptVerdict judge(const Envelope &envelope, const TransactionResult &result)
{
    AttemptVerdict verdict;
    verdict.inDoubt = result.inDoubt;
    verdict.wasTried = result.outcome != Outcome::Cancelled || result.inDoubt;
    verdict.summary = result.reply ? result.reply->toString() : words(result.outcome, result.stage);
    verdict.route = newsOf(result);
    // After RCPT was refused for all, the deciding reply is one recipient's; another one without an answer is deferred.
    const bool decidedByRcpt = result.outcome == Outcome::RefusedByServer && result.stage == Stage::Rcpt;
    const Fate common = decidedByRcpt ? Fate::Deferred : commonFate(result);
    bool tooMany = false;
    for (const EmailAddress &recipient : envelope.recipients) {
        RecipientVerdict one{recipient, common, verdict.summary};
        const auto own = std::ranges::find(result.recipients, recipient, &RecipientResult::recipient);
        if (own == result.recipients.end() || (!own->accepted && !own->reply)) {
            one.fate = result.outcome == Outcome::Accepted ? Fate::Deferred : common;
        } else if (!own->accepted) {
            one.fate = own->reply->isPositive() ? Fate::Deferred : fateOf(*own->reply);
            one.reply = own->reply->toString();
            tooMany = tooMany || saysTooManyRecipients(*own->reply);
            if (verdict.route == RouteNews::None && saysNotSignedIn(*own->reply))
                verdict.route = RouteNews::SignInRefused;
            else if (verdict.route != RouteNews::SignInRefused && saysSlowDown(*own->reply))
                verdict.route = RouteNews::Throttled;
        }
        verdict.recipients.push_back(std::move(one));
    }
    verdict.retryAtOnce = tooMany && result.outcome == Outcome::Accepted;
    return verdict;
}

ConnectionVerdict judge(const Finish &finish)
{
    QString summary = finish.reply ? finish.reply->toString() : finish.detail.isEmpty() ? words(finish.outcome, finish.stage) : finish.detail;
    switch (finish.outcome) {
    case Outcome::Accepted:
    case Outcome::StoppedAsAsked:
    case Outcome::Cancelled: return {RouteNews::None, summary};
    case Outcome::AuthNotOffered:
    case Outcome::AuthNeedsTls: return {RouteNews::SignInRefused, words(finish.outcome, finish.stage)};
    case Outcome::TlsNotOffered: return {RouteNews::Unreachable, words(finish.outcome, finish.stage)};
    case Outcome::RefusedByServer:
        if (finish.reply && (saysNotSignedIn(*finish.reply) || (finish.stage == Stage::Auth && finish.reply->isPermanent())))
            return {RouteNews::SignInRefused, QStringLiteral("The smart host refuses the sign-in: %1").arg(summary),
                    true};
        return {finish.reply && saysSlowDown(*finish.reply) ? RouteNews::Throttled : RouteNews::Unreachable, summary};
    default: return {RouteNews::Unreachable, summary};
    }
}

} // namespace relaywright
