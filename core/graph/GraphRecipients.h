// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"
#include "core/base/Result.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QStringList>

#include <vector>

namespace relaywright {

/// The header of a message for Graph, which knows no envelope: it sends to whom To, Cc and Bcc name.
struct GraphHeader {
    QByteArray octets{};   ///< every field, and the empty line behind them
    qsizetype size = 0;    ///< octets of the message that `octets` stand for; the rest follows unchanged
    QStringList remarks{}; ///< whole sentences: what was changed, for the journal
    bool operator==(const GraphHeader &) const = default;
};

/// Makes To, Cc and Bcc name the recipients of this envelope and nobody else; fields in which nothing is to be changed stay as
/// they are, octet by octet.
/// - Recipients that no field names go into Bcc, which Exchange Online does not pass on.
/// - Addresses of To and Cc that are no recipients here, and what is no address at all, are taken out: they would get the
///   message a second time, or are none. The field as it was stays as X-Relaywright-Original-To or -Cc. Of Bcc it does not:
///   it is nobody's business.
/// - Several fields of a kind become one (RFC 5322 §3.6). Groups stay groups, with the members that are left.
/// - A line in the header that is no field ends it, as it does for a relay; an empty line is put before it. A carriage
///   return without a line feed becomes a space. Either could hide a recipient.
/// `message` is the message from its first octet, all of it or at least MessageHeader::kMaxHeaderOctets and one.
/// Error: InvalidInput without recipients, or for a header longer than MessageHeader::kMaxHeaderOctets.
[[nodiscard]] Result<GraphHeader> headerForEnvelope(QByteArrayView message,
                                                    const std::vector<EmailAddress> &recipients);

} // namespace relaywright
