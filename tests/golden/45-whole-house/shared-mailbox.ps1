# Shared mailbox for replies and bounces: helpdesk@contoso.com and
# accounting@contoso.com - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It creates helpdesk@contoso.com and
# accounting@contoso.com as a shared mailbox where it does not exist, and leads
# there what is written to the senders' own addresses, so that replies and bounces
# reach somebody. It is for Copier hall, Scanner branch, Monitoring, ERP invoices
# and SQL Server “Finance”.
#
# Apply: read it, then run .\shared-mailbox.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# Nobody reads a new shared mailbox until somebody may open it: call the script with
# -Readers and the addresses of those who shall, separated by commas.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines show each mailbox with its addresses and who may open it.
# Write to a sender's address from outside and look into the mailbox.
#
# Roll back:
# take the aliases away. Remove a mailbox only if this script made it and nobody
# needs its mail; Remove-Mailbox would do that, and is not shown ready to copy:
#     Set-Mailbox -Identity 'helpdesk@contoso.com' -EmailAddresses @{ Remove = 'smtp:copier@contoso.com' }
#     Set-Mailbox -Identity 'accounting@contoso.com' -EmailAddresses @{ Remove = 'smtp:invoices@apps.contoso.com' }
#     Set-Mailbox -Identity 'accounting@contoso.com' -EmailAddresses @{ Remove = 'smtp:finance@contoso.com' }
#
# Know: Every sender address exists: receivers probe it, and bounces must reach a
# mailbox that somebody reads.
# A shared mailbox needs no licence up to 50 GB.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Who may open the mailboxes.
    [string[]] $Readers = @()
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

$mailboxes = @(
    [pscustomobject] @{ Address = 'helpdesk@contoso.com'; Name = 'helpdesk' }
    [pscustomobject] @{ Address = 'accounting@contoso.com'; Name = 'accounting' }
)
# Addresses that senders use and that need no mailbox of their own: what is written
# to them goes to the mailbox beside them.
$aliases = @(
    [pscustomobject] @{ Address = 'copier@contoso.com'; Mailbox = 'helpdesk@contoso.com' }
    [pscustomobject] @{ Address = 'invoices@apps.contoso.com'; Mailbox = 'accounting@contoso.com' }
    [pscustomobject] @{ Address = 'finance@contoso.com'; Mailbox = 'accounting@contoso.com' }
)

foreach ($mailbox in $mailboxes) {
    $recipient = Get-Recipient -Identity $mailbox.Address -ErrorAction SilentlyContinue
    if ($recipient) {
        Write-Output ('{0} exists already: {1}, {2}.' -f $mailbox.Address, $recipient.Name, $recipient.RecipientTypeDetails)
    } elseif ($PSCmdlet.ShouldProcess($mailbox.Address, 'Create the shared mailbox')) {
        $null = New-Mailbox -Shared -Name $mailbox.Name -PrimarySmtpAddress $mailbox.Address
    }
}
foreach ($alias in $aliases) {
    $recipient = Get-Recipient -Identity $alias.Address -ErrorAction SilentlyContinue
    if ($recipient) {
        Write-Output ('{0} exists already: {1}, {2}.' -f $alias.Address, $recipient.Name, $recipient.RecipientTypeDetails)
        continue
    }
    # Somebody's own mailbox is left alone: an alias there would mix a person's mail with a machine's.
    $target = Get-Mailbox -Identity $alias.Mailbox -ErrorAction SilentlyContinue
    if ($target -and [string] $target.RecipientTypeDetails -ne 'SharedMailbox') {
        Write-Warning ('{0} is not a shared mailbox, so {1} does not become an alias of it. Add the alias by hand if you want that.' -f $alias.Mailbox, $alias.Address)
    } elseif ($PSCmdlet.ShouldProcess($alias.Mailbox, 'Add the alias {0}' -f $alias.Address)) {
        Set-Mailbox -Identity $alias.Mailbox -EmailAddresses @{ Add = 'smtp:{0}' -f $alias.Address }
    }
}
foreach ($mailbox in $mailboxes) {
    foreach ($reader in $Readers) {
        $granted = Get-MailboxPermission -Identity $mailbox.Address -User $reader -ErrorAction SilentlyContinue
        if (-not $granted -and $PSCmdlet.ShouldProcess($mailbox.Address, 'Let {0} open the mailbox' -f $reader)) {
            $null = Add-MailboxPermission -Identity $mailbox.Address -User $reader -AccessRights 'FullAccess'
        }
    }
}

# Read it back.
foreach ($mailbox in $mailboxes) {
    Get-Mailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'RecipientTypeDetails', 'PrimarySmtpAddress', 'EmailAddresses'
    Get-MailboxPermission -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'User', 'AccessRights'
}
