// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include "core/mailauth/SpfMerge.h"

#include <algorithm>

namespace relaywright {

namespace {

/// A domain that devices send as, and what must stand in its record.
struct DomainNeeds {
    Domain domain;
    PlannedSenders senders;
    QStringList mechanisms;
};

bool leavesFromSite(Method method)
{
    return method == Method::DirectSend || method == Method::ConnectorRelay;
}

/// Mail of these methods reaches the world from Microsoft's servers; direct send goes nowhere but into the tenant.
bool leavesFromExchangeOnline(Method method)
{
    return method == Method::ClientSubmission || method == Method::ConnectorRelay || method == Method::HighVolumeEmail;
}

void addMechanism(QStringList &mechanisms, const QString &mechanism)
{
    if (!mechanisms.contains(mechanism))
        mechanisms += mechanism;
}

void addNeeds(DomainNeeds &needs, const PlannedSender &planned, const RenderContext &context)
{
    needs.senders.push_back(planned);
    const auto route = planned.route();
    if (route && leavesFromSite(*route) && planned.network) {
        for (const IpNetwork &block : planned.network->egress) {
            if (block.address().isPrivate())
                continue;
            const bool v6 = block.address().family() == IpAddress::Family::V6;
            addMechanism(needs.mechanisms, (v6 ? QLatin1String("ip6:") : QLatin1String("ip4:")) + block.toString());
        }
    }
    if (route && leavesFromExchangeOnline(*route))
        addMechanism(needs.mechanisms, QLatin1String("include:") + context.cloudText(QStringLiteral("spf.include")));
}

std::vector<DomainNeeds> needsOf(const RenderContext &context)
{
    std::vector<DomainNeeds> all;
    for (const PlannedSender &planned : context.senders) {
        const auto domain =
            planned.sender->from ? std::optional(planned.sender->from->domain()) : context.primaryDomain();
        if (!domain)
            continue;
        auto needs = std::ranges::find(all, *domain, &DomainNeeds::domain);
        if (needs == all.end())
            needs = all.insert(all.end(), DomainNeeds{*domain, {}, {}});
        addNeeds(*needs, planned, context);
    }
    std::erase_if(all, [](const DomainNeeds &needs) { return needs.mechanisms.isEmpty(); });
    return all;
}

/// What a new record must also hold: people of the domain write through Exchange Online too.
QStringList mechanismsFor(const DomainNeeds &needs, const QString &existing, const RenderContext &context)
{
    QStringList mechanisms = needs.mechanisms;
    const bool accepted = std::ranges::count(context.site.organisation.acceptedDomains, needs.domain) > 0;
    if (existing.isEmpty() && accepted)
        addMechanism(mechanisms, QLatin1String("include:") + context.cloudText(QStringLiteral("spf.include")));
    return mechanisms;
}

QString zoneComment(const QString &text)
{
    return (QLatin1String("; ") + psComment(text).mid(2)).trimmed();
}

QString oldRecord(const QString &existing)
{
    return existing.isEmpty() ? QStringLiteral(
               "none is known. If the domain has one, merge the terms below into it: two SPF records are "
               "an error, and neither counts")
                              : existing;
}

void addRecord(QStringList &lines, const DomainNeeds &needs, const SpfMergeResult &merged)
{
    const QString name = needs.domain.toAscii();
    lines += zoneComment(QStringLiteral("Added: %1")
                             .arg(merged.added.isEmpty() ? QStringLiteral("nothing, all of it is there")
                                                         : merged.added.join(QLatin1String(", "))));
    for (const QString &note : merged.notes)
        lines += zoneComment(note);
    lines +=
        {zoneComment(QString()),
         zoneComment(QStringLiteral("Apply: replace the TXT record of %1 that begins with v=spf1 by this one. A "
                                    "provider's web page takes the "
                                    "text between the quotes only.")
                         .arg(name)),
         zoneComment(QStringLiteral(
                         "Verify: relaywright-cli dns %1; it may take the old record's TTL until all see the new one.")
                         .arg(name)),
         zoneComment(QStringLiteral("Roll back: put the record from before back.")),
         QString(),
         QStringLiteral("%1. 3600 IN TXT ( %2 )").arg(name, toZoneStrings(merged.record))};
}

Artifact renderDomain(const DomainNeeds &needs, RenderContext &context)
{
    const QString name = needs.domain.toAscii();
    const bool primary = context.primaryDomain() == needs.domain;
    const QString existing =
        primary ? withoutHiddenCharacters(context.site.organisation.existingSpf).trimmed() : QString();
    const auto merged =
        mergeSpf(existing.isEmpty() ? std::nullopt : std::optional(existing), mechanismsFor(needs, existing, context));
    const QString purpose =
        QStringLiteral("It lists the servers that may send as %1, so that receivers do not take mail of %2 for forged.")
            .arg(name, namesOf(needs.senders));
    QStringList lines{zoneComment(QStringLiteral("SPF record of %1, made by Relaywright from the plan of %2")
                                      .arg(name, context.plan.asOf.toString(Qt::ISODate))),
                      zoneComment(QString()),
                      zoneComment(QStringLiteral("What it changes, and for whom: %1").arg(purpose)),
                      zoneComment(QStringLiteral("Before: %1").arg(oldRecord(existing)))};
    if (merged)
        addRecord(lines, needs, *merged);
    else
        lines +=
            {zoneComment(
                 QStringLiteral("No new record could be made. %1 Mend the old record first, then make this file again.")
                     .arg(merged.error().detail)),
             zoneComment(QStringLiteral("To be added: %1").arg(needs.mechanisms.join(u' ')))};
    return Artifact{.kind = QStringLiteral("spf-record"),
                    .fileName = context.fileName(QStringLiteral("spf-%1").arg(name), QStringLiteral(".zone")),
                    .title = QStringLiteral("SPF record of %1").arg(name),
                    .purpose = purpose,
                    .mediaType = QStringLiteral("text/dns"),
                    .text = lines.join(u'\n') + u'\n',
                    .senders = idsOf(needs.senders)};
}

} // namespace

std::vector<Artifact> renderSpfRecords(RenderContext &context)
{
    std::vector<Artifact> artifacts;
    for (const DomainNeeds &needs : needsOf(context))
        artifacts.push_back(renderDomain(needs, context));
    return artifacts;
}

} // namespace relaywright
