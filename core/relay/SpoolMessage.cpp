// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolMessage.h"

namespace relaywright {

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
    }
    Q_UNREACHABLE();
}

std::uint64_t bodyChecksum(std::uint64_t soFar, QByteArrayView octets, bool &has8Bit)
{
    unsigned char seen = 0;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        seen |= octet;
        soFar = (soFar ^ octet) * 0x100000001b3u;
    }
    has8Bit = has8Bit || (seen & 0x80u) != 0;
    return soFar;
}

QString bounceSource()
{
    return QStringLiteral("bounce");
}

} // namespace relaywright
