# Aliases for scanner@contoso.com, ups@contoso.com and alerts@apps.contoso.com,
# instead of Send As - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It is the other way to let senders use
# scanner@contoso.com, ups@contoso.com and alerts@apps.contoso.com: the addresses
# become aliases of the mailbox that signs in, and the organisation allows sending
# as an alias. Use it or the script for Send As, not both. It is for Scanner branch,
# UPS branch and Monitoring.
#
# Apply: read it, then run .\send-as-alias.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines show SendFromAliasEnabled True and the aliases among
# EmailAddresses. Then send a test message from the device.
#
# Roll back:
# take the aliases away; switch the organisation back only if nobody else relies on
# it:
#     Set-Mailbox -Identity 'devices@contoso.com' -EmailAddresses @{ Remove = 'smtp:scanner@contoso.com' }
#     Set-Mailbox -Identity 'devices@contoso.com' -EmailAddresses @{ Remove = 'smtp:ups@contoso.com' }
#     Set-Mailbox -Identity 'monitoring@contoso.com' -EmailAddresses @{ Remove = 'smtp:alerts@apps.contoso.com' }
#     Set-OrganizationConfig -SendFromAliasEnabled $false
#
# Know: A mailbox may send as its aliases only when SendFromAliasEnabled is on for
# the organisation.
# That switch is for the whole organisation: from then on everybody's mail may leave
# with an alias instead of the main address, and rules or forwarding that expect the
# main address see the alias.
# Behind Relaywright's relay messages leave with the mailbox's own address. Once
# this right counts, take "sendAs" out of the relay's configuration, and they leave
# with the device's address.
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

$aliases = @(
    [pscustomobject] @{ Address = 'scanner@contoso.com'; Mailbox = 'devices@contoso.com' }
    [pscustomobject] @{ Address = 'ups@contoso.com'; Mailbox = 'devices@contoso.com' }
    [pscustomobject] @{ Address = 'alerts@apps.contoso.com'; Mailbox = 'monitoring@contoso.com' }
)

foreach ($alias in $aliases) {
    $recipient = Get-Recipient -Identity $alias.Address -ErrorAction SilentlyContinue
    if ($recipient -and [string] $recipient.PrimarySmtpAddress -eq $alias.Mailbox) {
        Write-Output ('{0} is an alias of {1} already.' -f $alias.Address, $alias.Mailbox)
    } elseif ($recipient) {
        Write-Warning ('{0} belongs to {1} ({2}) and cannot become an alias. Give Send As on it instead.' -f $alias.Address, $recipient.Name, $recipient.RecipientTypeDetails)
    } elseif ($PSCmdlet.ShouldProcess($alias.Mailbox, 'Add the alias {0}' -f $alias.Address)) {
        Set-Mailbox -Identity $alias.Mailbox -EmailAddresses @{ Add = 'smtp:{0}' -f $alias.Address }
    }
}

if ((Get-OrganizationConfig).SendFromAliasEnabled) {
    Write-Output 'Mailboxes may send as their aliases already.'
} elseif ($PSCmdlet.ShouldProcess('every mailbox of the organisation', 'Allow sending as an alias (SendFromAliasEnabled)')) {
    Set-OrganizationConfig -SendFromAliasEnabled $true
}

# Read it back.
Get-OrganizationConfig | Format-List -Property 'SendFromAliasEnabled'
foreach ($alias in $aliases) {
    Get-Mailbox -Identity $alias.Mailbox -ErrorAction SilentlyContinue | Format-List -Property 'Name', 'EmailAddresses'
}
