// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mailauth/DkimKey.h"
#include "core/verify/Targets.h"

namespace relaywright {

/// What the DNS has for one selector of a domain.
struct DkimLook {
    QString selector;
    DnsAnswer alias; ///< CNAME of SELECTOR._domainkey.DOMAIN
    DnsAnswer key;   ///< TXT of it, where the alias leads
};

/// One of the two selectors of Exchange Online: both must be CNAMEs into the tenant. Pure.
[[nodiscard]] Finding judgeExchangeSelector(const DomainExpectation &expected, const DkimLook &look);
/// A selector of another service, a CNAME or a key of its own. Pure.
[[nodiscard]] Finding judgeOtherSelector(const QString &domain, const DkimLook &look);

/// Exchange Online can sign for `expected.domain`: one of its selectors leads into the tenant and has a key. Nothing
/// when an answer is missing that decides.
[[nodiscard]] std::optional<bool> canSign(const DomainExpectation &expected, const std::vector<DkimLook> &looks);

/// The modulus of an RSA key in bits, 256 for ed25519; 0 when the octets are no such key.
[[nodiscard]] int keyBits(const DkimKey &key);

} // namespace relaywright
