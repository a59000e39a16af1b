// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolMessage.h"

#include <algorithm>

namespace relaywright {

bool MessageDsn::isEmpty() const
{
    return !envelope.isAsked() && recipients.empty();
}

DsnRecipient MessageDsn::of(const EmailAddress &recipient) const
{
    const auto found = std::ranges::find(recipients, recipient, &Recipient::recipient);
    return found == recipients.end() ? DsnRecipient() : found->asked;
}

bool MessageDsn::wantsDelay() const
{
    return std::ranges::any_of(recipients, [](const Recipient &one) { return one.asked.delay; });
}

QString toString(MessageState state)
{
    switch (state) {
    case MessageState::Queued: return QStringLiteral("queued");
    case MessageState::Held: return QStringLiteral("held");
    case MessageState::Delivered: return QStringLiteral("delivered");
    case MessageState::Bounced: return QStringLiteral("bounced");
    case MessageState::Deleted: return QStringLiteral("deleted");
    case MessageState::Damaged: return QStringLiteral("damaged");
    }
    Q_UNREACHABLE();
}

QString toString(JournalKind kind)
{
    switch (kind) {
    case JournalKind::Accepted: return QStringLiteral("accepted");
    case JournalKind::Deferred: return QStringLiteral("deferred");
    case JournalKind::Delivered: return QStringLiteral("delivered");
    case JournalKind::Refused: return QStringLiteral("refused");
    case JournalKind::InDoubt: return QStringLiteral("in-doubt");
    case JournalKind::Bounced: return QStringLiteral("bounced");
    case JournalKind::NoBounce: return QStringLiteral("no-bounce");
    case JournalKind::Held: return QStringLiteral("held");
    case JournalKind::Released: return QStringLiteral("released");
    case JournalKind::Retried: return QStringLiteral("retried");
    case JournalKind::Deleted: return QStringLiteral("deleted");
    case JournalKind::Damaged: return QStringLiteral("damaged");
    case JournalKind::Expired: return QStringLiteral("expired");
    case JournalKind::Delayed: return QStringLiteral("delayed");
    }
    Q_UNREACHABLE();
}

QString bounceSource()
{
    return QStringLiteral("bounce");
}

} // namespace relaywright
