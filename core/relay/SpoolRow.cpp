// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolRow.h"

#include "core/base/Text.h"
#include "core/relay/SpoolFolder.h"

namespace relaywright {

namespace {

TimePoint time(const Statement &row, int column)
{
    return TimePoint(std::chrono::milliseconds(row.integer(column)));
}

tl::unexpected<Error> damaged(const QString &what)
{
    return failure(ErrorKind::Storage, QStringLiteral("its record is damaged: %1").arg(what));
}

} // namespace

QByteArray joinAddresses(const std::vector<EmailAddress> &addresses)
{
    QByteArray lines;
    for (const EmailAddress &address : addresses) {
        if (!lines.isEmpty())
            lines += '\n';
        lines += address.toString().toUtf8();
    }
    return lines;
}

Result<std::vector<EmailAddress>> splitAddresses(const QByteArray &lines)
{
    std::vector<EmailAddress> addresses;
    if (lines.isEmpty())
        return addresses;
    const auto parts = lines.split('\n');
    for (const QByteArray &part : parts) {
        auto address = EmailAddress::parse(QString::fromUtf8(part));
        if (!address)
            return tl::unexpected(address.error());
        addresses.push_back(std::move(*address));
    }
    return addresses;
}

Result<SpoolMessage> readRow(const Statement &row, std::uint32_t instance)
{
    SpoolMessage message;
    message.id = QueueId(instance, static_cast<std::uint64_t>(row.integer(0)));
    message.receivedAt = time(row, 1);
    message.expiresAt = time(row, 2);
    message.source = printable(row.octets(3), 100);
    if (const QByteArray sender = row.octets(4); !sender.isEmpty()) {
        auto address = EmailAddress::parse(QString::fromUtf8(sender));
        if (!address)
            return damaged(address.error().detail);
        message.sender = *address;
    }
    auto recipients = splitAddresses(row.octets(5));
    if (!recipients)
        return damaged(recipients.error().detail);
    message.recipients = std::move(*recipients);
    message.body.size = static_cast<std::uint64_t>(row.integer(6));
    message.body.checksum = static_cast<std::uint64_t>(row.integer(7));
    message.body.has8Bit = row.integer(8) != 0;
    message.body.fileName = row.text(9);
    if (!message.body.fileName.isEmpty() && !isBodyName(message.body.fileName))
        return damaged(QStringLiteral("it names a body file that cannot be ours."));
    const std::int64_t state = row.integer(10);
    if (state < 0 || state > static_cast<int>(MessageState::Damaged))
        return damaged(QStringLiteral("it has an unknown state."));
    message.state = static_cast<MessageState>(state);
    message.attempts = static_cast<int>(row.integer(11));
    message.nextAttempt = time(row, 12);
    message.lastReply = row.text(13);
    return message;
}

} // namespace relaywright
