// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/AnswerText.h"
#include "core/dns/Message.h"
#include "core/dns/Wire.h"

#include "tests/fuzz/Fuzz.h"

#include <array>

using namespace relaywright;

namespace {

constexpr std::array kTypes{DnsType::A,     DnsType::Aaaa, DnsType::Mx,  DnsType::Txt, DnsType::Ptr,
                            DnsType::Cname, DnsType::Ns,   DnsType::Soa, DnsType::Tlsa};

void checkName(const QString &name)
{
    require(name.size() <= 4 * 255, "a name is bounded");
    require(!hasControlCharacters(name), "a name is printable");
    if (const auto wire = wireName(name)) {
        WireReader reader(*wire, 0);
        require(!reader.name().isEmpty() && reader.ok() && reader.position() == wire->size() && wire->size() <= 255,
                "a name that can be sent can be read");
    }
}

void checkFound(const DnsAnswer &answer, DnsType type, qsizetype octets)
{
    const QStringList records = recordTexts(type, answer);
    require(!records.isEmpty(), "what was found can be shown");
    require(records.size() <= octets / 11, "each record costs octets of the packet");
    for (const QString &record : records)
        require(!hasControlCharacters(record), "a record's text is printable");
    require(answer.texts.size() == qsizetype(answer.textStrings.size()), "each text has its strings");
}

} // namespace

/// The first octet chooses the type that was asked for, the rest is the packet.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const DnsType type = kTypes.at(data[0] % kTypes.size());
    const QByteArrayView packet = octetsOf(data + 1, size - 1);
    const DnsReply reply = readDnsReply(packet, QStringLiteral("example.com"), type);
    const DnsAnswer &answer = reply.answer;
    using Status = DnsAnswer::Status;
    require(answer.status != Status::TimedOut, "a packet that came did not time out");
    require(answer.ttl.count() >= 0 && answer.ttl.count() <= 7 * 24 * 3600, "a TTL is at most a week");
    require(!(reply.malformed || reply.truncated) || answer.status == Status::Failed, "half an answer is none");
    require(answer.aliases.size() <= 20, "aliases are bounded");
    if (answer.status == Status::Failed)
        requireSentence(answer.detail);
    if (answer.status == Status::Found)
        checkFound(answer, type, packet.size());
    for (const QString &name : answer.aliases + answer.names + QStringList{reply.next})
        checkName(name);
    return 0;
}
