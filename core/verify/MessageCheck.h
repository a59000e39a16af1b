// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dns/Resolver.h"
#include "core/mail/Lint.h"
#include "core/verify/DmarcCheck.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace relaywright {

/// Whether a domain takes mail: `mx` and, where that has no data, `addresses` of the name itself (RFC 5321 §5.1,
/// RFC 7505). Nothing to say where it does, or where the DNS gave no answer. Pure.
[[nodiscard]] std::vector<LintRemark> judgeMailDomain(const QString &domain, const DnsAnswer &mx,
                                                      const std::optional<DnsAnswer> &addresses);

/// The same of a recipient: whether anybody can be reached there. Pure.
[[nodiscard]] std::vector<LintRemark> judgeRecipientDomain(const QString &domain, const DnsAnswer &mx,
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
    /// Judges after `limit` by what has come so far; 0: the DNS client's own limit.
    void start(std::chrono::milliseconds limit = {});
    /// Hosts that take mail, by domain, the preferred first: of every domain that was asked about and answered.
    [[nodiscard]] QHash<QString, QStringList> mxHosts() const;

Q_SIGNALS:
    /// Exactly once.
    void finished(const std::vector<relaywright::LintRemark> &remarks);

private:
    void ask(const QString &name, DnsType type);
    void onAnswer();
    void end();
    /// TimedOut while there is none.
    [[nodiscard]] DnsAnswer answer(const QString &name, DnsType type) const;
    [[nodiscard]] DnsAnswer addresses(const QString &domain) const;
    [[nodiscard]] std::vector<LintRemark> judged() const;

    LintedSenders m_senders;
    LintEnvelope m_envelope;
    DnsClient &m_dns;
    QStringList m_domains; ///< of senders
    QStringList m_recipientDomains;
    QString m_fromDomain;
    std::map<std::pair<QString, DnsType>, DnsAnswer> m_answers;
    int m_open = 0;
    bool m_hasEnded = false;
    QTimer m_limit;
};

} // namespace relaywright
