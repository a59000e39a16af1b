// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Domain.h"
#include "core/dns/Resolver.h"

#include <QObject>

namespace relaywright {

/// What the DNS publishes for a domain, as far as a form can use it.
struct DomainFacts {
    QString domain;
    QString mxHost;      ///< best MX; empty when there is none
    QString spf;         ///< the SPF record; empty when there is none
    QString sentence;    ///< what was found and what was not, whole sentences
    bool failed = false; ///< the DNS did not answer: nothing is known
    bool operator==(const DomainFacts &) const = default;
};

/// Looks up MX and SPF of a domain for "Find out". A new question drops the old one.
class DomainLookup : public QObject {
    Q_OBJECT
public:
    /// `dns` outlives this.
    explicit DomainLookup(DnsClient &dns, QObject *parent = nullptr);
    void find(const Domain &domain);

Q_SIGNALS:
    void found(const relaywright::DomainFacts &facts);

private:
    void take(quint64 question, const DnsAnswer &answer, DnsType type);
    DnsClient &m_dns;
    DomainFacts m_facts;
    QStringList m_sentences;
    quint64 m_question = 0;
    int m_open = 0;
};

} // namespace relaywright
