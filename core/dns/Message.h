// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"

#include <QByteArrayView>

namespace relaywright {

/// UDP answers up to this many octets are asked for: they fit one packet on every path (RFC 9715).
constexpr quint16 kUdpOctets = 1232;

/// How a question is put.
struct QueryForm {
    bool recursion = true; ///< RD
    bool edns = true;      ///< with an OPT record (RFC 6891)
};
/// A question with an id of its own; `wireName` as wireName() makes it. AD is set, so that a validating resolver tells
/// whether it validated (RFC 6840 §5.7).
[[nodiscard]] QByteArray makeQuery(quint16 id, const QByteArray &wireName, DnsType type, const QueryForm &form);

/// A reply as read; `answer` knows nothing yet of who sent it.
struct DnsReply {
    DnsAnswer answer;
    QString next;           ///< where an alias leads that the server did not follow
    int rcode = 0;          ///< RFC 1035 §4.1.1
    bool truncated = false; ///< TC: there is more; the answer is Failed
    bool malformed = false; ///< the answer is Failed
};

/// Reads a reply to `name`/`type` (RFC 1035 §4.1). Only records that belong to the name, or to where its CNAMEs lead,
/// are taken; a loop of aliases is Failed, and so are a mere referral to other servers and records of other names only.
/// Whatever the octets, it ends, and a malformed packet is Failed with a sentence.
[[nodiscard]] DnsReply readDnsReply(QByteArrayView packet, const QString &name, DnsType type);

/// Failed, or as `status` says; `sentence` with the type as %1 and the name as %2.
[[nodiscard]] DnsAnswer noAnswer(const QString &sentence, const QString &name, DnsType type,
                                 DnsAnswer::Status status = DnsAnswer::Status::Failed);

} // namespace relaywright
