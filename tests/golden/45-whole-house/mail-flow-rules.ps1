# Mail-flow rules for application mail - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It makes mail-flow rules, or brings them up to
# date: a set that refuses mail from 192.0.2.10 that no planned sender wrote, keeps
# senders that are planned for inside from writing to the internet, marks
# application mail with the header field X-Application-Mail and if you ask for it,
# returns or discards replies to addresses that nobody reads. They are for Copier
# hall, Scanner branch, UPS branch, Monitoring, CRM, Staff news, Time clock and SQL
# Server “Finance”, and touch every message of the organisation that fits them.
#
# Apply: read it, then run .\mail-flow-rules.ps1 -WhatIf in PowerShell 7 or Windows
# PowerShell 5.1 as an Exchange administrator: it shows what it would change, and
# changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks
# first, and changes only what is not yet as it should be.
# Without -Mode the rules only watch (Audit): nothing is refused, and message trace
# shows what would have been. Look at that for some days, then run it with -Mode
# Enforce.
# -ArchiveMailbox ADDRESS adds a blind copy of all application mail to that mailbox.
# -Replies Return sends replies to unread addresses back with a sentence, -Replies
# Discard drops them.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines show each rule with State Enabled and the Mode that was
# asked for. Send a test message of each kind and look at it in message trace. A new
# rule may take a while to act.
#
# Roll back:
# the rules and nothing else are removed by
#     Get-TransportRule | Where-Object { $_.Name -like 'Relaywright: *' } | Remove-TransportRule
#
# Know: Mail-flow rules compare a sender's address in the header only, unless
# SenderAddressLocation says HeaderOrEnvelope.
# A mail-flow rule may refuse with 5.7.1 or with 5.7.900 to 5.7.999, in a text of up
# to 1024 characters.
# The rule about the relay's address looks at everything that comes from there.
# Where people or a hybrid server send from the same public address too, leave it in
# Audit, or give the relay an address of its own.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Audit watches, Enforce acts.
    [ValidateSet('Audit', 'Enforce')] [string] $Mode = 'Audit',
    # What happens to mail for addresses that nobody reads.
    [ValidateSet('Keep', 'Return', 'Discard')] [string] $Replies = 'Keep',
    # Mailbox that gets a copy of application mail.
    [string] $ArchiveMailbox
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

# Look first: a rule of the same name is changed, not doubled.
$existing = @(Get-TransportRule | ForEach-Object { [string] $_.Name })

# Only planned senders may use the relay's address.
$peers = @('192.0.2.10')
$rule = 'Relaywright: planned senders only'
$reason = 'This address is not among the senders that may use the relay. Ask the administrator to add it.'
$planned = @('copier@contoso.com', 'scanner@contoso.com', 'ups@contoso.com', 'alerts@apps.contoso.com', 'crm@apps.contoso.com', 'news@contoso.com', 'clock@contoso.com', 'finance@contoso.com')
if ($existing -contains $rule) {
    if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
        Set-TransportRule -Identity $rule -SenderIpRanges $peers -ExceptIfFromAddressContainsWords $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
} elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
    $null = New-TransportRule -Name $rule -SenderIpRanges $peers -ExceptIfFromAddressContainsWords $planned -SenderAddressLocation 'HeaderOrEnvelope' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
}

# Senders that are planned for mail inside the organisation do not write to the
# internet.
$internal = @(
    [pscustomobject] @{ Part = 1; Addresses = @('copier@contoso.com', 'ups@contoso.com') }
)
$reason = 'This sender may write inside the organisation only.'
foreach ($part in $internal) {
    $rule = 'Relaywright: inside only {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -SenderAddressLocation 'HeaderOrEnvelope' -SentToScope 'NotInOrganization' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -SenderAddressLocation 'HeaderOrEnvelope' -SentToScope 'NotInOrganization' -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
}

# The plan names nobody who reads replies to these addresses. With -Replies Return
# or Discard their mail goes no further, so first take out of the list what somebody
# does read.
$unread = @(
    [pscustomobject] @{ Part = 1; Addresses = @('ups@contoso.com', 'crm@apps.contoso.com', 'news@contoso.com', 'clock@contoso.com') }
)
$reason = 'This address belongs to a device or application, and nobody reads what is written to it. Please write to a person instead.'
foreach ($part in $unread) {
    if ($Replies -eq 'Keep') {
        break
    }
    $rule = 'Relaywright: replies to devices {0}' -f $part.Part
    if ($existing -contains $rule) {
        if (-not $PSCmdlet.ShouldProcess($rule, 'Replace the mail-flow rule')) {
            continue
        }
        Remove-TransportRule -Identity $rule -Confirm:$false
    } elseif (-not $PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        continue
    }
    # Mail of one device to another is not a reply.
    if ($Replies -eq 'Discard') {
        $null = New-TransportRule -Name $rule -RecipientAddressContainsWords $part.Addresses -ExceptIfFromAddressContainsWords $part.Addresses -DeleteMessage $true -Mode $Mode
    } else {
        $null = New-TransportRule -Name $rule -RecipientAddressContainsWords $part.Addresses -ExceptIfFromAddressContainsWords $part.Addresses -RejectMessageReasonText $reason -RejectMessageEnhancedStatusCode '5.7.1' -Mode $Mode
    }
}

# A header field that other rules, filters and searches can look for, and with
# -ArchiveMailbox a copy.
$applications = @(
    [pscustomobject] @{ Part = 1; Addresses = @('copier@contoso.com', 'scanner@contoso.com', 'ups@contoso.com', 'alerts@apps.contoso.com', 'crm@apps.contoso.com', 'news@contoso.com', 'clock@contoso.com', 'finance@contoso.com') }
)
foreach ($part in $applications) {
    $rule = 'Relaywright: tag application mail {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -SetHeaderName 'X-Application-Mail' -SetHeaderValue 'yes' -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -SetHeaderName 'X-Application-Mail' -SetHeaderValue 'yes' -Mode $Mode
    }
    if (-not $ArchiveMailbox) {
        continue
    }
    $rule = 'Relaywright: copy of application mail {0}' -f $part.Part
    if ($existing -contains $rule) {
        if ($PSCmdlet.ShouldProcess($rule, 'Change the mail-flow rule')) {
            Set-TransportRule -Identity $rule -FromAddressContainsWords $part.Addresses -BlindCopyTo $ArchiveMailbox -Mode $Mode
        }
    } elseif ($PSCmdlet.ShouldProcess($rule, 'Create the mail-flow rule')) {
        $null = New-TransportRule -Name $rule -FromAddressContainsWords $part.Addresses -BlindCopyTo $ArchiveMailbox -Mode $Mode
    }
}

# Read it back.
Get-TransportRule | Where-Object { $_.Name -like 'Relaywright: *' } |
    Format-List -Property 'Name', 'State', 'Mode', 'Priority', 'Description'
