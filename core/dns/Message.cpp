// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Message.h"

#include "core/base/Text.h"
#include "core/dns/Records.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace relaywright {

namespace {

constexpr qsizetype kHeaderOctets = 12;
constexpr int kMaxAliases = 16;
constexpr qsizetype kMaxNameChars = 253;
constexpr quint16 kTypeOpt = 41;
// Flags of the header (§4.1.1, RFC 4035 §3.2.3)
constexpr quint16 kResponse = 0x8000, kAuthoritative = 0x0400, kTruncated = 0x0200, kRecursion = 0x0100,
                  kAuthentic = 0x0020;
constexpr int kNoError = 0, kNoName = 3; // the codes that are answers

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
    return {.answer = noAnswer(sentence, name, type), .next = {}};
}

DnsReply malformed(const QString &name, DnsType type)
{
    DnsReply reply = failed(
        QStringLiteral("The name server's answer about %1 %2 is malformed. Ask another name server."), name, type);
    reply.malformed = true;
    return reply;
}

DnsReply refused(int rcode, const QString &name, DnsType type)
{
    DnsReply reply =
        failed(QStringLiteral("The name server answered %1 about %2 %3. Try again later or ask another name server.")
                   .arg(rcodeName(rcode), QStringLiteral("%1"), QStringLiteral("%2")),
               name, type);
    reply.rcode = rcode;
    return reply;
}

DnsReply truncated(const QString &name, DnsType type)
{
    DnsReply reply = failed(
        QStringLiteral("The name server cut its answer about %1 %2 short. Ask another name server."), name, type);
    reply.truncated = true;
    return reply;
}

/// How long "there is nothing" stays true (RFC 2308 §5); nothing without an SOA.
std::optional<std::chrono::seconds> negativeTtl(QByteArrayView packet, const std::vector<Record> &authority)
{
    const auto record = std::ranges::find(authority, kTypeSoa, &Record::type);
    if (record == authority.end())
        return std::nullopt;
    const auto soa = readSoa(packet, *record);
    return std::chrono::seconds(soa ? std::min(record->ttl, soa->minimum) : 0);
}

/// Where the aliases of a name lead within these records.
struct Trail {
    QString end; ///< the name itself when there is no alias; empty on a loop
    QStringList aliases;
    quint32 ttl = kMaxTtlSeconds;
};

Trail followAliases(QByteArrayView packet, const std::vector<Record> &records, const QString &name)
{
    Trail trail{.end = name, .aliases = {}};
    while (trail.aliases.size() <= kMaxAliases) {
        const auto alias = std::ranges::find_if(
            records, [&](const Record &record) { return record.type == kTypeCname && record.owner == trail.end; });
        if (alias == records.end())
            return trail;
        trail.ttl = std::min(trail.ttl, alias->ttl);
        trail.end = dataReader(packet, *alias).name();
        if (trail.end.isEmpty() || trail.end == name || trail.aliases.contains(trail.end))
            break;
        trail.aliases += trail.end;
    }
    trail.end.clear();
    return trail;
}

/// No answer, but the names of servers that should know (RFC 1034 §4.3.1).
bool isReferral(int flags, const std::vector<Record> &answers, const std::vector<Record> &authority)
{
    const auto has = [&](quint16 type) { return std::ranges::find(authority, type, &Record::type) != authority.end(); };
    return !(flags & kAuthoritative) && answers.empty() && has(kTypeNs) && !has(kTypeSoa);
}

/// Records, but none under the name that was asked about.
bool isAboutOthers(const std::vector<Record> &answers, const QString &asked)
{
    return !answers.empty() && std::ranges::find(answers, asked, &Record::owner) == answers.end();
}

/// What the records say, once the packet is known to be whole.
DnsReply judge(QByteArrayView packet, const std::vector<Record> &records, const Trail &trail, const QString &name,
               DnsType type)
{
    DnsReply reply;
    reply.answer.aliases = trail.aliases;
    quint32 ttl = trail.ttl;
    for (const Record &record : records) {
        if (record.type != wireType(type) || record.owner != trail.end)
            continue;
        if (!readData(packet, record, type, reply.answer))
            return malformed(name, type);
        ttl = std::min(ttl, record.ttl);
        reply.answer.status = DnsAnswer::Status::Found;
    }
    std::ranges::stable_sort(reply.answer.exchanges, {}, &DnsMx::preference);
    reply.answer.ttl = std::chrono::seconds(ttl);
    return reply;
}

