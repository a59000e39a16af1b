// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Message.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace relaywright {

namespace {

constexpr qsizetype kHeaderOctets = 12;
constexpr qsizetype kMaxNameOctets = 255;
constexpr int kMaxAliases = 16;
constexpr quint16 kTypeCname = 5;
constexpr quint16 kTypeSoa = 6;
constexpr quint16 kClassIn = 1;
constexpr quint32 kMaxTtlSeconds = 7 * 24 * 3600;

/// Reads forward; after the first fault every read gives zero and `ok` stays false.
class Reader {
public:
    Reader(QByteArrayView packet, qsizetype position) : m_packet(packet), m_position(position) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] qsizetype position() const { return m_position; }
    void skip(qsizetype octets)
    {
        m_ok = m_ok && octets <= m_packet.size() - m_position, m_position += m_ok ? octets : 0;
    }
    quint8 octet()
    {
        if (!m_ok || m_position >= m_packet.size()) {
            m_ok = false;
            return 0;
        }
        return static_cast<quint8>(m_packet[m_position++]);
    }
    quint16 number16()
    {
        const int high = octet() << 8;
        return static_cast<quint16>(high | octet());
    }
    quint32 number32()
    {
        const quint32 high = quint32(number16()) << 16;
        return high | number16();
    }
    QByteArray octets(qsizetype count)
    {
        const qsizetype start = m_position;
        skip(count);
        return m_ok ? m_packet.sliced(start, count).toByteArray() : QByteArray();
    }
    QString name();

private:
    QByteArrayView m_packet;
    qsizetype m_position;
    bool m_ok = true;
};

/// A label for people: a dot, backslash or octet outside printable ASCII is escaped (RFC 1035 §5.1).
QString labelText(const QByteArray &label)
{
    QString text;
    for (const char c : label) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '.' || c == '\\')
            text += u'\\';
        if (octet <= 0x20 || octet > 0x7e)
            text += QStringLiteral("\\%1").arg(octet, 3, 10, QLatin1Char('0'));
        else
            text += QLatin1Char(c);
    }
    return text.toLower();
}

/// §4.1.4: pointers must lead backwards each time, so that reading ends.
QString Reader::name()
{
    QStringList labels;
    qsizetype total = 1;
    qsizetype limit = m_position; // a pointer must lead before this
    std::optional<qsizetype> resume;
    for (;;) {
        const quint8 length = octet();
        if (!m_ok || length == 0)
            break;
        if (length >= 0xc0) {
            const qsizetype target = (length & 0x3f) << 8 | octet();
            if (!resume)
                resume = m_position;
            m_ok = m_ok && target < limit;
            m_position = limit = target;
            continue;
        }
        total += length + 1;
        m_ok = m_ok && length < 0x40 && total <= kMaxNameOctets;
        labels += labelText(octets(length));
    }
    if (resume)
        m_position = *resume;
    return m_ok ? labels.join(u'.') : QString();
}

struct Record {
    QString owner;
    quint16 type = 0;
    quint32 ttl = 0;
    qsizetype dataStart = 0;
    qsizetype dataLength = 0;
};

std::optional<std::vector<Record>> readRecords(Reader &reader, int count)
{
    std::vector<Record> records;
    for (int i = 0; i < count; ++i) {
        Record record;
        record.owner = reader.name();
        record.type = reader.number16();
        const quint16 dnsClass = reader.number16();
        // A TTL with the top bit set counts as zero (RFC 2181 §8).
        const quint32 ttl = reader.number32();
        record.ttl = ttl > 0x7fffffff ? 0 : std::min(ttl, kMaxTtlSeconds);
        record.dataLength = reader.number16();
        record.dataStart = reader.position();
        reader.skip(record.dataLength);
        if (!reader.ok())
            return std::nullopt;
        if (dnsClass == kClassIn)
            records.push_back(record);
    }
    return records;
}

bool readAddress(QByteArrayView packet, const Record &record, DnsAnswer &answer)
{
    const auto *const data = reinterpret_cast<const quint8 *>(packet.data()) + record.dataStart;
    if (record.dataLength == 4) {
        answer.addresses.push_back(
            IpAddress::fromV4(quint32(data[0]) << 24 | quint32(data[1]) << 16 | quint32(data[2]) << 8 | data[3]));
        return true;
    }
    IpAddress::Octets octets{};
    std::copy_n(data, std::min<qsizetype>(record.dataLength, 16), octets.begin());
    answer.addresses.push_back(IpAddress::fromV6(octets));
    return record.dataLength == 16;
}

bool readText(QByteArrayView packet, const Record &record, DnsAnswer &answer)
{
    Reader reader(packet.first(record.dataStart + record.dataLength), record.dataStart);
    QByteArray text;
    while (reader.ok() && reader.position() < record.dataStart + record.dataLength)
        text += reader.octets(reader.octet());
    answer.texts += text;
    return reader.ok() && record.dataLength > 0;
}

