// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QByteArrayView>

namespace relaywright {

/// The number of a record type on the wire (RFC 1035 §3.2.2, RFC 3596 §2.1).
[[nodiscard]] int wireType(DnsType type);

/// A reply as read; `next` is where an alias leads that the server did not follow.
struct DnsReply {
    DnsAnswer answer;
    QString next;
};

/// Reads a reply to `name`/`type` (RFC 1035 §4.1). Only records that belong to the name, or to where its CNAMEs lead,
/// are taken; an alias loop is NoData. Whatever the octets, it ends, and a malformed packet is Failed with a sentence.
[[nodiscard]] DnsReply readDnsReply(QByteArrayView packet, const QString &name, DnsType type);

} // namespace relaywright
