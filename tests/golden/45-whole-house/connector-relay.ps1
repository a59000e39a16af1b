# Inbound connector for 192.0.2.10 - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It creates the inbound connector "Relaywright relay
# for contoso.com" in Exchange Online, or brings it up to date, so that mail from
# 192.0.2.10 is taken as the organisation's own and may go to everybody. It is for
# Copier hall and SQL Server “Finance”.
#
# Apply: read it, then run .\connector-relay.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines read the connector back; Enabled must be True and
# SenderIPAddresses must show every address. Then send a test message from the
# site's network to an outside mailbox. A refusal 550 5.7.64 means that the address
# or the sender's domain did not match.
#
# Roll back:
# a connector that was there before is shown before it is changed; put its values
# back. One that this script made is removed by
#     Remove-InboundConnector -Identity 'Relaywright relay for contoso.com'
#
# Know: With a connector by IP, everything behind that address may send as anybody
# in the domain. Let only the relaying host out on TCP port 25.
# An inbound connector by IP needs a static address that no other tenant shares;
# attribution may change without notice.
# Relay to the internet needs a sender address, or a certificate, in an accepted
# domain of the tenant.
# Connector relay is not bound by 30 messages a minute or 10,000 recipients a day;
# Microsoft names only reasonable limits.
# Should mail stop one day, ask with Get-BlockedConnector whether Microsoft blocked
# the connector because of spam.
# A Microsoft 365 E5 developer subscription refuses to make connectors.
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

$name = 'Relaywright relay for contoso.com'
$comment = 'Made by Relaywright for Copier hall and SQL Server “Finance”'
$addresses = @('192.0.2.10')

# Look first: two connectors for one address would leave it open which of them counts.
$all = @(Get-InboundConnector)
$others = @($all | Where-Object { $_.Name -ne $name -and $_.Enabled } | Where-Object {
    $known = @($_.SenderIPAddresses | ForEach-Object { [string] $_ })
    @($addresses | Where-Object { $known -contains $_ }).Count -gt 0
})
if ($others.Count -gt 0) {
    $others | Format-List -Property 'Name', 'ConnectorType', 'SenderIPAddresses'
    throw 'The connectors above already name these addresses. Keep one: change it by hand, or remove it and run this script again.'
}
$mine = @($all | Where-Object { $_.Name -eq $name })
if ($mine.Count -eq 0) {
    if ($PSCmdlet.ShouldProcess($name, 'Create the inbound connector')) {
        $null = New-InboundConnector -Name $name -ConnectorType 'OnPremises' -SenderDomains '*' -SenderIPAddresses $addresses -Enabled $true -Comment $comment
    }
} else {
    Write-Output 'The connector as it was:'
    $mine | Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'Comment'
    $known = @($mine[0].SenderIPAddresses | ForEach-Object { [string] $_ })
    $same = $known.Count -eq $addresses.Count -and @($addresses | Where-Object { $known -notcontains $_ }).Count -eq 0
    if ($same -and $mine[0].Enabled) {
        Write-Output 'It is as it should be; nothing was changed.'
    } elseif ($PSCmdlet.ShouldProcess($name, 'Change the inbound connector')) {
        Set-InboundConnector -Identity $name -ConnectorType 'OnPremises' -SenderDomains '*' -SenderIPAddresses $addresses -Enabled $true -Comment $comment
    }
}

# Read it back.
Get-InboundConnector | Where-Object { $_.Name -eq $name } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'RequireTls', 'RestrictDomainsToIPAddresses', 'TreatMessagesAsInternal'
