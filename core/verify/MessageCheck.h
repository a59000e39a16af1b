// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mail/Lint.h"
#include "core/verify/DmarcCheck.h"

#include <QObject>

#include <map>
#include <optional>
#include <vector>

namespace relaywright {

/// What MAIL FROM says, for a comparison with the header.
struct LintEnvelope {
    bool known = false;   ///< nothing is compared where it is not
    ReversePath mailFrom; ///< P1; nothing: the null reverse-path
};

/// From (P2) against MAIL FROM (P1). Pure.
[[nodiscard]] std::vector<LintRemark> compareSenders(const LintedSenders &senders, const LintEnvelope &envelope);

/// Whether a domain takes mail: `mx` and, where that has no data, `addresses` of the name itself (RFC 5321 §5.1,
/// RFC 7505). Nothing to say where it does, or where the DNS gave no answer. Pure.
[[nodiscard]] std::vector<LintRemark> judgeMailDomain(const QString &domain, const DnsAnswer &mx,
                                                      const std::optional<DnsAnswer> &addresses);

/// The alignment that DMARC will ask for (RFC 7489 §3.1): MAIL FROM in another organisation than From leaves it to DKIM
/// alone. Pure.
[[nodiscard]] std::vector<LintRemark> judgeAlignment(const QString &fromDomain, const LintEnvelope &envelope,
                                                     const DmarcLook &look);

/// What MessageLint cannot say of a message alone: asks the DNS for its domains and policies. Single use; needs an event
/// loop. A handful of questions, whatever the message holds.
class MessageCheck : public QObject {
    Q_OBJECT
public:
    static constexpr qsizetype kMaxDomains = 8;
    /// `dns` outlives this.
    MessageCheck(LintedSenders senders, LintEnvelope envelope, DnsClient &dns, QObject *parent = nullptr);
    void start();

Q_SIGNALS:
    /// Exactly once.
    void finished(const std::vector<relaywright::LintRemark> &remarks);

private:
    void ask(const QString &name, DnsType type);
    void onAnswer();
    [[nodiscard]] const DnsAnswer &answer(const QString &name, DnsType type) const;
    [[nodiscard]] std::vector<LintRemark> judged() const;

    LintedSenders m_senders;
    LintEnvelope m_envelope;
    DnsClient &m_dns;
    QStringList m_domains;
    QString m_fromDomain;
    std::map<std::pair<QString, DnsType>, DnsAnswer> m_answers;
    int m_open = 0;
};

} // namespace relaywright
