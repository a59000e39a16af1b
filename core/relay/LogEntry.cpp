// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/LogEntry.h"

#include "core/base/Overloaded.h"
#include "core/base/Text.h"
#include "core/relay/BodyChecksum.h"
#include "core/relay/SpoolFolder.h"

#include <QDataStream>
#include <QtEndian>

namespace relaywright {

namespace {

constexpr QByteArrayView kMagic("RWL1");
constexpr std::uint32_t kMaxAddresses = 200'000;
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

class Writer {
public:
    explicit Writer(QByteArray &out) : m_out(out) {}
    void number(std::uint64_t value)
    {
        char octets[8];
        qToLittleEndian(value, octets);
        m_out.append(octets, sizeof octets);
    }
    void small(std::uint32_t value)
    {
        char octets[4];
        qToLittleEndian(value, octets);
        m_out.append(octets, sizeof octets);
    }
    void time(TimePoint time) { number(static_cast<std::uint64_t>(time.time_since_epoch().count())); }
    void octets(QByteArrayView octets)
    {
        small(static_cast<std::uint32_t>(octets.size()));
        m_out.append(octets);
    }
    void text(const QString &text) { octets(text.toUtf8()); }
    void address(const EmailAddress &address) { text(address.toString()); }
    void addresses(const std::vector<EmailAddress> &addresses)
    {
        small(static_cast<std::uint32_t>(addresses.size()));
        for (const EmailAddress &one : addresses)
            address(one);
    }

private:
    QByteArray &m_out;
};

/// Reads what Writer wrote; after the first fault every answer is empty and `fault` says what it was.
class Reader {
public:
    explicit Reader(QByteArrayView octets) : m_left(octets) {}
    std::uint64_t number() { return has(8) ? qFromLittleEndian<std::uint64_t>(take(8).data()) : 0; }
    std::uint32_t small() { return has(4) ? qFromLittleEndian<std::uint32_t>(take(4).data()) : 0; }
    TimePoint time() { return TimePoint(std::chrono::milliseconds(static_cast<std::int64_t>(number()))); }
    QByteArrayView octets()
    {
        const std::uint32_t size = small();
        return has(size) ? take(size) : QByteArrayView();
    }
    QString text() { return printable(octets().toByteArray(), kMaxTextCharacters); }
    std::optional<EmailAddress> address()
    {
        auto parsed = EmailAddress::parse(QString::fromUtf8(octets()));
        if (parsed)
            return *parsed;
        fail(parsed.error().detail);
        return std::nullopt;
    }
    std::vector<EmailAddress> addresses()
    {
        std::vector<EmailAddress> all;
        const std::uint32_t count = bounded(kMaxAddresses);
        for (std::uint32_t i = 0; i < count && good(); ++i) {
            if (auto one = address())
                all.push_back(std::move(*one));
        }
        return all;
    }
    /// A count of things that follow.
    std::uint32_t bounded(std::uint32_t most)
    {
        const std::uint32_t count = small();
        if (count <= most)
            return count;
        fail(QStringLiteral("it counts too much."));
        return 0;
    }
    /// A number of an enumeration, up to `last`.
    template <class E>
    E word(E last)
    {
        const std::uint32_t value = small();
        if (value <= static_cast<std::uint32_t>(last))
            return static_cast<E>(value);
        fail(QStringLiteral("it has an unknown word."));
        return E{};
    }
    void fail(const QString &what)
    {
        if (m_fault.isEmpty())
            m_fault = what;
    }
    [[nodiscard]] bool good() const { return m_fault.isEmpty(); }
    [[nodiscard]] const QString &fault() const { return m_fault; }
    [[nodiscard]] bool atEnd() const { return m_left.isEmpty(); }

private:
    static constexpr int kMaxTextCharacters = 4096;
    bool has(std::uint32_t size)
    {
        if (good() && m_left.size() < static_cast<qsizetype>(size))
            fail(QStringLiteral("it ends too early."));
        return good();
    }
    QByteArrayView take(std::uint32_t size)
    {
        const QByteArrayView taken = m_left.first(static_cast<qsizetype>(size));
        m_left = m_left.sliced(static_cast<qsizetype>(size));
        return taken;
    }

    QByteArrayView m_left;
    QString m_fault;
};

void write(Writer &to, const SpoolMessage &message)
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
    to.small(message.body.has8Bit ? 1 : 0);
    to.text(message.body.fileName);
    to.octets(message.body.octets);
}

SpoolMessage readMessage(Reader &from, std::uint32_t instance)
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
    message.body.has8Bit = from.small() != 0;
    message.body.fileName = QString::fromLatin1(from.octets());
    message.body.octets = from.octets().toByteArray();
    if (message.recipients.empty())
        from.fail(QStringLiteral("it has no recipients."));
    if (!message.body.fileName.isEmpty() && !isBodyName(message.body.fileName))
        from.fail(QStringLiteral("it names a body file that cannot be ours."));
    if (message.body.fileName.isEmpty() && static_cast<std::uint64_t>(message.body.octets.size()) != message.body.size)
        from.fail(QStringLiteral("its octets are not those that were accepted."));
    return message;
}

void write(Writer &to, const Settlement &settlement)
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
    to.small(settlement.bounce ? 1 : 0);
    if (settlement.bounce)
        write(to, *settlement.bounce);
}

Settlement readSettlement(Reader &from, std::uint32_t instance)
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
        event.kind = from.word(JournalKind::Expired);
        event.detail = from.text();
        settlement.events.push_back(std::move(event));
    }
    settlement.quota.at = from.time();
    settlement.quota.messages = static_cast<int>(from.small());
    settlement.quota.recipients = static_cast<int>(from.small());
    if (from.small() != 0)
        settlement.bounce = readMessage(from, instance);
    return settlement;
}

void write(Writer &to, const StateChange &change)
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

StateChange readStateChange(Reader &from)
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
    change.kind = from.word(JournalKind::Expired);
    change.detail = from.text();
    return change;
}

LogEntry readEntry(Kind kind, Reader &from, std::uint32_t instance)
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
    Writer to(out);
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
    Reader from(octets.sliced(kRecordHeaderOctets, payload));
    LogEntry entry = readEntry(kind, from, instance);
    if (from.good() && !from.atEnd())
        from.fail(QStringLiteral("it goes on too long."));
    if (!from.good())
        return failure(ErrorKind::Storage, QStringLiteral("its record is damaged: %1").arg(from.fault()));
    return entry;
}

} // namespace relaywright
