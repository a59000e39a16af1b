// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/DnsRecords.h"


#include <algorithm>

namespace relaywright {

namespace {

QString statement(const RenderContext &context, const char *fact)
{
    return context.knowledge.fact(QLatin1String(fact)).statement;
}

std::vector<DnsRecord> selectorRecords(const QString &domain, const RenderContext &context)
{
    std::vector<DnsRecord> records;
    const QStringList selectors = context.knowledge.texts(QStringLiteral("dkim.selectors"));
    for (qsizetype i = 0; i < selectors.size(); ++i) {
        records.push_back({.name = selectors[i] + QLatin1String("._domainkey.") + domain,
                           .type = QStringLiteral("CNAME"),
                           .value = QStringLiteral("the name shown as Selector%1CNAME").arg(i + 1),
                           .remark = QStringLiteral("Points to Microsoft's public key number %1.").arg(i + 1),
                           .when = DnsRecord::When::AfterReading});
    }
    return records;
}

RecordSet recordsOf(const SenderDomain &used, const RenderContext &context)
{
    const QString name = used.domain.toAscii();
    RecordSet set{
        .kind = QStringLiteral("dkim-record"),
        .fileStem = QLatin1String("dkim-") + name,
        .zone = zoneOf(used.domain, context),
        .title = QStringLiteral("DKIM records of %1").arg(name),
        .purpose =
            QStringLiteral("They let Exchange Online sign all mail that it sends as %1, of devices and of people, "
                           "so that receivers can tell it from forgeries. No mail is refused because of them.")
                .arg(name),
        .notes = {statement(context, "dkim.selectors"), statement(context, "dkim.targets.read"),
                  statement(context, "dkim.without"),
                  QStringLiteral(
                      "Read the targets in Exchange Online PowerShell: Get-DkimSigningConfig -Identity %1 | "
                      "Format-List Name,Enabled,Status,Selector1CNAME,Selector2CNAME. When it finds nothing: "
                      "New-DkimSigningConfig -DomainName %1 -Enabled $false -KeySize 2048, then read again. The "
                      "file dkim.ps1 of this set does both.")
                      .arg(name)},
        .apply = QStringLiteral("write the two names that were read in place of the words in angle brackets, take the "
                                "semicolons away and publish both records as CNAME: not as TXT, and without a proxy of "
                                "the DNS provider in front. When both resolve, which takes from minutes to four days: "
                                "Set-DkimSigningConfig -Identity %1 -Enabled $true.")
                     .arg(name),
        .verify =
            QStringLiteral("relaywright-cli dns %1 --selector selector1 --selector selector2; then send a message "
                           "to the outside and look for dkim=pass with header.d=%1 in its headers.")
                .arg(name),
        .rollBack =
            QStringLiteral("Set-DkimSigningConfig -Identity %1 -Enabled $false first, and take the records away a "
                           "few days later: mail on its way still needs them.")
                .arg(name),
        .records = selectorRecords(name, context),
        .senders = idsOf(used.senders)};
    const auto &accepted = context.site.organisation.acceptedDomains;
    if (!accepted.empty() && std::ranges::find(accepted, used.domain) == accepted.end())
        set.notes +=
            QStringLiteral("%1 is not among the accepted domains of the site: Exchange Online signs for accepted "
                           "domains only, so add it to the organisation first.")
                .arg(name);
    if (std::ranges::any_of(used.senders, [](const PlannedSender &planned) {
            return planned.route() == Method::AzureCommunicationServices;
        }))
        set.notes += QStringLiteral("Azure Communication Services has two DKIM records of its own for this domain; the "
                                    "Azure portal shows them. They stand beside these and do not replace them.");
    return set;
}

} // namespace

std::vector<RecordSet> dkimRecords(const RenderContext &context)
{
    std::vector<RecordSet> sets;
    for (const SenderDomain &used : senderDomains(context))
        sets.push_back(recordsOf(used, context));
    return sets;
}

} // namespace relaywright
