// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"

#include "core/artifacts/TextFile.h"
#include "core/mailauth/SpfMerge.h"

#include <QUrl>

#include <algorithm>

namespace relaywright {

namespace {

QString valueInZone(const DnsRecord &record)
{
    if (record.when == DnsRecord::When::AfterReading)
        return u'<' + record.value + u'>';
    if (record.type == QLatin1String("TXT"))
        return QLatin1String("( ") + toZoneStrings(record.value) + QLatin1String(" )");
    return record.type == QLatin1String("CNAME") ? record.value + u'.' : record.value;
}

bool isMicrosofts(const Domain &domain, const Knowledge &knowledge)
{
    return isBelowAny(domain.toAscii(), knowledge.texts(QStringLiteral("dns.microsoft-run")));
}

SenderDomain &domainIn(std::vector<SenderDomain> &domains, const Domain &domain)
{
    const auto known = std::ranges::find(domains, domain, &SenderDomain::domain);
    return known == domains.end() ? domains.emplace_back(SenderDomain{domain, {}}) : *known;
}

} // namespace

QString zoneLine(const DnsRecord &record)
{
    return QStringLiteral("%1. %2 IN %3 ").arg(record.name).arg(kRecordTtl).arg(record.type) + valueInZone(record);
}

Artifact zoneFile(const RecordSet &set, RenderContext &context)
{
    TextFile file(QStringLiteral(";"));
    file.comment(QStringLiteral("%1, made by Relaywright from the plan of %2")
                     .arg(set.title, context.plan.asOf.toString(Qt::ISODate)));
    file.comment().comment(QLatin1String("What it changes, and for whom: ") + set.purpose);
    for (const QString &note : set.notes)
        file.comment(note);
    file.comment();
    file.comment(QLatin1String("Apply: ") + set.apply);
    file.comment(QLatin1String("Verify: ") + set.verify);
    file.comment(QLatin1String("Roll back: ") + set.rollBack);
    for (const DnsRecord &record : set.records) {
        file.line();
        if (!record.remark.isEmpty())
            file.comment(record.remark);
        file.line(record.when == DnsRecord::When::Now ? zoneLine(record) : QLatin1String("; ") + zoneLine(record));
    }
    return {.kind = set.kind,
            .fileName = context.fileName(set.fileStem, QStringLiteral(".zone")),
            .title = set.title,
            .purpose = set.purpose,
            .mediaType = QStringLiteral("text/dns"),
            .text = file.toString(),
            .senders = set.senders};
}

bool publishesIn(const Domain &domain, const RenderContext &context)
{
    const Organisation &organisation = context.site.organisation;
    if (isMicrosofts(domain, context.knowledge))
        return false;
    if (organisation.acceptedDomains.empty() || organisation.applicationDomain == domain)
        return true;
    return std::ranges::any_of(organisation.acceptedDomains,
                               [&](const Domain &accepted) { return domain.isSameOrBelow(accepted); });
}

std::vector<SenderDomain> senderDomains(const RenderContext &context)
{
    std::vector<SenderDomain> domains;
    for (const PlannedSender &planned : context.senders) {
        std::vector<Domain> used;
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            if (std::ranges::find(used, address.domain()) == used.end())
                used.push_back(address.domain());
        }
        if (used.empty() && context.primaryDomain())
            used.push_back(*context.primaryDomain());
        for (const Domain &domain : used) {
            if (publishesIn(domain, context))
                domainIn(domains, domain).senders.push_back(planned);
        }
    }
    const auto &own = context.site.organisation.applicationDomain;
    if (own && !context.senders.empty() && publishesIn(*own, context))
        (void)domainIn(domains, *own);
    return domains;
}

QString zoneOf(const Domain &domain, const RenderContext &context)
{
    QString zone = domain.toAscii();
    for (const Domain &accepted : context.site.organisation.acceptedDomains) {
        if (domain.isSameOrBelow(accepted) && accepted.toAscii().size() < zone.size())
            zone = accepted.toAscii();
    }
    return zone;
}

std::optional<EmailAddress> reportMailbox(const RenderContext &context)
{
    for (const PlannedSender &planned : context.senders) {
        const auto &mailbox = planned.sender->repliesTo;
        if (mailbox && publishesIn(mailbox->domain(), context))
            return mailbox;
    }
    const auto primary = context.primaryDomain();
    if (!primary)
        return std::nullopt;
    const auto postmaster = EmailAddress::parse(QLatin1String("postmaster@") + primary->toAscii());
    return postmaster ? std::optional(*postmaster) : std::nullopt;
}

QString mailtoUri(const EmailAddress &address)
{
    // "!" ends the address in a rua tag (it begins a size), "," the URI and ";" the tag: none may stand for itself.
    return QLatin1String("mailto:") + QString::fromLatin1(QUrl::toPercentEncoding(address.localPart())) + u'@'
           + address.domain().toAscii();
}

std::vector<Artifact> renderDnsRecords(RenderContext &context)
{
    std::vector<RecordSet> sets;
    for (auto *make : {&spfRecords, &dkimRecords, &dmarcRecords, &transportSecurityRecords, &smartHostNameRecords})
        std::ranges::move(make(context), std::back_inserter(sets));
    std::vector<Artifact> artifacts;
    for (const RecordSet &set : sets)
        artifacts.push_back(zoneFile(set, context));
    std::ranges::move(mtaStsPolicies(context), std::back_inserter(artifacts));
    std::ranges::move(dnsTable(sets, context), std::back_inserter(artifacts));
    return artifacts;
}

} // namespace relaywright
