// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/LogEntry.h"

#include "core/base/Overloaded.h"
#include "core/relay/BodyChecksum.h"
#include "core/relay/LogFields.h"
#include "core/relay/SpoolFolder.h"
#include "core/smtp/DsnParameters.h"

namespace relaywright {

namespace {

constexpr QByteArrayView kMagic("RWL1");
constexpr std::uint32_t kMaxEvents = 400'000;

/// The numbers are in the log: never change one.
enum class Kind : std::uint32_t { Acceptance = 1, Relocation = 2, Settlement = 3, StateChange = 4, SegmentStart = 5 };

Kind kindOf(const LogEntry &entry)
{
    return static_cast<Kind>(entry.index() + 1);
}

/// Of a whole record: of its payload, kind, length and place.
std::uint64_t checksumOf(QByteArrayView record, std::uint32_t segment, std::uint32_t offset)
{
    const std::uint64_t place = std::uint64_t(segment) << 32 | offset;
    const auto kindAndLength = qFromLittleEndian<std::uint64_t>(record.data() + 4);
    return bodyChecksum(record.sliced(kRecordHeaderOctets),
                        place * 0x9e3779b97f4a7c15u ^ kindAndLength * 0xc2b2ae3d27d4eb4fu);
}

/// What a message's record has besides what every one has; a bit each, in the word that said only `Has8Bit` once. A plain
/// message pays nothing for the others. The numbers are in the log: never change one.
enum Extra : std::uint32_t { Has8Bit = 1, HasHelo = 2, HasUser = 4, WantsUtf8 = 8, HasDsn = 16, AllExtras = 31 };

std::uint32_t extrasOf(const SpoolMessage &message)
{
    return (message.body.has8Bit ? Has8Bit : 0u) | (message.helo.isEmpty() ? 0u : HasHelo)
           | (message.user.isEmpty() ? 0u : HasUser) | (message.utf8 ? WantsUtf8 : 0u)
           | (message.dsn.isEmpty() ? 0u : HasDsn);
}

/// Words of NOTIFY; a bit each. The numbers are in the log: never change one.
enum Notify : std::uint32_t { Never = 1, OnSuccess = 2, OnFailure = 4, OnDelay = 8, AllNotify = 15 };

void write(LogWriter &to, const MessageDsn &dsn)
{
    to.small(static_cast<std::uint32_t>(dsn.envelope.returned));
    to.octets(toXtext(dsn.envelope.envelopeId));
    to.small(static_cast<std::uint32_t>(dsn.recipients.size()));
    for (const auto &[recipient, asked] : dsn.recipients) {
        to.address(recipient);
        to.small((asked.never ? Never : 0u) | (asked.success ? OnSuccess : 0u) | (asked.failure ? OnFailure : 0u)
                 | (asked.delay ? OnDelay : 0u));
        to.octets(asked.originalRecipient);
    }
}

/// Goes on the wire again, so it is checked as if it had come from there.
MessageDsn readDsn(LogReader &from)
{
    MessageDsn dsn;
    dsn.envelope.returned = from.word(DsnRequest::Return::Headers);
    if (const QByteArrayView id = from.octets(); !id.isEmpty())
        dsn.envelope.envelopeId = from.known(parseEnvelopeId(id), QStringLiteral("its envelope id cannot be one."));
    const std::uint32_t count = from.bounded(kMaxLoggedAddresses);
    for (std::uint32_t i = 0; i < count && from.good(); ++i) {
        const auto recipient = from.address();
        const std::uint32_t notify = from.small();
        const QByteArrayView original = from.octets();
        DsnRecipient asked{.never = (notify & Never) != 0,
                           .success = (notify & OnSuccess) != 0,
                           .failure = (notify & OnFailure) != 0,
                           .delay = (notify & OnDelay) != 0};
        if (notify > AllNotify || (asked.never && notify != Never))
            from.fail(QStringLiteral("it asks for reports in a way that cannot be."));
        if (!original.isEmpty())
            asked.originalRecipient = from.known(parseOriginalRecipient(original, true),
                                                 QStringLiteral("its original recipient cannot be one."));
        if (recipient)
            dsn.recipients.push_back({*recipient, std::move(asked)});
    }
    return dsn;
}

void write(LogWriter &to, const SpoolMessage &message)
{
    to.number(message.id.sequence());
    to.time(message.receivedAt);
    to.time(message.expiresAt);
    to.time(message.nextAttempt);
    to.text(message.source);
    to.octets(message.sender ? message.sender->toString().toUtf8() : QByteArray());
    to.addresses(message.recipients);
    to.number(message.body.size);
    to.number(message.body.checksum);
    const std::uint32_t extras = extrasOf(message);
    to.small(extras);
    to.text(message.body.fileName);
    to.octets(message.body.octets);
    if ((extras & HasHelo) != 0)
        to.text(message.helo);
    if ((extras & HasUser) != 0)
        to.text(message.user);
    if ((extras & HasDsn) != 0)
        write(to, message.dsn);
}

SpoolMessage readMessage(LogReader &from, std::uint32_t instance)
{
    SpoolMessage message;
    message.id = QueueId(instance, from.number());
    message.receivedAt = from.time();
    message.expiresAt = from.time();
    message.nextAttempt = from.time();
    message.source = from.text();
    if (const QByteArrayView sender = from.octets(); !sender.isEmpty()) {
        auto address = EmailAddress::parse(QString::fromUtf8(sender));
        if (address)
            message.sender = *address;
        else
            from.fail(address.error().detail);
    }
    message.recipients = from.addresses();
    message.body.size = from.number();
    message.body.checksum = from.number();
    const std::uint32_t extras = from.small();
    message.body.has8Bit = (extras & Has8Bit) != 0;
    message.utf8 = (extras & WantsUtf8) != 0;
    message.body.fileName = QString::fromLatin1(from.octets());
    message.body.octets = from.octets().toByteArray();
    if ((extras & HasHelo) != 0)
        message.helo = from.text();
    if ((extras & HasUser) != 0)
        message.user = from.text();
    if ((extras & HasDsn) != 0)
        message.dsn = readDsn(from);
    if (extras > AllExtras)
        from.fail(QStringLiteral("it has something that this version does not know."));
    if (message.recipients.empty())
        from.fail(QStringLiteral("it has no recipients."));
    if (!message.body.fileName.isEmpty() && !isBodyName(message.body.fileName))
        from.fail(QStringLiteral("it names a body file that cannot be ours."));
    if (message.body.fileName.isEmpty() && static_cast<std::uint64_t>(message.body.octets.size()) != message.body.size)
        from.fail(QStringLiteral("its octets are not those that were accepted."));
    return message;
}

/// What ends a settlement's record; a bit each. The numbers are in the log: never change one.
enum SettlementExtra : std::uint32_t { HasBounce = 1, HasAccount = 2 };

void write(LogWriter &to, const Settlement &settlement)
{
    to.number(settlement.id.sequence());
    to.time(settlement.at);
    to.small(static_cast<std::uint32_t>(settlement.state));
    to.addresses(settlement.remaining);
    to.small(settlement.countsAsAttempt ? 1 : 0);
    to.time(settlement.nextAttempt);
    to.text(settlement.lastReply);
    to.small(static_cast<std::uint32_t>(settlement.events.size()));
    for (const JournalEvent &event : settlement.events) {
        to.time(event.at);
        to.small(static_cast<std::uint32_t>(event.kind));
        to.text(event.detail);
    }
    to.time(settlement.quota.at);
    to.small(static_cast<std::uint32_t>(settlement.quota.messages));
    to.small(static_cast<std::uint32_t>(settlement.quota.recipients));
    to.small((settlement.bounce ? HasBounce : 0u) | (settlement.quota.account != 0 ? HasAccount : 0u));
    if (settlement.quota.account != 0)
        to.number(settlement.quota.account);
    if (settlement.bounce)
        write(to, *settlement.bounce);
}

Settlement readSettlement(LogReader &from, std::uint32_t instance)
{
    Settlement settlement;
    settlement.id = QueueId(instance, from.number());
    settlement.at = from.time();
    settlement.state = from.word(MessageState::Damaged);
    settlement.remaining = from.addresses();
    settlement.countsAsAttempt = from.small() != 0;
    settlement.nextAttempt = from.time();
    settlement.lastReply = from.text();
    const std::uint32_t events = from.bounded(kMaxEvents);
    for (std::uint32_t i = 0; i < events && from.good(); ++i) {
        JournalEvent event;
        event.at = from.time();
        event.kind = from.word(kLastJournalKind);
        event.detail = from.text();
        settlement.events.push_back(std::move(event));
    }
    settlement.quota.at = from.time();
    settlement.quota.messages = static_cast<int>(from.small());
    settlement.quota.recipients = static_cast<int>(from.small());
    const std::uint32_t extras = from.small();
    if ((extras & HasAccount) != 0)
        settlement.quota.account = from.number();
    if ((extras & HasBounce) != 0)
        settlement.bounce = readMessage(from, instance);
    return settlement;
}

void write(LogWriter &to, const StateChange &change)
{
    to.small(static_cast<std::uint32_t>(change.sequences.size()));
    for (const std::uint64_t sequence : change.sequences)
        to.number(sequence);
    to.small(static_cast<std::uint32_t>(change.to));
    to.time(change.at);
    to.small(change.nextAttempt ? 1 : 0);
    to.time(change.nextAttempt.value_or(TimePoint()));
    to.small(static_cast<std::uint32_t>(change.kind));
    to.text(change.detail);
}

StateChange readStateChange(LogReader &from)
{
    StateChange change;
    const std::uint32_t count = from.small();
    for (std::uint32_t i = 0; i < count && from.good(); ++i)
        change.sequences.push_back(from.number());
    change.to = from.word(MessageState::Damaged);
    change.at = from.time();
    const bool hasNext = from.small() != 0;
    const TimePoint next = from.time();
    if (hasNext)
        change.nextAttempt = next;
    change.kind = from.word(kLastJournalKind);
    change.detail = from.text();
    return change;
}

LogEntry readEntry(Kind kind, LogReader &from, std::uint32_t instance)
{
    switch (kind) {
    case Kind::Acceptance: return Acceptance{readMessage(from, instance)};
    case Kind::Relocation: return Relocation{readMessage(from, instance)};
    case Kind::Settlement: return readSettlement(from, instance);
    case Kind::StateChange: return readStateChange(from);
    case Kind::SegmentStart: {
        SegmentStart start;
        start.previousSegment = from.small();
        start.previousEnd = from.small();
        return start;
    }
    }
    from.fail(QStringLiteral("it is of an unknown kind."));
    return SegmentStart{};
}

} // namespace

std::uint32_t appendRecord(QByteArray &out, const LogEntry &entry, std::uint32_t segment, std::uint32_t offset)
{
    const qsizetype start = out.size();
    out.append(kMagic);
    LogWriter to(out);
    to.small(static_cast<std::uint32_t>(kindOf(entry)));
    to.small(0); // the length, once it is known
    to.small(0);
    to.number(0); // the checksum
    std::visit(Overloaded{
                   [&](const Acceptance &acceptance) { write(to, acceptance.message); },
                   [&](const Relocation &relocation) { write(to, relocation.message); },
                   [&](const SegmentStart &begin) {
                       to.small(begin.previousSegment);
                       to.small(begin.previousEnd);
                   },
                   [&](const auto &other) { write(to, other); },
               },
               entry);
    const auto length = static_cast<std::uint32_t>(out.size() - start);
    qToLittleEndian(length - kRecordHeaderOctets, out.data() + start + 8);
    sealRecord(out, length, segment, offset);
    return length;
}

void sealRecord(QByteArray &out, std::uint32_t length, std::uint32_t segment, std::uint32_t offset)
{
    char *const record = out.data() + out.size() - length;
    qToLittleEndian(checksumOf(QByteArrayView(record, length), segment, offset), record + 16);
}

std::uint32_t claimedLength(QByteArrayView octets)
{
    if (octets.size() < static_cast<qsizetype>(kRecordHeaderOctets) || !octets.startsWith(kMagic))
        return 0;
    const std::uint64_t length =
        kRecordHeaderOctets + std::uint64_t(qFromLittleEndian<std::uint32_t>(octets.data() + 8));
    return length > static_cast<std::uint64_t>(octets.size()) ? 0 : static_cast<std::uint32_t>(length);
}

std::optional<std::uint32_t> recordLength(QByteArrayView octets, std::uint32_t segment, std::uint32_t offset)
{
    const std::uint32_t length = claimedLength(octets);
    if (length == 0
        || qFromLittleEndian<std::uint64_t>(octets.data() + 16) != checksumOf(octets.first(length), segment, offset))
        return std::nullopt;
    return length;
}

Result<LogEntry> parseRecord(QByteArrayView octets, std::uint32_t instance)
{
    const auto kind = static_cast<Kind>(qFromLittleEndian<std::uint32_t>(octets.data() + 4));
    const auto payload = qFromLittleEndian<std::uint32_t>(octets.data() + 8);
    LogReader from(octets.sliced(kRecordHeaderOctets, payload));
    LogEntry entry = readEntry(kind, from, instance);
    if (from.good() && !from.atEnd())
        from.fail(QStringLiteral("it goes on too long."));
    if (!from.good())
        return failure(ErrorKind::Storage, QStringLiteral("its record is damaged: %1").arg(from.fault()));
    return entry;
}

} // namespace relaywright
