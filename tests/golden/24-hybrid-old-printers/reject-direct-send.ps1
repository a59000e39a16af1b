# Refuse direct send - Contoso
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It closes the door that no sender of this plan
# uses: mail without a sign-in that claims to come from one of the organisation's
# own domains. It is for the whole organisation.
#
# Apply: read it, then run .\reject-direct-send.ps1 -WhatIf in PowerShell 7 or
# Windows PowerShell 5.1 as an Exchange administrator: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# First find out who else sends in the name of your domains without a sign-in: web
# shops, newsletters, CRM and ticket systems, forwarders. What they send to your
# mailboxes is refused from then on. Call the script with -ExceptionAddresses and
# their public IPv4 addresses, separated by commas, to let them pass.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines must show RejectDirectSend True. A message without a
# sign-in from an address of your domain to your MX host is then refused with 550
# 5.7.68. A change of RejectDirectSend takes up to 30 minutes to act.
#
# Roll back:
# put RejectDirectSend back to the value that the script shows, and remove the
# connector if this script made it:
#     Set-OrganizationConfig -RejectDirectSend $false
#     Remove-InboundConnector -Identity 'Relaywright exceptions to Reject Direct Send'
#
# Know: With RejectDirectSend on, Exchange Online refuses direct send with 550
# 5.7.68, unless an inbound connector matches.
# Microsoft wants direct send off for new tenants; no dated announcement was found,
# so the value must be read.
# The exception is a connector of type Partner for all sender domains: it lets these
# addresses in and locks nobody out. Mail of theirs is filtered as before, and must
# come over TLS.
# Mail that a provider such as Azure Communication Services sends in your name to
# your own mailboxes comes without a sign-in too; test it after the change.
# Mail of the organisation's own Exchange server comes in through the connector that
# the hybrid wizard makes. Without such a connector the server's mail is refused,
# too.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Public IPv4 addresses of services that may go on sending in the organisation's
    # name.
    $ExceptionAddresses = @()
)

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

$environment = 'O365Default'
if (-not (Get-ConnectionInformation)) {
    Connect-ExchangeOnline -ExchangeEnvironmentName $environment -ShowBanner:$false
}

# Stop in a session of another organisation.
$domain = 'contoso.com'
$accepted = @(Get-AcceptedDomain | ForEach-Object { [string] $_.DomainName })
if ($accepted -notcontains $domain) {
    throw ('{0} is not an accepted domain of the organisation that this session is signed in to ({1}). Close the session and start this script again with the right account.' -f $domain, ($accepted -join ', '))
}

$connectorName = 'Relaywright exceptions to Reject Direct Send'
$wanted = @($ExceptionAddresses)
$requireTls = $true

# Look first.
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
$before = (Get-OrganizationConfig).RejectDirectSend
Write-Output ('RejectDirectSend was "{0}".' -f $before)
if ($before -ne $true) {
    if ($PSCmdlet.ShouldProcess('the whole organisation', 'Refuse direct send (RejectDirectSend $true)')) {
        Set-OrganizationConfig -RejectDirectSend $true
    }
}

# Read it back.
Get-OrganizationConfig | Format-List -Property 'RejectDirectSend'
Get-InboundConnector | Where-Object { $_.Name -eq $connectorName } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'RequireTls', 'RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'
