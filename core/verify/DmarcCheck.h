// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mailauth/Dmarc.h"
#include "core/verify/Targets.h"

namespace relaywright {

/// The policy that counts for mail from a domain, as RFC 7489 §6.6.3 finds it.
struct DmarcLook {
    QString domain;
    std::vector<Evidence> evidence;
    QString unanswered;                ///< why a name could not be asked that decides; empty when all is known
    QStringList texts;                 ///< records that mean to be DMARC, at the first name that has any
    QString recordDomain;              ///< where they are: the domain, or the organisational one above it
    std::optional<DmarcRecord> record; ///< when there is exactly one, and receivers take it
    std::optional<RecordFault> fault;  ///< of that one record, when they do not
    bool operator==(const DmarcLook &) const = default;
};
/// `answers` to the names of dmarcNames(domain), in order. Pure.
[[nodiscard]] DmarcLook readDmarc(const QString &domain, const std::vector<DnsAnswer> &answers);

[[nodiscard]] Finding judgeDmarc(const DomainExpectation &expected, const DmarcLook &look);

/// Domains outside the organisation that its record sends reports to, each once.
[[nodiscard]] QStringList foreignReportDomains(const DmarcLook &look);
/// Whether those domains take reports: `answers` to reportLeaveName of each. Pure.
[[nodiscard]] Finding judgeReportLeave(const DmarcLook &look, const QStringList &foreign,
                                       const std::vector<DnsAnswer> &answers);

} // namespace relaywright
