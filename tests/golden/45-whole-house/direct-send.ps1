# Let the site's direct send through - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It reads whether the organisation refuses direct
# send. Where it does, a connector lets 192.0.2.10 pass and the lock stays closed
# for everybody else. It is for Time clock.
#
# Apply: read it, then run .\direct-send.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# Call it with -AllowEverybody only where no connector can be made: that opens
# direct send for the whole internet again.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: send a test message from the device. 550 5.7.68 means that it is still
# refused. A change of RejectDirectSend takes up to 30 minutes to act.
#
# Roll back:
# put RejectDirectSend back to the value that the script shows, and remove the
# connector if this script made it:
#     Set-OrganizationConfig -RejectDirectSend $true
#     Remove-InboundConnector -Identity 'Relaywright exceptions to Reject Direct Send'
#
# Know: With RejectDirectSend on, Exchange Online refuses direct send with 550
# 5.7.68, unless an inbound connector matches.
# Direct send is filtered as mail from the internet and may end in junk or on an IP
# blocklist.
# The sending address must be in the SPF record, and a static address is
# recommended.
# Groups and mailboxes that accept only authenticated senders refuse direct send
# (5.7.133, 5.7.134); new groups are made so.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Switch the lock off for everybody instead of making an exception.
    [switch] $AllowEverybody
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

$connectorName = 'Relaywright exceptions to Reject Direct Send'
$wanted = @('192.0.2.10')
# Devices that use direct send may know no TLS.
$requireTls = $false

# Look first.
$before = (Get-OrganizationConfig).RejectDirectSend
Write-Output ('RejectDirectSend was "{0}".' -f $before)
if ($before -ne $true) {
    Write-Output 'Direct send is allowed; nothing to do.'
    $wanted = @()
} elseif ($AllowEverybody) {
    $wanted = @()
    if ($PSCmdlet.ShouldProcess('the whole organisation', 'Allow direct send from anywhere (RejectDirectSend $false)')) {
        Set-OrganizationConfig -RejectDirectSend $false
    }
} elseif ($wanted.Count -eq 0) {
    throw 'Direct send is refused, and this site names no public IPv4 address for an exception. Add the address to the site''s network and make this script again, or call it with -AllowEverybody.'
}

# The lock stays; only the site's own addresses pass it.
$all = @(Get-InboundConnector)
$covered = @($all | Where-Object { $_.Enabled -and $_.Name -ne $connectorName } | ForEach-Object { $_.SenderIPAddresses } | ForEach-Object { [string] $_ })
$missing = @($wanted | Where-Object { $covered -notcontains $_ })
$mine = @($all | Where-Object { $_.Name -eq $connectorName })
$present = @($mine | ForEach-Object { $_.SenderIPAddresses } | ForEach-Object { [string] $_ })
$new = @($missing | Where-Object { $present -notcontains $_ })
if ($missing.Count -eq 0) {
    Write-Output 'No exception is needed, or other connectors know these addresses already.'
} elseif ($mine.Count -eq 0) {
    if ($PSCmdlet.ShouldProcess($connectorName, 'Create the Partner connector')) {
        $null = New-InboundConnector -Name $connectorName -ConnectorType 'Partner' -SenderDomains '*' -SenderIPAddresses $missing -RestrictDomainsToIPAddresses $false -RestrictDomainsToCertificate $false -RequireTls $requireTls -Enabled $true
    }
} elseif ($new.Count -eq 0 -and $mine[0].Enabled) {
    Write-Output 'The Partner connector knows these addresses already.'
} elseif ($PSCmdlet.ShouldProcess($connectorName, 'Add addresses to the Partner connector')) {
    Set-InboundConnector -Identity $connectorName -SenderIPAddresses ($present + $new) -Enabled $true
}

# Read it back.
Get-OrganizationConfig | Format-List -Property 'RejectDirectSend'
Get-InboundConnector | Where-Object { $_.Name -eq $connectorName } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'RequireTls', 'RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'
