// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine/DomainLookup.h"

#include "core/base/Text.h"
#include "core/mailauth/SpfRecord.h"

namespace relaywright {

namespace {

bool isFailure(const DnsAnswer &answer)
{
    return answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut;
}

QString findSpf(const DnsAnswer &answer)
{
    for (const QByteArray &text : answer.texts) {
        if (isSpfRecord(text))
            return printable(text, 4000);
    }
    return {};
}

} // namespace

DomainLookup::DomainLookup(DnsClient &dns, QObject *parent) : QObject(parent), m_dns(dns) {}

void DomainLookup::find(const Domain &domain)
{
    const quint64 question = ++m_question;
    m_facts = {.domain = domain.toDisplay(), .mxHost = {}, .spf = {}, .sentence = {}};
    m_sentences.clear();
    m_open = 2;
    for (const DnsType type : {DnsType::Mx, DnsType::Txt}) {
        m_dns.ask(domain.toAscii(), type, this,
                  [this, question, type](const DnsAnswer &answer) { take(question, answer, type); });
    }
}

void DomainLookup::take(quint64 question, const DnsAnswer &answer, DnsType type)
{
    if (question != m_question)
        return;
    if (isFailure(answer)) {
        m_facts.failed = true;
        m_sentences += answer.detail.isEmpty()
            ? tr("The DNS did not answer for %1. Check the network and ask again.").arg(m_facts.domain)
            : answer.detail;
    } else if (type == DnsType::Mx) {
        m_facts.mxHost = answer.exchanges.empty() ? QString() : answer.exchanges.front().exchange;
        m_sentences += m_facts.mxHost.isEmpty() ? tr("%1 has no MX record.").arg(m_facts.domain)
                                                : tr("Mail for %1 goes to %2.").arg(m_facts.domain, m_facts.mxHost);
    } else {
        m_facts.spf = findSpf(answer);
        m_sentences += m_facts.spf.isEmpty() ? tr("It publishes no SPF record.") : tr("It publishes an SPF record.");
    }
    if (--m_open > 0)
        return;
    m_sentences.removeDuplicates();
    m_facts.sentence = m_sentences.join(u' ');
    Q_EMIT found(m_facts);
}

} // namespace relaywright