bool readData(QByteArrayView packet, const Record &record, DnsType type, DnsAnswer &answer)
{
    Reader reader(packet.first(record.dataStart + record.dataLength), record.dataStart);
    switch (type) {
    case DnsType::A: return record.dataLength == 4 && readAddress(packet, record, answer);
    case DnsType::Aaaa: return record.dataLength == 16 && readAddress(packet, record, answer);
    case DnsType::Txt: return readText(packet, record, answer);
    case DnsType::Mx: {
        const quint16 preference = reader.number16();
        answer.exchanges.push_back({preference, reader.name()});
        return reader.ok();
    }
    case DnsType::Ptr:
    case DnsType::Cname:
    case DnsType::Ns: answer.names += reader.name(); return reader.ok();
    }
    Q_UNREACHABLE();
}

QString rcodeName(int rcode)
{
    switch (rcode) {
    case 1: return QStringLiteral("FORMERR");
    case 2: return QStringLiteral("SERVFAIL");
    case 4: return QStringLiteral("NOTIMP");
    case 5: return QStringLiteral("REFUSED");
    default: return QStringLiteral("error %1").arg(rcode);
    }
}

DnsReply failed(const QString &sentence, const QString &name, DnsType type)
{
    return {.answer = {.status = DnsAnswer::Status::Failed, .detail = sentence.arg(toString(type), name)}, .next = {}};
}

DnsReply malformed(const QString &name, DnsType type)
{
    return failed(QStringLiteral("The name server's answer about %1 %2 is malformed. Ask another name server."), name,
                  type);
}

/// How long "there is nothing" stays true (RFC 2308 §5); nothing without an SOA.
std::optional<std::chrono::seconds> negativeTtl(QByteArrayView packet, const std::vector<Record> &authority)
{
    const auto soa = std::ranges::find(authority, kTypeSoa, &Record::type);
    if (soa == authority.end())
        return std::nullopt;
    Reader reader(packet.first(soa->dataStart + soa->dataLength), soa->dataStart);
    std::ignore = reader.name();
    std::ignore = reader.name();
    reader.skip(16);
    const quint32 minimum = reader.number32();
    return std::chrono::seconds(reader.ok() ? std::min(soa->ttl, minimum) : 0);
}

/// Where the aliases of `name` lead within these records; empty on a loop.
QString followAliases(QByteArrayView packet, const std::vector<Record> &records, const QString &name, quint32 &ttl)
{
    QString owner = name;
    for (int hops = 0; hops <= kMaxAliases; ++hops) {
        const auto alias = std::ranges::find_if(
            records, [&](const Record &record) { return record.type == kTypeCname && record.owner == owner; });
        if (alias == records.end())
            return owner;
        ttl = std::min(ttl, alias->ttl);
        owner = Reader(packet.first(alias->dataStart + alias->dataLength), alias->dataStart).name();
        if (owner.isEmpty())
            return {};
    }
    return {};
}

} // namespace

int wireType(DnsType type)
{
    switch (type) {
    case DnsType::A: return 1;
    case DnsType::Ns: return 2;
    case DnsType::Cname: return kTypeCname;
    case DnsType::Ptr: return 12;
    case DnsType::Mx: return 15;
    case DnsType::Txt: return 16;
    case DnsType::Aaaa: return 28;
    }
    Q_UNREACHABLE();
}

DnsReply readDnsReply(QByteArrayView packet, const QString &name, DnsType type)
{
    if (packet.size() < kHeaderOctets)
        return malformed(name, type);
    Reader reader(packet, 2);
    const quint16 flags = reader.number16();
    const int questions = reader.number16(), answers = reader.number16(), authorities = reader.number16();
    std::ignore = reader.number16();
    const int rcode = flags & 0xf;
    if (rcode != 0 && rcode != 3)
        return failed(
            QStringLiteral("The name server answered %1 about %2 %3. Try again later or ask another name server.")
                .arg(rcodeName(rcode), QStringLiteral("%1"), QStringLiteral("%2")),
            name, type);
    // The question is repeated as it was asked, so its name is the one the records are under.
    QString asked = name.toLower();
    for (int i = 0; i < questions; ++i) {
        asked = reader.name();
        reader.skip(4);
    }
    const auto records = readRecords(reader, answers);
    const auto authority = records ? readRecords(reader, authorities) : std::nullopt;
    if (!reader.ok() || !records || !authority || questions > 1)
        return malformed(name, type);

    DnsReply reply;
    quint32 ttl = kMaxTtlSeconds;
    const QString owner = type == DnsType::Cname ? asked : followAliases(packet, *records, asked, ttl);
    for (const Record &record : *records) {
        if (record.type != wireType(type) || record.owner != owner || owner.isEmpty())
            continue;
        if (!readData(packet, record, type, reply.answer))
            return malformed(name, type);
        ttl = std::min(ttl, record.ttl);
        reply.answer.status = DnsAnswer::Status::Found;
    }
    if (reply.answer.status == DnsAnswer::Status::Found) {
        std::ranges::stable_sort(reply.answer.exchanges, {}, &DnsMx::preference);
        reply.answer.ttl = std::chrono::seconds(ttl);
        return reply;
    }
    reply.answer.status = rcode == 3 ? DnsAnswer::Status::NoName : DnsAnswer::Status::NoData;
    const auto negative = negativeTtl(packet, *authority);
    reply.answer.ttl = std::min(negative.value_or(std::chrono::seconds(0)), std::chrono::seconds(ttl));
    // An alias and nothing else, not even the SOA that says "no data": the server left the rest to us.
    if (rcode == 0 && !negative && owner != asked)
        reply.next = owner;
    return reply;
}

} // namespace relaywright
