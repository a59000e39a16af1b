# High Volume Email accounts: news@contoso.com - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It creates the High Volume Email accounts
# news@contoso.com where they do not exist, sets where replies go, and shows whether
# their billing is valid. It is for Staff news.
#
# Apply: read it, then run .\hve-accounts.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# It asks for the password of each new account. With -BillingPolicyId, the
# identifier of one of the policies it shows, it attaches that policy to accounts
# without a valid one.
# For senders with OAuth call it with -AppObjectIds, the object IDs of the
# applications under Enterprise applications. A High Volume Email account takes up
# to 10 applications, named by the object ID of the enterprise application; a change
# acts within 5 minutes.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines read settings and billing back; BillingPolicyStatus must be
# BillingPolicyValid. Then send a test message to a mailbox of the organisation.
#
# Roll back:
# remove an account only if this script made it:
#     Remove-MailUser -Identity 'news@contoso.com'
#
# Know: High Volume Email reaches only recipients inside the organisation; external
# ones were removed in 2025.
# A High Volume Email account without a valid billing policy is not active and
# cannot send.
# High Volume Email costs USD 42 for a million expanded, delivered recipients since
# 1 June 2026.
# A High Volume Email account may send only as its own address, in envelope and
# header.
# A message of High Volume Email may have 50 recipients.
# A message of High Volume Email may be 10 MB.
# Security defaults block High Volume Email with a password.
# High Volume Email supports sign-in with a password until September 2028.
# For OAuth a High Volume Email account wants the permission Mail.Send of Office 365
# Exchange Online, and not SMTP.SendAsApp.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Identifier of the billing policy to attach.
    [string] $BillingPolicyId,
    # Object IDs of the applications that may use the accounts.
    [string[]] $AppObjectIds = @()
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

$accounts = @(
    [pscustomobject] @{ Address = 'news@contoso.com'; Name = 'news'; ReplyTo = '' }
)

Write-Output 'Billing policies for High Volume Email:'
$policies = @(Get-BillingPolicy -ResourceType 'HVE')
$policies | Format-List
if ($policies.Count -eq 0) {
    Write-Warning 'There is no billing policy for High Volume Email. Set up pay-as-you-go billing in the Microsoft 365 admin center first: accounts without a valid policy cannot send.'
}

$known = @(Get-MailUser -HVEAccount | ForEach-Object { [string] $_.PrimarySmtpAddress })
foreach ($account in $accounts) {
    $recipient = Get-Recipient -Identity $account.Address -ErrorAction SilentlyContinue
    if ($known -contains $account.Address) {
        Write-Output ('{0} is a High Volume Email account already.' -f $account.Address)
    } elseif ($recipient) {
        Write-Warning ('{0} belongs to {1} ({2}). A High Volume Email account needs an address of its own; choose another one for the sender, or free this one.' -f $account.Address, $recipient.Name, $recipient.RecipientTypeDetails)
        continue
    } elseif ($PSCmdlet.ShouldProcess($account.Address, 'Create the High Volume Email account')) {
        # The password is asked for here and stands in no file.
        $password = Read-Host -Prompt ('New password for {0}' -f $account.Address) -AsSecureString
        $null = New-MailUser -HVEAccount -Name $account.Name -Password $password -PrimarySmtpAddress $account.Address
    } else {
        continue
    }
    if ($account.ReplyTo) {
        $settings = Get-HVEAccountSettings -Identity $account.Address
        if ([string] $settings.ReplyTo -ne $account.ReplyTo -and $PSCmdlet.ShouldProcess($account.Address, 'Set the reply address {0}' -f $account.ReplyTo)) {
            Set-HVEAccountSettings -Identity $account.Address -ReplyTo $account.ReplyTo
        }
    }
    if ($BillingPolicyId) {
        $billing = Get-HVEAccountBillingPolicy -Identity $account.Address -ErrorAction SilentlyContinue
        $valid = $billing -and [string] $billing.BillingPolicyStatus -eq 'BillingPolicyValid'
        if (-not $valid -and $PSCmdlet.ShouldProcess($account.Address, 'Attach the billing policy {0}' -f $BillingPolicyId)) {
            Set-HVEAccountBillingPolicy -Identity $account.Address -BillingPolicyId $BillingPolicyId
        }
    }
    if ($AppObjectIds.Count -gt 0 -and $PSCmdlet.ShouldProcess($account.Address, 'Let {0} application(s) use the account' -f $AppObjectIds.Count)) {
        Add-HVEAppAccess -Identity $account.Address -AppIds $AppObjectIds
    }
}

# Read it back: BillingPolicyStatus must be BillingPolicyValid, or the account cannot send.
foreach ($account in $accounts) {
    Get-HVEAccountSettings -Identity $account.Address -ErrorAction SilentlyContinue | Format-List
    Get-HVEAccountBillingPolicy -Identity $account.Address -ErrorAction SilentlyContinue | Format-List
}
