# DKIM signing for apps.contoso.com and contoso.com - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It lets Exchange Online sign mail of
# apps.contoso.com and contoso.com: it reads or creates the signing configuration,
# prints the two CNAME records of each domain, and switches signing on once they are
# published. It concerns everybody who sends from these domains through Exchange
# Online.
#
# Apply: read it, then run .\dkim.ps1 -WhatIf in PowerShell 7 or Windows PowerShell
# 5.1 as an Exchange administrator: it shows what it would change, and changes
# nothing. Then run it without -WhatIf. It is safe to run twice: it looks first, and
# changes only what is not yet as it should be.
# Run it twice: the first time it prints the records, the second time, when they are
# in DNS, it switches signing on.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines must show Enabled True and Status Valid. Then a test
# message to an outside mailbox shows dkim=pass with header.d of your domain.
# Exchange Online sees published DKIM records after minutes, or after up to four
# days.
#
# Roll back:
# switch signing off, and leave the records where they are:
#     Set-DkimSigningConfig -Identity 'apps.contoso.com' -Enabled $false
#     Set-DkimSigningConfig -Identity 'contoso.com' -Enabled $false
#
# Know: SPF lists who may send for the domain; DKIM and DMARC are published besides.
# Records of type CNAME, not TXT, and not behind a DNS proxy. Mail that leaves the
# site directly and not through Exchange Online is not signed by this.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Only where this computer cannot look up DNS names by Resolve-DnsName.
    [switch] $RecordsArePublished
)

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

$environment = 'O365Default'
if (-not (Get-ConnectionInformation)) {
    Connect-ExchangeOnline -ExchangeEnvironmentName $environment -ShowBanner:$false
}

# Stop in a session of another organisation.
$domain = 'contoso.onmicrosoft.com'
$accepted = @(Get-AcceptedDomain | ForEach-Object { [string] $_.DomainName })
if ($accepted -notcontains $domain) {
    throw ('{0} is not an accepted domain of the organisation that this session is signed in to ({1}). Close the session and start this script again with the right account.' -f $domain, ($accepted -join ', '))
}

$domains = @('apps.contoso.com', 'contoso.com')

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