void append16(QByteArray &packet, int number)
{
    packet += static_cast<char>(number >> 8);
    packet += static_cast<char>(number & 0xff);
}

} // namespace

DnsAnswer noAnswer(const QString &sentence, const QString &name, DnsType type, DnsAnswer::Status status)
{
    return {.status = status, .detail = sentence.arg(toString(type), printable(name.toUtf8(), kMaxNameChars))};
}

QByteArray makeQuery(quint16 id, const QByteArray &wireName, DnsType type, const QueryForm &form)
{
    QByteArray packet;
    append16(packet, id);
    append16(packet, kAuthentic | (form.recursion ? kRecursion : 0));
    for (const int count : {1, 0, 0, form.edns ? 1 : 0}) // questions, answers, authority, additional
        append16(packet, count);
    packet += wireName;
    append16(packet, wireType(type));
    append16(packet, kClassIn);
    if (form.edns) { // RFC 6891 §6.1.2: root, OPT, the octets we take, no flags, no options
        packet += '\0';
        for (const int number : {int(kTypeOpt), int(kUdpOctets), 0, 0, 0})
            append16(packet, number);
    }
    return packet;
}

DnsReply readDnsReply(QByteArrayView packet, const QString &name, DnsType type)
{
    if (packet.size() < kHeaderOctets)
        return malformed(name, type);
    WireReader reader(packet, 2);
    const quint16 flags = reader.number16();
    const int questions = reader.number16(), answers = reader.number16(), authorities = reader.number16();
    std::ignore = reader.number16();
    const int rcode = flags & 0xf;
    if (!(flags & kResponse) || questions > 1)
        return malformed(name, type);
    if (rcode != kNoError && rcode != kNoName)
        return refused(rcode, name, type);
    if (flags & kTruncated)
        return truncated(name, type);
    // The question is repeated as it was asked, so its name is the one the records are under.
    QString asked = name.toLower();
    if (questions > 0) {
        asked = reader.name();
        reader.skip(4);
    }
    const auto records = readRecords(reader, answers);
    const auto authority = records ? readRecords(reader, authorities) : std::nullopt;
    if (!reader.ok() || !records || !authority)
        return malformed(name, type);
    if (rcode == kNoError && isReferral(flags, *records, *authority))
        return failed(
            QStringLiteral("The name server does not answer about %1 %2 itself, it refers to other servers. Ask "
                           "another name server."),
            name, type);
    if (isAboutOthers(*records, asked))
        return failed(QStringLiteral("The name server answered about other names than %1 %2. Ask another name server."),
                      name, type);
    const Trail trail =
        type == DnsType::Cname ? Trail{.end = asked, .aliases = {}} : followAliases(packet, *records, asked);
    if (trail.end.isEmpty())
        return failed(QStringLiteral("The aliases (CNAME) behind %1 %2 lead in a circle or are too many. Correct them "
                                     "where they are published."),
                      name, type);

    DnsReply reply = judge(packet, *records, trail, name, type);
    if (reply.malformed)
        return reply;
    reply.rcode = rcode;
    reply.answer.authentic = flags & kAuthentic;
    reply.answer.authoritative = flags & kAuthoritative;
    if (reply.answer.status == DnsAnswer::Status::Found)
        return reply;
    reply.answer.status = rcode == kNoName ? DnsAnswer::Status::NoName : DnsAnswer::Status::NoData;
    const auto negative = negativeTtl(packet, *authority);
    reply.answer.ttl = std::min(negative.value_or(std::chrono::seconds(0)), reply.answer.ttl);
    // An alias and nothing else, not even the SOA that says "no data": the server left the rest to us.
    if (rcode == kNoError && !negative && !trail.aliases.isEmpty())
        reply.next = trail.end;
    return reply;
}

} // namespace relaywright
