// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/verify/MessageCheck.h"

#include <algorithm>

namespace relaywright {

namespace {

using Level = LintRemark::Level;

LintRemark remark(Level level, const char *id, const QString &seen, const QString &sentence, const char *remedy)
{
    return {level, QString::fromLatin1(id), 0, seen, sentence, QString::fromLatin1(remedy)};
}

/// The first address in From.
const EmailAddress *fromAddress(const LintedSenders &senders)
{
    const auto mailbox = std::ranges::find_if(
        senders.from, [](const HeaderMailbox &candidate) { return candidate.address.has_value(); });
    return mailbox == senders.from.end() ? nullptr : &*mailbox->address;
}

QString domainOf(const EmailAddress &address)
{
    return address.domain().toAscii();
}

bool isSilent(const DnsAnswer &answer)
{
    return answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut;
}

} // namespace

std::vector<LintRemark> compareSenders(const LintedSenders &senders, const LintEnvelope &envelope)
{
    const EmailAddress *from = fromAddress(senders);
    if (!envelope.known || !envelope.mailFrom || !from || *envelope.mailFrom == *from)
        return {};
    return {
        remark(Level::Attention, "from.other-than-envelope", from->toString(),
               QStringLiteral("From is %1 and the envelope sender is %2. Exchange Online asks whether the account may "
                              "send as either of them, and bounces go to the second.")
                   .arg(from->toString(), envelope.mailFrom->toString()),
               "Use the same address in both, or give the account Send As on both.")};
}

std::vector<LintRemark> judgeMailDomain(const QString &domain, const DnsAnswer &mx,
                                        const std::optional<DnsAnswer> &addresses)
{
    if (mx.status == DnsAnswer::Status::NoName)
        return {
            remark(Level::Wrong, "domain.unknown", domain,
                   QStringLiteral("The DNS does not know the domain %1, so receivers refuse mail from it.").arg(domain),
                   "Correct the address, or register the domain.")};
    if (mx.status == DnsAnswer::Status::Found && mx.exchanges.size() == 1 && mx.exchanges.front().exchange.isEmpty())
        return {remark(Level::Wrong, "domain.takes-no-mail", domain,
                       QStringLiteral("The domain %1 says that it takes no mail (a null MX), so replies and bounces "
                                      "cannot reach it, and many receivers refuse mail from it.")
                           .arg(domain),
                       "Send as an address in a domain that takes mail.")};
    if (mx.status != DnsAnswer::Status::NoData)
        return {};
    if (addresses && addresses->status == DnsAnswer::Status::Found)
        return {remark(Level::Attention, "domain.no-mx", domain,
                       QStringLiteral("The domain %1 has no MX record; mail for it goes to the address of the name "
                                      "itself, which rarely takes any.")
                           .arg(domain),
                       "Publish an MX record.")};
    if (addresses && isSilent(*addresses))
        return {};
    return {
        remark(Level::Wrong, "domain.no-mx", domain,
               QStringLiteral("The domain %1 has neither an MX record nor an address, so replies and bounces cannot "
                              "reach it, and receivers refuse mail from it.")
                   .arg(domain),
               "Publish an MX record, or send as an address in a domain that has one.")};
}

std::vector<LintRemark> judgeAlignment(const QString &fromDomain, const LintEnvelope &envelope, const DmarcLook &look)
{
    if (!envelope.known || !envelope.mailFrom || !look.record || !look.unanswered.isEmpty())
        return {};
    const QString envelopeDomain = domainOf(*envelope.mailFrom);
    const DmarcPolicy policy = policyFor(*look.record, look.recordDomain, fromDomain);
    if (isAligned(fromDomain, envelopeDomain, look.record->strictSpf))
        return {};
    const Level level = policy == DmarcPolicy::None ? Level::Attention : Level::Wrong;
    return {
        remark(level, "dmarc.not-aligned", envelopeDomain,
               QStringLiteral("The envelope sender is in %1 and From in %2, so SPF cannot make DMARC pass; without a "
                              "DKIM signature of %2 receivers follow its policy (p=%3).")
                   .arg(envelopeDomain, fromDomain, toString(policy)),
               "Use the same domain in both, or sign with DKIM.")};
}

MessageCheck::MessageCheck(LintedSenders senders, LintEnvelope envelope, DnsClient &dns, QObject *parent)
    : QObject(parent), m_senders(std::move(senders)), m_envelope(std::move(envelope)), m_dns(dns)
{
    const auto add = [this](const EmailAddress &address) {
        if (!m_domains.contains(domainOf(address)) && m_domains.size() < kMaxDomains)
            m_domains += domainOf(address);
    };
    if (const EmailAddress *from = fromAddress(m_senders))
        m_fromDomain = domainOf(*from);
    for (const auto *mailboxes : {&m_senders.from, &m_senders.sender}) {
        for (const HeaderMailbox &mailbox : *mailboxes) {
            if (mailbox.address)
                add(*mailbox.address);
        }
    }
    if (m_envelope.known && m_envelope.mailFrom)
        add(*m_envelope.mailFrom);
}

void MessageCheck::start()
{
    m_open = 1; // until all questions are asked
    for (const QString &domain : m_domains) {
        for (const DnsType type : {DnsType::Mx, DnsType::A, DnsType::Aaaa})
            ask(domain, type);
    }
    const QStringList names = dmarcNames(m_fromDomain);
    for (const QString &name : names)
        ask(name, DnsType::Txt);
    // Nothing to ask is an answer too, and comes through the event loop as the others do.
    QMetaObject::invokeMethod(
        this, [this] { onAnswer(); }, Qt::QueuedConnection);
}

void MessageCheck::ask(const QString &name, DnsType type)
{
    ++m_open;
    m_dns.ask(name, type, this, [this, name, type](const DnsAnswer &given) {
        m_answers[{name, type}] = given;
        onAnswer();
    });
}

void MessageCheck::onAnswer()
{
    if (--m_open == 0)
        Q_EMIT finished(judged());
}

const DnsAnswer &MessageCheck::answer(const QString &name, DnsType type) const
{
    return m_answers.at({name, type});
}

std::vector<LintRemark> MessageCheck::judged() const
{
    std::vector<LintRemark> remarks = compareSenders(m_senders, m_envelope);
    const auto add = [&remarks](std::vector<LintRemark> more) {
        remarks.insert(remarks.end(), more.begin(), more.end());
    };
    for (const QString &domain : m_domains) {
        const DnsAnswer &v4 = answer(domain, DnsType::A);
        add(judgeMailDomain(domain, answer(domain, DnsType::Mx),
                            v4.status == DnsAnswer::Status::Found ? v4 : answer(domain, DnsType::Aaaa)));
    }
    std::vector<DnsAnswer> policies;
    const QStringList names = dmarcNames(m_fromDomain);
    for (const QString &name : names)
        policies.push_back(answer(name, DnsType::Txt));
    if (!policies.empty())
        add(judgeAlignment(m_fromDomain, m_envelope, readDmarc(m_fromDomain, policies)));
    return remarks;
}

} // namespace relaywright
