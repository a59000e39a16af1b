// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/verify/Targets.h"

#include <QStringList>

#include <vector>

namespace relaywright {

/// PTR of an address, and the addresses of each name it gives (RFC 1912 §2.1: both ways should agree). Pure.
[[nodiscard]] Finding judgeReverse(const IpAddress &address, const DnsAnswer &names,
                                   const std::vector<DnsAnswer> &addresses);

/// What one list says about one address.
struct BlocklistLook {
    QString zone;
    DnsAnswer answer;        ///< A of the reversed address under the zone
    DnsAnswer reason;        ///< TXT of the same name; not asked (Failed, no detail) when it is not listed
    DnsAnswer listedPoint;   ///< A of 127.0.0.2 (of ::ffff:127.0.0.2) under the zone: a list that works has it
    DnsAnswer unlistedPoint; ///< A of 127.0.0.1 (of ::ffff:127.0.0.1): a list that works has it not
};
enum class Listing {
    NotListed,
    Listed,
    Refused,  ///< the list does not answer this resolver (127.255.255.x)
    NotAList, ///< it names everything, or nothing, or gives addresses that are no listing: it cannot be believed
    Silent,   ///< no answer
};
/// Tells a listing from a refusal and from a list that is dead (RFC 5782 §2.1, §5). Pure.
[[nodiscard]] Listing listingOf(const BlocklistLook &look);

/// `weighty` are the lists that Exchange Online refuses by. Pure.
[[nodiscard]] Finding judgeBlocklists(const IpAddress &address, const std::vector<BlocklistLook> &looks,
                                      const QStringList &weighty);

/// `10.2.0.192.zen.spamhaus.org`
[[nodiscard]] QString blocklistName(const IpAddress &address, const QString &zone);

} // namespace relaywright
