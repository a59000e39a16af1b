# Message trace of the senders - Contoso O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It changes nothing: it shows what became of
# messages from copier@contoso.com, scanner@contoso.com, devices@contoso.com,
# ups@contoso.com, alerts@apps.contoso.com, monitoring@contoso.com,
# crm@apps.contoso.com and 3 more, so that a test message is followed to its end. It
# is for Copier hall, Scanner branch, UPS branch, Monitoring, CRM, Staff news, Time
# clock and SQL Server “Finance”.
#
# Apply: run .\message-trace.ps1 in PowerShell 7 or Windows PowerShell 5.1 as an
# Exchange administrator. It only reads, as often as you like.
# -Days goes back further, up to 10 days in one query; -MessageId finds one message
# by its Message-ID with the angle brackets, as the test page of Relaywright shows
# it.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: Status Delivered means that Exchange Online put the message into the
# mailbox or handed it to the recipient's server. A message that is missing after a
# quarter of an hour did not reach this organisation.
#
# Roll back: there is nothing to roll back.
#
# Know: Message trace goes back 90 days, and one query covers 10 days of them; times
# are UTC.
# Message trace answers 100 queries in five minutes.
[CmdletBinding(SupportsShouldProcess)]
param(
    # How far back, in days.
    [ValidateRange(1, 10)] [int] $Days = 2,
    # One message only.
    [string] $MessageId,
    # For how many undelivered messages of a sender the details are asked for.
    [int] $MostDetails = 5,
    # Whose messages.
    $SenderAddress = @('copier@contoso.com', 'scanner@contoso.com', 'devices@contoso.com', 'ups@contoso.com', 'alerts@apps.contoso.com', 'monitoring@contoso.com', 'crm@apps.contoso.com', 'news@contoso.com', 'clock@contoso.com', 'finance@contoso.com')
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

$end = [System.DateTime]::UtcNow
$start = $end.AddDays(-$Days)
foreach ($address in @($SenderAddress)) {
    if ($MessageId) {
        $messages = @(Get-MessageTraceV2 -SenderAddress $address -MessageId $MessageId -StartDate $start -EndDate $end)
    } else {
        $messages = @(Get-MessageTraceV2 -SenderAddress $address -StartDate $start -EndDate $end -ResultSize 1000)
    }
    Write-Output ('{0}: {1} message(s) since {2:u}.' -f $address, $messages.Count, $start)
    $messages | Sort-Object -Property 'Received' -Descending |
        Format-Table -Property 'Received', 'RecipientAddress', 'Status', 'FromIP', 'Subject' -AutoSize

    # What happened on the way, for those that did not arrive.
    foreach ($message in @($messages | Where-Object { [string] $_.Status -ne 'Delivered' } | Select-Object -First $MostDetails)) {
        Write-Output ('{0} to {1}: {2}' -f $message.Received, $message.RecipientAddress, $message.Status)
        Get-MessageTraceDetailV2 -MessageTraceId $message.MessageTraceId -RecipientAddress $message.RecipientAddress |
            Format-Table -Property 'Date', 'Event', 'Detail' -AutoSize -Wrap
    }
}
