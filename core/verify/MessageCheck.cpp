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

QString domainOf(const EmailAddress &address)
{
    return address.domain().toAscii();
}

bool isSilent(const DnsAnswer &answer)
{
    return answer.status == DnsAnswer::Status::Failed || answer.status == DnsAnswer::Status::TimedOut;
}

} // namespace

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

std::vector<LintRemark> judgeRecipientDomain(const QString &domain, const DnsAnswer &mx,
                                             const std::optional<DnsAnswer> &addresses)
{
    const bool isNull =
        mx.status == DnsAnswer::Status::Found && mx.exchanges.size() == 1 && mx.exchanges.front().exchange.isEmpty();
    const bool noAddress =
        addresses && (addresses->status == DnsAnswer::Status::NoData || addresses->status == DnsAnswer::Status::NoName);
    QString sentence;
    if (mx.status == DnsAnswer::Status::NoName)
        sentence =
            QStringLiteral("The DNS does not know the domain %1 of a recipient, so nobody can be reached there.");
    else if (isNull)
        sentence = QStringLiteral("The domain %1 of a recipient says that it takes no mail (a null MX).");
    else if (mx.status == DnsAnswer::Status::NoData && noAddress)
        sentence =
            QStringLiteral("The domain %1 of a recipient has neither an MX record nor an address, so nobody can be "
                           "reached there.");
    else
        return {};
    return {remark(Level::Wrong, "recipient.no-mx", domain, sentence.arg(domain), "Correct the recipient's address.")};
}

MessageCheck::MessageCheck(LintedSenders senders, LintEnvelope envelope, DnsClient &dns, QObject *parent)
    : QObject(parent), m_senders(std::move(senders)), m_envelope(std::move(envelope)), m_dns(dns)
{
    const auto add = [this](const EmailAddress &address) {
        if (!m_domains.contains(domainOf(address)) && m_domains.size() < kMaxDomains)
            m_domains += domainOf(address);
    };
    if (const EmailAddress *from = firstFrom(m_senders))
        m_fromDomain = domainOf(*from);
    for (const auto *mailboxes : {&m_senders.from, &m_senders.sender}) {
        for (const HeaderMailbox &mailbox : *mailboxes) {
            if (mailbox.address)
                add(*mailbox.address);
        }
    }
    if (m_envelope.known && m_envelope.mailFrom)
        add(*m_envelope.mailFrom);
    for (const EmailAddress &recipient : m_envelope.recipients) {
        const QString domain = domainOf(recipient);
        if (!m_recipientDomains.contains(domain) && m_recipientDomains.size() < kMaxDomains)
            m_recipientDomains += domain;
    }
    m_limit.setSingleShot(true);
    connect(&m_limit, &QTimer::timeout, this, &MessageCheck::end);
}

void MessageCheck::start(std::chrono::milliseconds limit)
{
    if (limit.count() > 0)
        m_limit.start(limit);
    m_open = 1; // until all questions are asked
    QStringList domains = m_domains + m_recipientDomains;
    domains.removeDuplicates();
    for (const QString &domain : std::as_const(domains)) {
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
        end();
}

void MessageCheck::end()
{
    m_limit.stop();
    if (!std::exchange(m_hasEnded, true))
        Q_EMIT finished(judged());
}

DnsAnswer MessageCheck::answer(const QString &name, DnsType type) const
{
    const auto found = m_answers.find({name, type});
    if (found != m_answers.end())
        return found->second;
    DnsAnswer none; // the limit has passed
    none.status = DnsAnswer::Status::TimedOut;
    return none;
}

DnsAnswer MessageCheck::addresses(const QString &domain) const
{
    const DnsAnswer v4 = answer(domain, DnsType::A);
    return v4.status == DnsAnswer::Status::Found ? v4 : answer(domain, DnsType::Aaaa);
}

QHash<QString, QStringList> MessageCheck::mxHosts() const
{
    QHash<QString, QStringList> hosts;
    for (const auto &[question, given] : m_answers) {
        if (question.second != DnsType::Mx || given.status != DnsAnswer::Status::Found)
            continue;
        for (const DnsMx &one : given.exchanges) {
            if (!one.exchange.isEmpty())
                hosts[question.first] += one.exchange;
        }
    }
    return hosts;
}

std::vector<LintRemark> MessageCheck::judged() const
{
    std::vector<LintRemark> remarks;
    const auto add = [&remarks](std::vector<LintRemark> more) {
        remarks.insert(remarks.end(), more.begin(), more.end());
    };
    for (const QString &domain : m_domains)
        add(judgeMailDomain(domain, answer(domain, DnsType::Mx), addresses(domain)));
    for (const QString &domain : m_recipientDomains) {
        if (!m_domains.contains(domain)) // said already
            add(judgeRecipientDomain(domain, answer(domain, DnsType::Mx), addresses(domain)));
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
