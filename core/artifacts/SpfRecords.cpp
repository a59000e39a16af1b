// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"

#include "core/mailauth/SpfMerge.h"

#include <algorithm>

namespace relaywright {

namespace {

bool leavesFromSite(const PlannedSender &planned)
{
    // A sender that is known by its certificate may stand at a hoster, whose addresses are not the organisation's to list.
    return planned.route() == Method::DirectSend
           || (planned.route() == Method::ConnectorRelay && !planned.entry().byCertificate);
}

/// Mail of these ways reaches the world from Microsoft's servers; direct send goes nowhere but into the tenant.
bool leavesFromExchangeOnline(const PlannedSender &planned)
{
    const auto route = planned.route();
    return planned.usesGraph() || route == Method::ClientSubmission || route == Method::ConnectorRelay
           || route == Method::HighVolumeEmail;
}

void addMechanism(QStringList &mechanisms, const QString &mechanism)
{
    if (!mechanisms.contains(mechanism))
        mechanisms += mechanism;
}

QString exchangeOnline(const RenderContext &context)
{
    return QLatin1String("include:") + context.cloudText(QStringLiteral("spf.include"));
}

QStringList mechanismsOf(const SenderDomain &used, const RenderContext &context)
{
    QStringList mechanisms;
    for (const PlannedSender &planned : used.senders) {
        if (leavesFromSite(planned) && planned.network) {
            for (const IpNetwork &block : planned.network->egress) {
                if (block.address().isPrivate())
                    continue;
                const bool v6 = block.address().family() == IpAddress::Family::V6;
                addMechanism(mechanisms, (v6 ? QLatin1String("ip6:") : QLatin1String("ip4:")) + block.toString());
            }
        }
        if (leavesFromExchangeOnline(planned))
            addMechanism(mechanisms, exchangeOnline(context));
    }
    return mechanisms;
}

/// What a new record must also hold: people of the domain write through Exchange Online too.
QStringList withPeoplesMail(QStringList mechanisms, const SenderDomain &used, const QString &existing,
                            const RenderContext &context)
{
    if (existing.isEmpty() && std::ranges::count(context.site.organisation.acceptedDomains, used.domain) > 0)
        addMechanism(mechanisms, exchangeOnline(context));
    return mechanisms;
}

QString oldRecord(const QString &existing)
{
    return existing.isEmpty() ? QStringLiteral(
               "none is known. If the domain has one, merge the terms below into it: two SPF records are "
               "an error, and neither counts.")
                              : existing;
}

bool usesAzure(const SenderDomain &used)
{
    return std::ranges::any_of(used.senders, [](const PlannedSender &planned) {
        return planned.route() == Method::AzureCommunicationServices;
    });
}

void addRecord(RecordSet &set, const QString &name, const SpfMergeResult &merged)
{
    set.notes += QStringLiteral("Added: %1")
                     .arg(merged.added.isEmpty() ? QStringLiteral("nothing, all of it is there")
                                                 : merged.added.join(QLatin1String(", ")));
    set.notes += merged.notes;
    set.apply =
        QStringLiteral("replace the TXT record of %1 that begins with v=spf1 by this one. A provider's web page "
                       "takes the text between the quotes only.")
            .arg(name);
    set.records = {{.name = name,
                    .type = QStringLiteral("TXT"),
                    .value = merged.record,
                    .remark = QStringLiteral("Lists the servers that may send as %1.").arg(name)}};
}

RecordSet recordOf(const SenderDomain &used, const QStringList &mechanisms, const RenderContext &context)
{
    const QString name = used.domain.toAscii();
    const bool primary = context.primaryDomain() == used.domain;
    const QString existing =
        primary ? withoutHiddenCharacters(context.site.organisation.existingSpf).trimmed() : QString();
    RecordSet set{.kind = QStringLiteral("spf-record"),
                  .fileStem = QLatin1String("spf-") + name,
                  .zone = zoneOf(used.domain, context),
                  .title = QStringLiteral("SPF record of %1").arg(name),
                  .purpose = QStringLiteral("It lists the servers that may send as %1, so that receivers do not take "
                                            "mail of %2 for forged.")
                                 .arg(name, namesOf(used.senders)),
                  .notes = {QLatin1String("Before: ") + oldRecord(existing)},
                  .apply = {},
                  .verify = QStringLiteral("relaywright-cli dns %1; it may take the old record's TTL until all see the "
                                           "new one.")
                                .arg(name),
                  .rollBack = QStringLiteral("put the record from before back."),
                  .records = {},
                  .senders = idsOf(used.senders)};
    if (usesAzure(used))
        set.notes += QStringLiteral("Azure Communication Services has an include of its own for SPF: the Azure portal "
                                    "shows it with the verified domain. Add it to this record too.");
    const auto merged = mergeSpf(existing.isEmpty() ? std::nullopt : std::optional(existing),
                                 withPeoplesMail(mechanisms, used, existing, context));
    if (merged) {
        addRecord(set, name, *merged);
        return set;
    }
    set.notes += QStringLiteral("No new record could be made. %1").arg(merged.error().detail);
    set.notes += QStringLiteral("To be added: %1").arg(mechanisms.join(u' '));
    set.apply = QStringLiteral("mend the old record first, then make this file again.");
    return set;
}

} // namespace

std::vector<RecordSet> spfRecords(const RenderContext &context)
{
    std::vector<RecordSet> sets;
    for (const SenderDomain &used : senderDomains(context)) {
        const QStringList mechanisms = mechanismsOf(used, context);
        if (!mechanisms.isEmpty())
            sets.push_back(recordOf(used, mechanisms, context));
    }
    return sets;
}

} // namespace relaywright
