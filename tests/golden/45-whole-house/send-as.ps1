# Send As for scanner@contoso.com, ups@contoso.com and alerts@apps.contoso.com -
# Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It lets the mailboxes that sign in send as
# scanner@contoso.com, ups@contoso.com and alerts@apps.contoso.com. An address that
# does not exist yet becomes a mail-enabled security group named after the device,
# whose member receives replies and bounces; it needs no licence. It is for Scanner
# branch, UPS branch and Monitoring.
#
# Apply: read it, then run .\send-as.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines show each address with its Trustee and SendAs. Wait an
# hour, then send a test message from the device; a refusal 5.7.60 or 5.2.252 means
# that the right does not count yet or is missing.
# Exchange Online may need a minute before it finds a new group. Should the script
# stop there, run it again.
#
# Roll back:
# take the right away; remove a group only if this script made it:
#     Remove-RecipientPermission -Identity 'scanner@contoso.com' -Trustee 'devices@contoso.com' -AccessRights 'SendAs'
#     Remove-DistributionGroup -Identity 'scanner@contoso.com'
#     Remove-RecipientPermission -Identity 'ups@contoso.com' -Trustee 'devices@contoso.com' -AccessRights 'SendAs'
#     Remove-DistributionGroup -Identity 'ups@contoso.com'
#     Remove-RecipientPermission -Identity 'alerts@apps.contoso.com' -Trustee 'monitoring@contoso.com' -AccessRights 'SendAs'
#     Remove-DistributionGroup -Identity 'alerts@apps.contoso.com'
#
# Know: The sender address must be the mailbox that signs in, or one that it has
# Send As on.
# Every sender address exists: receivers probe it, and bounces must reach a mailbox
# that somebody reads.
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

$grants = @(
    [pscustomobject] @{ Address = 'scanner@contoso.com'; Mailbox = 'devices@contoso.com'; Group = 'Scanner branch - scanner'; Reader = 'helpdesk@contoso.com' }
    [pscustomobject] @{ Address = 'ups@contoso.com'; Mailbox = 'devices@contoso.com'; Group = 'UPS branch - ups'; Reader = 'devices@contoso.com' }
    [pscustomobject] @{ Address = 'alerts@apps.contoso.com'; Mailbox = 'monitoring@contoso.com'; Group = 'Monitoring - alerts'; Reader = 'helpdesk@contoso.com' }
)

foreach ($grant in $grants) {
    $recipient = Get-Recipient -Identity $grant.Address -ErrorAction SilentlyContinue
    if ($recipient -and [string] $recipient.PrimarySmtpAddress -eq $grant.Mailbox) {
        Write-Warning ('{0} is an alias of {1} already. Send As does not apply to it; run the script for aliases instead.' -f $grant.Address, $grant.Mailbox)
        continue
    }
    if (-not $recipient) {
        if ($PSCmdlet.ShouldProcess($grant.Address, 'Create the mail-enabled security group')) {
            # Replies and bounces come from strangers, so the group must take mail without a sign-in.
            $null = New-DistributionGroup -Name $grant.Group -Type 'Security' -PrimarySmtpAddress $grant.Address -Members $grant.Reader -RequireSenderAuthenticationEnabled $false
        }
    }
    $granted = Get-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -AccessRights 'SendAs' -ErrorAction SilentlyContinue
    if ($granted) {
        Write-Output ('{0} may send as {1} already.' -f $grant.Mailbox, $grant.Address)
    } elseif ($PSCmdlet.ShouldProcess($grant.Address, 'Give Send As to {0}' -f $grant.Mailbox)) {
        $null = Add-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -AccessRights 'SendAs' -Confirm:$false
    }
}

# Read it back.
foreach ($grant in $grants) {
    Get-Recipient -Identity $grant.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'RecipientTypeDetails', 'PrimarySmtpAddress'
    Get-RecipientPermission -Identity $grant.Address -Trustee $grant.Mailbox -ErrorAction SilentlyContinue |
        Format-List -Property 'Identity', 'Trustee', 'AccessRights'
}
