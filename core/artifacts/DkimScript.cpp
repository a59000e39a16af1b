// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Every domain that senders use and the organisation may sign for; initial domains are signed already.
QStringList domainsOf(const RenderContext &context)
{
    QStringList domains;
    const auto add = [&domains](const Domain &domain) {
        const QString text = domain.toAscii();
        if (!text.endsWith(QLatin1String(".onmicrosoft.com")) && !domains.contains(text))
            domains += text;
    };
    for (const PlannedSender &planned : context.senders) {
        for (const EmailAddress &address : addressesOf(*planned.sender)) {
            if (mayBeAccepted(address, context.site.organisation))
                add(address.domain());
        }
    }
    const auto &own = context.site.organisation.applicationDomain;
    if (own && !context.senders.empty())
        add(*own);
    domains.sort();
    return domains;
}

PsScript bodyOf(const QStringList &domains)
{
    PsScript script;
    return script.set(QStringLiteral("domains"), PsList{domains}).code(uR"ps(

$canResolve = [bool] (Get-Command -Name 'Resolve-DnsName' -ErrorAction SilentlyContinue)
foreach ($name in $domains) {
    $config = Get-DkimSigningConfig | Where-Object { @([string] $_.Domain, [string] $_.Name) -contains $name }
    if (-not $config) {
        if ($accepted -notcontains $name) {
            Write-Warning ('{0} is not an accepted domain of the organisation. Add it in the Microsoft 365 admin center and run this script again.' -f $name)
            continue
        }
        if (-not $PSCmdlet.ShouldProcess($name, 'Create the DKIM signing configuration, switched off')) {
            continue
        }
        $null = New-DkimSigningConfig -DomainName $name -KeySize 2048 -Enabled $false
        $config = Get-DkimSigningConfig -Identity $name
    }

    # The targets are read, never put together: since May 2025 they cannot be told from the domain's name.
    $records = @(
        [pscustomobject] @{ Name = 'selector1._domainkey.{0}' -f $name; Target = [string] $config.Selector1CNAME }
        [pscustomobject] @{ Name = 'selector2._domainkey.{0}' -f $name; Target = [string] $config.Selector2CNAME }
    )
    Write-Output ('{0}: publish these two CNAME records.' -f $name)
    $records | Format-Table -Property 'Name', 'Target' -AutoSize -Wrap
    if ($config.Enabled) {
        Write-Output ('{0}: DKIM is switched on.' -f $name)
        continue
    }

    $open = @()
    if ($canResolve) {
        foreach ($record in $records) {
            $answer = Resolve-DnsName -Name $record.Name -Type CNAME -DnsOnly -ErrorAction SilentlyContinue | Where-Object { [string] $_.Type -eq 'CNAME' }
            if (-not $answer -or ([string] $answer.NameHost).TrimEnd('.') -ne $record.Target.TrimEnd('.')) {
                $open += $record.Name
            }
        }
    } elseif (-not $RecordsArePublished) {
        $open = @($records.Name)
    }
    if ($open.Count -gt 0) {
        Write-Warning ('{0}: not seen in DNS yet: {1}. Publish the records above, wait, and run this script again; where this computer cannot look names up, with -RecordsArePublished.' -f $name, ($open -join ', '))
    } elseif ($PSCmdlet.ShouldProcess($name, 'Switch DKIM signing on')) {
        Set-DkimSigningConfig -Identity $name -Enabled $true
    }
}

# Read it back.
Get-DkimSigningConfig | Where-Object { $domains -contains [string] $_.Domain -or $domains -contains [string] $_.Name } |
    Format-List -Property 'Domain', 'Enabled', 'Status', 'Selector1CNAME', 'Selector2CNAME'
)ps");
}

} // namespace

std::vector<Artifact> renderDkimScript(RenderContext &context)
{
    const QStringList domains = domainsOf(context);
    if (domains.isEmpty())
        return {};
    ScriptPage page;
    page.kind = QStringLiteral("dkim-script");
    page.stem = QStringLiteral("dkim");
    page.title = QStringLiteral("DKIM signing for %1").arg(joined(domains));
    page.purpose =
        QStringLiteral("It lets Exchange Online sign mail of %1: it reads or creates the signing configuration, "
                       "prints the two CNAME records of each domain, and switches signing on once they are "
                       "published. It concerns everybody who sends from these domains through Exchange Online.")
            .arg(joined(domains));
    page.senders = context.senders;
    page.before = {
        QStringLiteral("Run it twice: the first time it prints the records, the second time, when they are in "
                       "DNS, it switches signing on.")};
    page.parameters = {{QStringLiteral("Only where this computer cannot look up DNS names by Resolve-DnsName."),
                        u"[switch] $RecordsArePublished"}};
    page.verify = {
        QStringLiteral("the last lines must show Enabled True and Status Valid. Then a test message to an outside "
                       "mailbox shows dkim=pass with header.d of your domain. %1")
            .arg(context.knowledge.fact(QStringLiteral("dkim.detection-lag")).statement)};
    page.rollBack.comment(QStringLiteral("switch signing off, and leave the records where they are:"));
    std::vector<PsCommand> back;
    for (const QString &domain : domains)
        back.push_back(PsCommand(QStringLiteral("Set-DkimSigningConfig"))
                           .with(QStringLiteral("Identity"), PsText{domain})
                           .with(QStringLiteral("Enabled"), PsBool{false}));
    addRollBack(page.rollBack, back);
    page.know = {context.knowledge.fact(QStringLiteral("application-mail.authentication")).statement,
                 QStringLiteral("Records of type CNAME, not TXT, and not behind a DNS proxy. Mail that leaves the site "
                                "directly and not through Exchange Online is not signed by this.")};
    return {makeScript(context, page, bodyOf(domains))};
}

} // namespace relaywright
