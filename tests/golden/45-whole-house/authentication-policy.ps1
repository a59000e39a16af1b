# Authentication policy for senders with a password - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: Where an authentication policy forbids
# crm@apps.contoso.com and news@contoso.com to sign in for SMTP with a password, it
# gives these accounts a policy of their own that allows it, for SMTP only. Accounts
# that no policy stops stay as they are. It is for CRM and Staff news.
#
# Apply: read it, then run .\authentication-policy.ps1 -WhatIf in PowerShell 7 or
# Windows PowerShell 5.1 as an Exchange administrator: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines read the policies back. An account whose
# AuthenticationPolicy is "Relaywright SMTP with a password" may sign in for SMTP
# with a password; one with an empty AuthenticationPolicy follows the
# organisation's. Then send a test message.
#
# Roll back:
# give each account back the policy that the script showed, $null for none, then
# remove the policy:
#     Set-User -Identity 'crm@apps.contoso.com' -AuthenticationPolicy $null
#     Set-User -Identity 'news@contoso.com' -AuthenticationPolicy $null
#     Remove-AuthenticationPolicy -Identity 'Relaywright SMTP with a password'
#
# Know: The policy allows a password for SMTP and for nothing else; the account must
# sign in anew everywhere once. A policy that forbids SMTP counts before the
# mailbox's own switch.
# The name of the control that switches SMTP AUTH with a password on again after
# December 2026 is not known; SmtpClientAuthenticationDisabled also switches OAuth
# off, so it is not assumed to be it.
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

$policyName = 'Relaywright SMTP with a password'
$accounts = @('crm@apps.contoso.com', 'news@contoso.com')

# Look first: an account without a policy of its own follows the organisation's; without that one, nothing is blocked.
$policies = @(Get-AuthenticationPolicy)
$default = [string] (Get-OrganizationConfig).DefaultAuthenticationPolicy
$blocked = @()
foreach ($account in $accounts) {
    $user = Get-User -Identity $account -ErrorAction SilentlyContinue
    if (-not $user) {
        Write-Warning ('There is no account {0}. Create it and run this script again.' -f $account)
        continue
    }
    $effective = [string] $user.AuthenticationPolicy
    if (-not $effective) {
        $effective = $default
    }
    if (-not $effective) {
        Write-Output ('{0}: no authentication policy applies; nothing to do.' -f $account)
        continue
    }
    $policy = $policies | Where-Object { @([string] $_.Name, [string] $_.Identity, [string] $_.DistinguishedName, [string] $_.Guid) -contains $effective }
    if ($policy -and $policy.AllowBasicAuthSmtp) {
        Write-Output ('{0}: the policy {1} allows a password for SMTP; nothing to do.' -f $account, $effective)
        continue
    }
    Write-Output ('{0}: the policy {1} does not allow a password for SMTP.' -f $account, $effective)
    $blocked += $account
}

if ($blocked.Count -gt 0) {
    $own = $policies | Where-Object { $_.Name -eq $policyName }
    if (-not $own) {
        if ($PSCmdlet.ShouldProcess($policyName, 'Create an authentication policy that allows a password for SMTP only')) {
            $null = New-AuthenticationPolicy -Name $policyName -AllowBasicAuthSmtp
        }
    } elseif (-not $own.AllowBasicAuthSmtp) {
        if ($PSCmdlet.ShouldProcess($policyName, 'Allow a password for SMTP in this authentication policy')) {
            Set-AuthenticationPolicy -Identity $policyName -AllowBasicAuthSmtp
        }
    }
    foreach ($account in $blocked) {
        if ($PSCmdlet.ShouldProcess($account, 'Assign the authentication policy and end the sessions of the account')) {
            Set-User -Identity $account -AuthenticationPolicy $policyName
            # Without this the old policy may count for hours.
            Set-User -Identity $account -StsRefreshTokensValidFrom ([System.DateTime]::UtcNow)
        }
    }
}

# Read it back.
Get-AuthenticationPolicy | Format-List -Property 'Name', 'AllowBasicAuthSmtp'
foreach ($account in $accounts) {
    Get-User -Identity $account -ErrorAction SilentlyContinue | Format-List -Property 'Name', 'AuthenticationPolicy'
}
