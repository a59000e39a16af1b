// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

/// A computer on the local network that takes senders' mail.
struct Target {
    QString label; ///< `smtp`
    Host host;
    QString what; ///< "the local relay of network office"
    PlannedSenders senders;
};

/// `smtp`, or for further targets `smtp-<id>`; letters, digits and hyphens as DNS wants them (RFC 1123 §2.1).
QString labelFor(const QString &id, std::set<QString> &taken)
{
    QString label = QStringLiteral("smtp");
    if (!taken.empty()) {
        label += u'-';
        for (const QChar c : id.toLower()) {
            const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
            if (plain)
                label += c;
            else if (!label.endsWith(u'-'))
                label += u'-';
        }
        label.truncate(50); // a label has 63 octets at most
        while (label.endsWith(u'-'))
            label.chop(1);
    }
    QString name = label;
    for (int number = 2; !taken.insert(name).second; ++number)
        name = QStringLiteral("%1-%2").arg(label).arg(number);
    return name;
}

/// The host of `planned`, where it is a computer of the organisation and known.
std::optional<Host> ownHost(const PlannedSender &planned, const RenderContext &context)
{
    if (planned.option->method == Method::OnPremExchange)
        return context.site.organisation.exchangeServer;
    if (planned.option->method == Method::LocalRelay && planned.network)
        return planned.network->relayHost;
    return std::nullopt;
}

std::vector<Target> targetsOf(const RenderContext &context)
{
    std::vector<Target> targets;
    std::set<QString> taken;
    for (const PlannedSender &planned : context.senders) {
        const auto host = ownHost(planned, context);
        if (!host)
            continue;
        auto known = std::ranges::find(targets, *host, &Target::host);
        if (known == targets.end()) {
            const bool exchange = planned.option->method == Method::OnPremExchange;
            const QString id = exchange ? QStringLiteral("exchange") : planned.network->id;
            known = targets.insert(targets.end(), Target{labelFor(id, taken),
                                                         *host,
                                                         exchange ? QStringLiteral("the Exchange server")
                                                                  : QStringLiteral("the local relay"),
                                                         {}});
        }
        known->senders.push_back(planned);
    }
    return targets;
}

DnsRecord recordOf(const Target &target, const QString &zone)
{
    DnsRecord record{.name = target.label + u'.' + zone,
                     .type = QStringLiteral("CNAME"),
                     .value = target.host.toString(),
                     .remark = QStringLiteral("It leads %1 to %2.").arg(namesOf(target.senders), target.what)};
    if (target.host.address()) {
        record.type =
            target.host.address()->family() == IpAddress::Family::V6 ? QStringLiteral("AAAA") : QStringLiteral("A");
    } else if (!record.value.contains(u'.')) {
        record.value += u'.' + zone; // a name of one label is a name of the local network
        record.remark += QStringLiteral(" %1 is taken for a name in %2; write the full name if it is another.")
                             .arg(target.host.toString(), zone);
    }
    return record;
}

} // namespace

std::vector<RecordSet> smartHostNameRecords(const RenderContext &context)
{
    const auto &internal = context.site.organisation.internalDomain;
    const std::vector<Target> targets = internal ? targetsOf(context) : std::vector<Target>();
    if (targets.empty())
        return {};
    const QString zone = internal->toAscii();
    RecordSet set{
        .kind = QStringLiteral("smart-host-name"),
        .fileStem = QLatin1String("smart-host-name-") + zone,
        .zone = zone,
        .title = QStringLiteral("Smart-host name in %1").arg(zone),
        .purpose = {},
        .notes = {QStringLiteral("Before: nothing is known of these names; see that no other computer has them.")},
        .apply = QStringLiteral("add the records to the zone %1 of the DNS server of the local network, not to the "
                                "public DNS. Then the senders may have the new name in place of the computer's.")
                     .arg(zone),
        .verify = {},
        .rollBack = QStringLiteral("write the computer's own name into the senders first, then take the records "
                                   "away."),
        .records = {},
        .senders = {}};
    QStringList names;
    for (const Target &target : targets) {
        set.records.push_back(recordOf(target, zone));
        names += set.records.back().name;
        set.senders += idsOf(target.senders);
    }
    set.purpose =
        QStringLiteral("It gives %1 as a lasting name to the computer that takes the senders' mail, so that it can "
                       "be replaced without a walk to every device. It concerns the local network only.")
            .arg(names.join(QLatin1String(" and ")));
    set.verify = QStringLiteral("nslookup %1, at a computer of the local network.").arg(names.front());
    return {set};
}

} // namespace relaywright
