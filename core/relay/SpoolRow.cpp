// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/SpoolRow.h"

#include "core/base/Text.h"
#include "core/relay/SpoolFolder.h"
#include "core/smtp/DsnParameters.h"

#include <functional>
#include <utility>

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

QByteArray orDash(const QByteArray &word)
{
    return word.isEmpty() ? QByteArray("-") : word;
}

QByteArray returnWord(DsnRequest::Return returned)
{
    switch (returned) {
    case DsnRequest::Return::Unsaid: return {};
    case DsnRequest::Return::Full: return "FULL";
    case DsnRequest::Return::Headers: return "HDRS";
    }
    Q_UNREACHABLE();
}

/// What `parse` makes of a word that was said; `fine` becomes false when it makes nothing of it.
template <class T>
T readWord(const QByteArray &word, const std::function<std::optional<T>(QByteArrayView)> &parse, bool &fine)
{
    if (word == "-")
        return T();
    auto value = parse(word);
    fine = fine && value.has_value();
    return std::move(value).value_or(T());
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

QByteArray joinDsn(const MessageDsn &dsn)
{
    QByteArray lines = orDash(returnWord(dsn.envelope.returned)) + ' ' + orDash(toXtext(dsn.envelope.envelopeId));
    for (const auto &[recipient, asked] : dsn.recipients)
        lines += '\n' + orDash(notifyWords(asked)) + ' ' + orDash(asked.originalRecipient) + ' '
                 + recipient.toString().toUtf8();
    return lines;
}

Result<MessageDsn> splitDsn(const QByteArray &lines)
{
    MessageDsn dsn;
    bool fine = true;
    bool first = true;
    for (const QByteArray &line : lines.split('\n')) {
        const qsizetype space = line.indexOf(' ');
        const QByteArray word = line.left(space);
        const QByteArray rest = line.mid(space + 1);
        if (std::exchange(first, false)) {
            dsn.envelope.returned = readWord<DsnRequest::Return>(word, parseReturn, fine);
            dsn.envelope.envelopeId = readWord<QByteArray>(rest, parseEnvelopeId, fine);
            continue;
        }
        const qsizetype second = rest.indexOf(' ');
        auto recipient = EmailAddress::parse(QString::fromUtf8(rest.mid(second + 1)));
        if (!recipient)
            return tl::unexpected(recipient.error());
        auto asked = readWord<DsnRecipient>(word, parseNotify, fine);
        asked.originalRecipient = readWord<QByteArray>(
            rest.left(second), [](QByteArrayView value) { return parseOriginalRecipient(value, true); }, fine);
        dsn.recipients.push_back({std::move(*recipient), std::move(asked)});
    }
    if (!fine)
        return failure(ErrorKind::InvalidInput, QStringLiteral("what it asks of reports cannot be."));
    return dsn;
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
    message.helo = printable(row.octets(14), kMaxHeloCharacters);
    message.user = printable(row.octets(15), kMaxUserCharacters);
    message.utf8 = row.integer(16) != 0;
    if (!row.isNull(17)) {
        auto dsn = splitDsn(row.octets(17));
        if (!dsn)
            return damaged(dsn.error().detail);
        message.dsn = std::move(*dsn);
    }
    return message;
}

} // namespace relaywright
