# Connection filter: allow 192.0.2.10 - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It puts 192.0.2.10 on the allow list of the
# organisation's connection filter, so that mail sent directly from there is not
# taken for spam because of its address. It is for Time clock.
#
# Apply: read it, then run .\connection-filter.ps1 -WhatIf in PowerShell 7 or
# Windows PowerShell 5.1 as an Exchange administrator: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# Use it only where test messages do end in junk although SPF lists the address, and
# only for an address that nobody else shares.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines must show every address in IPAllowList. Then send a test
# message and look where it arrives.
#
# Roll back:
# take off what this script put on:
#     Set-HostedConnectionFilterPolicy -Identity 'Default' -IPAllowList @{ Remove = '192.0.2.10' }
#
# Know: Mail from an address on the allow list skips spam filtering, whoever sends
# it: one infected computer behind that address reaches every mailbox. SPF is the
# better way; look at the list from time to time and take off what is not needed any
# more.
# Direct send is filtered as mail from the internet and may end in junk or on an IP
# blocklist.
[CmdletBinding(SupportsShouldProcess)]
param()

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

$addresses = @('192.0.2.10')

$present = @((Get-HostedConnectionFilterPolicy -Identity 'Default').IPAllowList | ForEach-Object { [string] $_ })
Write-Output ('The allow list was: {0}' -f ($present -join ', '))
$missing = @($addresses | Where-Object { $present -notcontains $_ })
if ($missing.Count -eq 0) {
    Write-Output 'Every address is on it already; nothing was changed.'
} elseif ($PSCmdlet.ShouldProcess('Default', 'Add {0} to the allow list of the connection filter' -f ($missing -join ', '))) {
    Set-HostedConnectionFilterPolicy -Identity 'Default' -IPAllowList @{ Add = $missing }
}

# Read it back.
Get-HostedConnectionFilterPolicy -Identity 'Default' | Format-List -Property 'Name', 'IPAllowList', 'IPBlockList'
