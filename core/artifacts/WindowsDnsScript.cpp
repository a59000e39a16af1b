// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"
#include "core/artifacts/DnsRecords.h"

namespace relaywright {

namespace {

QString labelOf(const DnsRecord &record, const QString &zone)
{
    return record.name.chopped(zone.size() + 1); // "smtp.corp.contoso.com" without ".corp.contoso.com"
}

PsScript bodyOf(const RecordSet &set)
{
    std::vector<std::vector<PsValue>> rows;
    for (const DnsRecord &record : set.records)
        rows.push_back({PsText{labelOf(record, set.zone)}, PsText{record.type}, PsText{record.value}});
    PsScript script;
    return script.set(QStringLiteral("zone"), PsText{set.zone})
        .table(QStringLiteral("records"), {QStringLiteral("Name"), QStringLiteral("Type"), QStringLiteral("Value")},
               rows)
        .code(uR"ps(

foreach ($record in $records) {
    $fullName = '{0}.{1}' -f $record.Name, $zone
    # Look first: what is there already is shown and never overwritten.
    $existing = @(Get-DnsServerResourceRecord -ZoneName $zone -Name $record.Name -ErrorAction SilentlyContinue | Where-Object { [string] $_.HostName -eq $record.Name })
    if ($existing.Count -gt 0) {
        Write-Output ('{0} exists already and was left alone. If it leads elsewhere, remove it as the roll-back shows and run this script again.' -f $fullName)
    } elseif ($PSCmdlet.ShouldProcess($fullName, 'Create the {0} record for {1}' -f $record.Type, $record.Value)) {
        if ($record.Type -eq 'CNAME') {
            Add-DnsServerResourceRecordCName -ZoneName $zone -Name $record.Name -HostNameAlias $record.Value
        } elseif ($record.Type -eq 'AAAA') {
            Add-DnsServerResourceRecordAAAA -ZoneName $zone -Name $record.Name -IPv6Address $record.Value
        } else {
            Add-DnsServerResourceRecordA -ZoneName $zone -Name $record.Name -IPv4Address $record.Value
        }
    }
}

# Read it back, from this server.
foreach ($record in $records) {
    Get-DnsServerResourceRecord -ZoneName $zone -Name $record.Name -ErrorAction SilentlyContinue |
        Format-Table -Property 'HostName', 'RecordType', 'RecordData' -AutoSize
    Resolve-DnsName -Name ('{0}.{1}' -f $record.Name, $zone) -Server '127.0.0.1' -ErrorAction SilentlyContinue |
        Format-Table -Property 'Name', 'Type', 'NameHost', 'IPAddress' -AutoSize
}
)ps");
}

} // namespace

std::vector<Artifact> renderWindowsDnsScript(RenderContext &context)
{
    // The same records as in the zone file, so that the two never differ.
    std::vector<Artifact> scripts;
    for (const RecordSet &set : smartHostNameRecords(context)) {
        ScriptPage page;
        page.kind = QStringLiteral("windows-dns-script");
        page.stem = QStringLiteral("windows-dns");
        page.session = PsSession::Windows;
        page.title = QStringLiteral("%1, on a Windows DNS server").arg(set.title);
        page.purpose = QStringLiteral("%1 It does so on the DNS server of Windows that holds the zone %2.")
                           .arg(set.purpose, set.zone);
        page.senders =
            sendersWhere(context.senders, [&](const PlannedSender &s) { return set.senders.contains(s.sender->id); });
        std::vector<PsCommand> back;
        for (const DnsRecord &record : set.records) {
            page.verify += record.remark;
            back.push_back(PsCommand(QStringLiteral("Remove-DnsServerResourceRecord"))
                               .with(QStringLiteral("ZoneName"), PsText{set.zone})
                               .with(QStringLiteral("Name"), PsText{labelOf(record, set.zone)})
                               .with(QStringLiteral("RRType"), PsText{record.type}));
        }
        page.verify.prepend(QStringLiteral("the last lines ask this server for each name. Then: %1").arg(set.verify));
        page.rollBack.comment(set.rollBack);
        addRollBack(page.rollBack, back);
        page.know = {
            QStringLiteral("In devices and applications, enter this name and not the computer's: then the computer "
                           "can be replaced by changing one record.")};
        scripts.push_back(makeScript(context, page, bodyOf(set)));
    }
    return scripts;
}

} // namespace relaywright
