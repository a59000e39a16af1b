# Application access to devices@contoso.com and monitoring@contoso.com by the
# classic grants - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It is the older way to let one application send as
# devices@contoso.com and monitoring@contoso.com: Full Access to each mailbox, and
# Send As on the senders' other addresses. The application can read these mailboxes
# too. Use it only where the role with a scope cannot be used, and never both. It is
# for Scanner branch, UPS branch and Monitoring.
#
# Apply: read it, then run .\application-access-classic.ps1 -WhatIf in PowerShell 7
# or Windows PowerShell 5.1 as an Exchange administrator: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# Call it with -AppId, the application (client) ID, and -ObjectId, the object ID of
# the same application under Enterprise applications in the Microsoft Entra admin
# center.
# The object ID is the one under Enterprise applications; the one under App
# registrations is another, and mixing them up is the commonest cause of 535 5.7.3.
# Before that, give the application the permission SMTP.SendAsApp of Office 365
# Exchange Online, as an application permission, and grant admin consent.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines show the application and who has access to each mailbox.
# Then send a test message; 535 5.7.3 with a good token means that a right is
# missing, not spread yet, or given to the wrong object ID.
#
# Roll back:
# Remove-MailboxPermission and Remove-RecipientPermission with the identity of the
# application that Get-ServicePrincipal shows, for each mailbox and address below;
# then Remove-ServicePrincipal, if nothing else uses the application, and the
# consent in the Microsoft Entra admin center.
#
# Know: New rights of an application may take 90 minutes to act; wait two hours
# before judging a result.
# Consent in Microsoft Entra and a role with a scope add up, so a permission that
# was left over widens the scope.
# The secret or certificate of an application sends as every mailbox in its scope,
# so prefer a certificate and watch when it expires.
# SMTP sign-in must be open for each mailbox too: the script for SMTP sign-in does
# that.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Application (client) ID.
    [Parameter(Mandatory)] [guid] $AppId,
    # Object ID from Enterprise applications, not from App registrations.
    [Parameter(Mandatory)] [guid] $ObjectId
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

$displayName = 'Relaywright application mail'

if ($AppId -eq $ObjectId) {
    throw 'AppId and ObjectId are two different identifiers. AppId is the application (client) ID; ObjectId stands on the application''s page under Enterprise applications.'
}
$principal = Get-ServicePrincipal | Where-Object { [string] $_.AppId -eq [string] $AppId }
if ($principal -and [string] $principal.ObjectId -ne [string] $ObjectId) {
    throw ('Exchange Online knows this application with the object ID {0}, not {1}. The right one stands under Enterprise applications, not under App registrations. If the one that is stored is wrong, remove it with Remove-ServicePrincipal and run this script again.' -f $principal.ObjectId, $ObjectId)
}
if (-not $principal -and $PSCmdlet.ShouldProcess($displayName, 'Make the application known to Exchange Online')) {
    $principal = New-ServicePrincipal -AppId ([string] $AppId) -ObjectId ([string] $ObjectId) -DisplayName $displayName
}

$mailboxes = @('devices@contoso.com', 'monitoring@contoso.com')
# Further addresses that the senders use.
$addresses = @(
    [pscustomobject] @{ Address = 'alerts@apps.contoso.com' }
)

foreach ($mailbox in $mailboxes) {
    if (-not (Get-Mailbox -Identity $mailbox -ErrorAction SilentlyContinue)) {
        Write-Warning ('There is no mailbox {0}. Create it and run this script again.' -f $mailbox)
        continue
    }
    $granted = $principal -and (Get-MailboxPermission -Identity $mailbox -User $principal.Identity -ErrorAction SilentlyContinue)
    if ($granted) {
        Write-Output ('The application has access to {0} already.' -f $mailbox)
    } elseif ($PSCmdlet.ShouldProcess($mailbox, 'Give the application Full Access')) {
        $null = Add-MailboxPermission -Identity $mailbox -User $principal.Identity -AccessRights 'FullAccess'
    }
}
foreach ($address in $addresses) {
    $granted = $principal -and (Get-RecipientPermission -Identity $address.Address -Trustee $principal.Identity -AccessRights 'SendAs' -ErrorAction SilentlyContinue)
    if ($granted) {
        Write-Output ('The application may send as {0} already.' -f $address.Address)
    } elseif ($PSCmdlet.ShouldProcess($address.Address, 'Give the application Send As')) {
        $null = Add-RecipientPermission -Identity $address.Address -Trustee $principal.Identity -AccessRights 'SendAs' -Confirm:$false
    }
}

# Read it back.
Get-ServicePrincipal | Where-Object { [string] $_.AppId -eq [string] $AppId } |
    Format-List -Property 'DisplayName', 'AppId', 'ObjectId'
foreach ($mailbox in $mailboxes) {
    Get-MailboxPermission -Identity $mailbox -ErrorAction SilentlyContinue |
        Format-List -Property 'Identity', 'User', 'AccessRights'
}
