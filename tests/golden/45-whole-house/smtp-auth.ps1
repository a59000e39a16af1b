# SMTP sign-in for 3 mailboxes - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It lets devices@contoso.com, monitoring@contoso.com
# and crm@apps.contoso.com sign in for SMTP (SMTP AUTH), whatever the organisation's
# switch says, and raises the limits of a message where a sender needs more. It is
# for Scanner branch, UPS branch, Monitoring and CRM.
#
# Apply: read it, then run .\smtp-auth.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines read back every switch that can stop a sign-in. For each
# mailbox SmtpClientAuthenticationDisabled must be False. An AuthenticationPolicy
# must allow basic sign-in for SMTP where a device uses a password. Security
# defaults and Conditional Access are not read here: look in the Microsoft Entra
# admin center. Then send a test message.
#
# Roll back:
# put the values back that the script shows as the ones before. Empty is $null,
# which follows the organisation's switch:
#     Set-CASMailbox -Identity 'devices@contoso.com' -SmtpClientAuthenticationDisabled $null
#     Set-CASMailbox -Identity 'monitoring@contoso.com' -SmtpClientAuthenticationDisabled $null
#     Set-CASMailbox -Identity 'crm@apps.contoso.com' -SmtpClientAuthenticationDisabled $null
#
# Know: Set-CASMailbox -SmtpClientAuthenticationDisabled $false opens SMTP AUTH for
# one mailbox, whatever the organisation's switch says.
# A password in a device can be used from anywhere, without a second factor, and
# reads the mailbox too. Give each mailbox a long password of its own.
# At the end of December 2026 SMTP AUTH with a password is switched off by default
# for existing tenants; administrators can switch it on again.
# Security defaults switch SMTP AUTH with a password off.
# The switch must be open for OAuth as well. Microsoft's page says that SMTP AUTH is
# off while security defaults are on; field reports for OAuth differ, so it must be
# tested.
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

# Recipients and Octets: what one message needs at the least; 0 leaves the mailbox's
# limit alone.
$mailboxes = @(
    [pscustomobject] @{ Address = 'devices@contoso.com'; For = 'Scanner branch and UPS branch'; Recipients = 0; Octets = 0 }
    [pscustomobject] @{ Address = 'monitoring@contoso.com'; For = 'Monitoring'; Recipients = 0; Octets = 0 }
    [pscustomobject] @{ Address = 'crm@apps.contoso.com'; For = 'CRM'; Recipients = 0; Octets = 0 }
)

foreach ($mailbox in $mailboxes) {
    $before = Get-CASMailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue
    if (-not $before) {
        Write-Warning ('There is no mailbox {0}, which {1} signs in with. Create it with a licence and run this script again.' -f $mailbox.Address, $mailbox.For)
        continue
    }
    # Empty follows the organisation's switch.
    Write-Output ('{0}, for {1}: SmtpClientAuthenticationDisabled was "{2}".' -f $mailbox.Address, $mailbox.For, $before.SmtpClientAuthenticationDisabled)
    if ($before.SmtpClientAuthenticationDisabled -ne $false) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Allow sign-in for SMTP (SmtpClientAuthenticationDisabled $false)')) {
            Set-CASMailbox -Identity $mailbox.Address -SmtpClientAuthenticationDisabled $false
        }
    }
    if ($mailbox.Recipients -eq 0 -and $mailbox.Octets -eq 0) {
        continue
    }
    $limits = Get-Mailbox -Identity $mailbox.Address
    $recipients = [string] $limits.RecipientLimits
    $octets = ([string] $limits.MaxSendSize) -replace '^.*\(', '' -replace '[^0-9]', ''
    Write-Output ('{0}: RecipientLimits was {1}, MaxSendSize was {2}.' -f $mailbox.Address, $recipients, $limits.MaxSendSize)
    if ($mailbox.Recipients -gt 0 -and $recipients -match '^[0-9]+$' -and [int] $recipients -lt $mailbox.Recipients) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Raise RecipientLimits')) {
            Set-Mailbox -Identity $mailbox.Address -RecipientLimits $mailbox.Recipients
        }
    }
    if ($mailbox.Octets -gt 0 -and $octets -and [long] $octets -lt $mailbox.Octets) {
        if ($PSCmdlet.ShouldProcess($mailbox.Address, 'Raise MaxSendSize')) {
            Set-Mailbox -Identity $mailbox.Address -MaxSendSize $mailbox.Octets
        }
    }
}

# Read it back. The mailbox's switch counts before the organisation's; an authentication policy counts before both.
Get-TransportConfig | Format-List -Property 'SmtpClientAuthenticationDisabled'
Get-OrganizationConfig | Format-List -Property 'DefaultAuthenticationPolicy'
foreach ($mailbox in $mailboxes) {
    Get-CASMailbox -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'SmtpClientAuthenticationDisabled'
    Get-User -Identity $mailbox.Address -ErrorAction SilentlyContinue |
        Format-List -Property 'Name', 'AuthenticationPolicy'
}
