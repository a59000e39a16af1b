// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mailauth/RecordFault.h"
#include "core/mailauth/SpfEvaluation.h"

#include <QString>
#include <QStringList>

#include <tl/expected.hpp>

#include <optional>
#include <vector>

namespace relaywright {

enum class DmarcPolicy { None, Quarantine, Reject };
[[nodiscard]] QString toString(DmarcPolicy policy); ///< none quarantine reject

/// Where reports go: `mailto:reports@contoso.com!10m`.
struct DmarcReportAddress {
    QString uri;         ///< as written, without the size
    QString address;     ///< of a mailto: URI, percent-decoded; empty for other schemes
    QString domain;      ///< of the address, lower case A-labels
    qint64 maxOctets = 0; ///< 0: no limit
    bool operator==(const DmarcReportAddress &) const = default;
};

/// A policy record (RFC 7489 §6.3, with `np`, `psd` and `t` of its successor).
struct DmarcRecord {
    DmarcPolicy policy = DmarcPolicy::None;
    std::optional<DmarcPolicy> subdomains;  ///< sp=
    std::optional<DmarcPolicy> nonExistent; ///< np=
    bool strictDkim = false;                ///< adkim=s
    bool strictSpf = false;                 ///< aspf=s
    int percent = 100;                      ///< pct=
    bool testing = false;                   ///< t=y: receivers apply one policy less
    std::vector<DmarcReportAddress> aggregate; ///< rua=
    std::vector<DmarcReportAddress> failure;   ///< ruf=
    QStringList failureOptions;                ///< fo=
    qint64 intervalSeconds = 86400;            ///< ri=
    QString publicSuffix;                      ///< psd=: `y`, `n`, or empty when it is not said
    QStringList otherTags;                     ///< unknown ones as `name=value`; they mean nothing, yet are kept
    std::vector<RecordFault> remarks; ///< what receivers pass over and people should mend: unknown tags, a bad `pct`, ...
    bool operator==(const DmarcRecord &) const = default;
};

/// True for a TXT record that means to be a DMARC record: begins with `v=DMARC1`, in any case.
[[nodiscard]] bool isDmarcRecord(QByteArrayView text);
/// Fault: what makes receivers ignore the whole record (§6.6.3): `v=DMARC1` not first or not written so, no valid `p`
/// and no valid address in `rua`. With such an address an invalid `p` or `sp` counts as `p=none`; everything else that
/// is wrong is a remark, at most 50.
[[nodiscard]] tl::expected<DmarcRecord, RecordFault> parseDmarc(const QString &text);

/// Names to ask for a policy, in this order, until one has a record: `_dmarc.` of the domain, then of its
/// organisational domain where that is another (§6.6.3). None when `fromDomain` is no domain.
[[nodiscard]] QStringList dmarcNames(const QString &fromDomain);
/// The policy for mail from `fromDomain` when `record` was found at `recordDomain` (with or without `_dmarc.`): `sp`
/// for sub-domains.
[[nodiscard]] DmarcPolicy policyFor(const DmarcRecord &record, const QString &recordDomain, const QString &fromDomain);

/// Where a foreign domain says that it takes reports about `domain` (§7.1): `contoso.com._report._dmarc.fabrikam.com`.
/// Empty when both belong to one organisation and no leave is needed.
[[nodiscard]] QString reportLeaveName(const QString &domain, const QString &reportDomain);
/// True for a TXT record there that gives the leave.
[[nodiscard]] bool isReportLeave(QByteArrayView text);

/// `a` and `b` count as the same for DMARC (§3.1): equal when strict, else of one organisational domain.
[[nodiscard]] bool isAligned(const QString &a, const QString &b, bool strict);

/// The next step towards `reject`, as a sentence with the record to publish; empty when the record is there.
struct DmarcAdvice {
    QString sentence;
    QString record; ///< whole text to publish, keeps every other tag; empty while a report address must be chosen
    bool operator==(const DmarcAdvice &) const = default;
};
/// Stages: none with reports, quarantine (pct raised), reject, sub-domains as strict. `quarantineSteps` such as
/// {10, 50, 100}, per cent, rising; what is no per cent is passed over.
[[nodiscard]] std::optional<DmarcAdvice> nextStage(const DmarcRecord &record, const std::vector<int> &quarantineSteps);
/// The record's text again: tags in the RFC's order, defaults left out. Parsing it gives the same record, less remarks.
[[nodiscard]] QString toText(const DmarcRecord &record);

/// One way that mail of a sender takes to the receiver, as far as it bears on authentication.
struct MailPath {
    QString fromDomain;        ///< of the From: header field (P2)
    QString envelopeDomain;    ///< of MAIL FROM (P1), or of HELO for the null reverse-path
    SpfResult spf = SpfResult::None; ///< of `envelopeDomain` for the address that connects to the receiver
    QString signingDomain;     ///< d= of the DKIM signature that will verify; empty: none
    bool operator==(const MailPath &) const = default;
};

struct DmarcOutcome {
    enum class Result {
        NoPolicy,    ///< no record: the receiver uses its own judgement
        Pass,
        Fail,
        CouldNotTell ///< SPF of an aligned domain is a temporary error and nothing else passes, or (for the caller to
                     ///< say) the policy could not be read
    };
    Result result = Result::NoPolicy;
    bool spfAligned = false;  ///< and pass
    bool dkimAligned = false;
    DmarcPolicy disposition = DmarcPolicy::None; ///< what the domain asks for when it fails, `pct` and `t` not counted
    QString why; ///< whole sentences: what aligned or did not, and what follows
    bool operator==(const DmarcOutcome &) const = default;
};
[[nodiscard]] QString toString(DmarcOutcome::Result result); ///< no-policy pass fail could-not-tell

/// What a receiver computes (RFC 7489 §6.6.2). `record` nothing: no policy is published; `recordDomain` is where it was
/// found.
[[nodiscard]] DmarcOutcome evaluateDmarc(const MailPath &path, const std::optional<DmarcRecord> &record,
                                         const QString &recordDomain);

} // namespace relaywright
