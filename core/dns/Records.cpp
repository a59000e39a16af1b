// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dns/Records.h"

#include <algorithm>
#include <tuple>

namespace relaywright {

namespace {

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
    WireReader reader = dataReader(packet, record);
    QByteArray text;
    std::vector<int> lengths;
    while (reader.ok() && reader.position() < record.dataStart + record.dataLength) {
        lengths.push_back(reader.octet());
        text += reader.octets(lengths.back());
    }
    answer.texts += text;
    answer.textStrings.push_back(std::move(lengths));
    return reader.ok() && record.dataLength > 0;
}

bool readTlsa(QByteArrayView packet, const Record &record, DnsAnswer &answer)
{
    if (record.dataLength < 4)
        return false;
    WireReader reader = dataReader(packet, record);
    DnsTlsa tlsa{.usage = reader.octet(), .selector = reader.octet(), .matching = reader.octet(), .data = {}};
    tlsa.data = reader.octets(record.dataLength - 3);
    answer.associations.push_back(std::move(tlsa));
    return reader.ok();
}

} // namespace

int wireType(DnsType type)
{
    switch (type) {
    case DnsType::A: return 1;
    case DnsType::Ns: return kTypeNs;
    case DnsType::Cname: return kTypeCname;
    case DnsType::Soa: return kTypeSoa;
    case DnsType::Ptr: return 12;
    case DnsType::Mx: return 15;
    case DnsType::Txt: return 16;
    case DnsType::Aaaa: return 28;
    case DnsType::Tlsa: return 52;
    }
    Q_UNREACHABLE();
}

std::optional<std::vector<Record>> readRecords(WireReader &reader, int count)
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

WireReader dataReader(QByteArrayView packet, const Record &record)
{
    return {packet.first(record.dataStart + record.dataLength), record.dataStart};
}

std::optional<Soa> readSoa(QByteArrayView packet, const Record &record)
{
    WireReader reader = dataReader(packet, record);
    Soa soa;
    soa.data.primary = reader.name();
    std::ignore = reader.name(); // mailbox
    soa.data.serial = reader.number32();
    reader.skip(12); // refresh, retry, expire
    soa.minimum = reader.number32();
    return reader.ok() ? std::optional(soa) : std::nullopt;
}

bool readData(QByteArrayView packet, const Record &record, DnsType type, DnsAnswer &answer)
{
    WireReader reader = dataReader(packet, record);
    switch (type) {
    case DnsType::A: return record.dataLength == 4 && readAddress(packet, record, answer);
    case DnsType::Aaaa: return record.dataLength == 16 && readAddress(packet, record, answer);
    case DnsType::Txt: return readText(packet, record, answer);
    case DnsType::Tlsa: return readTlsa(packet, record, answer);
    case DnsType::Mx: {
        const quint16 preference = reader.number16();
        answer.exchanges.push_back({preference, reader.name()});
        return reader.ok();
    }
    case DnsType::Soa: {
        const auto soa = readSoa(packet, record);
        answer.soa = soa ? std::optional(soa->data) : std::nullopt;
        return soa.has_value();
    }
    case DnsType::Ptr:
    case DnsType::Cname:
    case DnsType::Ns: answer.names += reader.name(); return reader.ok();
    }
    Q_UNREACHABLE();
}

} // namespace relaywright
