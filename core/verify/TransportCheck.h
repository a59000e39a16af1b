// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mailauth/TransportPolicy.h"
#include "core/verify/PolicyFetch.h"
#include "core/verify/Targets.h"

namespace relaywright {

/// `record` is TXT of _mta-sts.DOMAIN, `exchanges` MX of the domain; `fetched` is missing when there was no record to
/// fetch it for. Pure, as all of this header.
[[nodiscard]] Finding judgeMtaSts(const QString &domain, const DnsAnswer &record, const DnsAnswer &exchanges,
                                  const std::optional<PolicyOutcome> &fetched);

/// `answer` is TXT of _smtp._tls.DOMAIN.
[[nodiscard]] Finding judgeTlsReports(const QString &domain, const DnsAnswer &answer);

/// TLSA of each MX host, in the order of the exchanges.
[[nodiscard]] Finding judgeDane(const QString &domain, const DnsAnswer &exchanges,
                                const std::vector<DnsAnswer> &associations);

/// `_25._tcp.mail.contoso.com` (RFC 7672 §2.2.3).
[[nodiscard]] QString tlsaName(const QString &exchange);

} // namespace relaywright
