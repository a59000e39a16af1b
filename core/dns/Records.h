// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/dns/Wire.h"

#include <QByteArrayView>

#include <optional>
#include <vector>

namespace relaywright {

constexpr quint16 kTypeNs = 2;
constexpr quint16 kTypeCname = 5;
constexpr quint16 kTypeSoa = 6;
constexpr quint16 kClassIn = 1;
constexpr quint32 kMaxTtlSeconds = 7 * 24 * 3600;

/// The number of a record type on the wire (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 6698 §7.1).
[[nodiscard]] int wireType(DnsType type);

/// Where a record of a packet has its data (RFC 1035 §4.1.3).
struct Record {
    QString owner;
    quint16 type = 0;
    quint32 ttl = 0; ///< seconds, at most kMaxTtlSeconds
    qsizetype dataStart = 0;
    qsizetype dataLength = 0;
};

/// The next `count` records; those of other classes are left out. Nothing when one is cut or has an impossible name.
[[nodiscard]] std::optional<std::vector<Record>> readRecords(WireReader &reader, int count);

/// Of one record's data only; names may point back into the packet.
[[nodiscard]] WireReader dataReader(QByteArrayView packet, const Record &record);

/// Adds the record's data to the list of `answer` that is for `type`; false when the data is not what the type demands.
[[nodiscard]] bool readData(QByteArrayView packet, const Record &record, DnsType type, DnsAnswer &answer);

struct Soa {
    DnsSoa data;
    quint32 minimum = 0; ///< seconds; for negative answers (RFC 2308 §4)
};
[[nodiscard]] std::optional<Soa> readSoa(QByteArrayView packet, const Record &record);

} // namespace relaywright
