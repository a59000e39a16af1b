# Receive connector on the organisation's own Exchange server - Contoso
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It creates receive connectors of their own for the
# senders on the local network, or brings them up to date. Only senders that write
# outside get the right to relay to everybody. It is for Printer hall and Printer
# office.
#
# Apply: read it, then run .\receive-connector.ps1 -WhatIf in the Exchange
# Management Shell of the organisation's own Exchange server, as an administrator of
# it: it shows what it would change, and changes nothing. Then run it without
# -WhatIf. It is safe to run twice: it looks first, and changes only what is not yet
# as it should be.
# Run it on the server that the senders use, or name that server with -Server.
#
# Verify: the last lines read connectors and rights back. Send a test message from a
# sender to an outside mailbox; then try the same from a computer that is not
# listed: it must be refused with 550 5.7.54, or the server is an open relay for it.
#
# Roll back:
# remove the connectors that this script made, or take the right away only; SERVER
# stands for the server's name:
#     Remove-ReceiveConnector -Identity 'SERVER\Relaywright relay to everybody'
#     Get-ReceiveConnector -Identity 'SERVER\Relaywright relay to everybody' | Remove-ADPermission -User 'NT AUTHORITY\ANONYMOUS LOGON' -ExtendedRights 'Ms-Exch-SMTP-Accept-Any-Recipient'
#
# Know: The address of Printer hall and Printer office on the local network is not
# known, so everything on that network may use the connector. Add the addresses to
# the site to narrow it.
# A receive connector for relay either takes anonymous senders and gives them the
# relay right, so that mail is filtered, or is externally secured, so that mail
# counts as internal and skips spam filter and size limits; it is never both.
# A receive connector of an own Exchange server relays mail of listed addresses.
# The connector with the most specific address range counts. An address is not a
# sign-in: everything on a listed computer may send as anybody.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Name of the Exchange server.
    [string] $Server = $env:COMPUTERNAME
)

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# Stop in a session of another organisation.
$domain = 'contoso.com'
$accepted = @(Get-AcceptedDomain | ForEach-Object { [string] $_.DomainName })
if ($accepted -notcontains $domain) {
    throw ('{0} is not an accepted domain of the organisation that this session is signed in to ({1}). Close the session and start this script again with the right account.' -f $domain, ($accepted -join ', '))
}

# Outward: may relay to everybody. Recipients and Octets: what one message needs at
# the least; 0 leaves the connector's limit alone.
$connectors = @(
    [pscustomobject] @{ Name = 'Relaywright relay to everybody'; Ranges = @('10.1.0.0/16'); Outward = $true; Recipients = 0; Octets = 0 }
)
$relayRight = 'Ms-Exch-SMTP-Accept-Any-Recipient'
# The account has another name on a Windows in another language; its identifier is the same everywhere.
$anonymous = ([System.Security.Principal.SecurityIdentifier] 'S-1-5-7').Translate([System.Security.Principal.NTAccount]).Value

foreach ($connector in $connectors) {
    $identity = '{0}\{1}' -f $Server, $connector.Name
    $existing = @(Get-ReceiveConnector -Server $Server | Where-Object { $_.Name -eq $connector.Name })
    if ($existing.Count -eq 0) {
        if (-not $PSCmdlet.ShouldProcess($identity, 'Create the receive connector')) {
            continue
        }
        $null = New-ReceiveConnector -Name $connector.Name -Server $Server -TransportRole 'FrontendTransport' -Custom -Bindings '0.0.0.0:25' -RemoteIPRanges $connector.Ranges
        Set-ReceiveConnector -Identity $identity -PermissionGroups 'AnonymousUsers'
    } else {
        Write-Output 'The connector as it was:'
        $existing | Format-List -Property 'Identity', 'Enabled', 'RemoteIPRanges', 'PermissionGroups', 'AuthMechanism', 'MaxMessageSize', 'MaxRecipientsPerMessage'
        if ([string] $existing[0].AuthMechanism -match 'ExternalAuthoritative') {
            throw ('{0} is externally secured. Never both: choose another name for it, or remove it, and run this script again.' -f $identity)
        }
        $present = @($existing[0].RemoteIPRanges | ForEach-Object { [string] $_ })
        $same = $present.Count -eq $connector.Ranges.Count -and @($connector.Ranges | Where-Object { $present -notcontains $_ }).Count -eq 0
        if (-not $same -and $PSCmdlet.ShouldProcess($identity, 'Change who may use the receive connector')) {
            Set-ReceiveConnector -Identity $identity -RemoteIPRanges $connector.Ranges
        }
        if ([string] $existing[0].PermissionGroups -notmatch 'AnonymousUsers' -and $PSCmdlet.ShouldProcess($identity, 'Let senders in without a sign-in')) {
            Set-ReceiveConnector -Identity $identity -PermissionGroups 'AnonymousUsers'
        }
    }

    $now = Get-ReceiveConnector -Identity $identity
    $octets = ([string] $now.MaxMessageSize) -replace '^.*\(', '' -replace '[^0-9]', ''
    if ($connector.Octets -gt 0 -and $octets -and [long] $octets -lt $connector.Octets) {
        if ($PSCmdlet.ShouldProcess($identity, 'Raise MaxMessageSize')) {
            Set-ReceiveConnector -Identity $identity -MaxMessageSize $connector.Octets
        }
    }
    if ($connector.Recipients -gt 0 -and [int] $now.MaxRecipientsPerMessage -lt $connector.Recipients) {
        if ($PSCmdlet.ShouldProcess($identity, 'Raise MaxRecipientsPerMessage')) {
            Set-ReceiveConnector -Identity $identity -MaxRecipientsPerMessage $connector.Recipients
        }
    }

    $granted = @(Get-ReceiveConnector -Identity $identity | Get-ADPermission -User $anonymous | Where-Object { @($_.ExtendedRights | ForEach-Object { [string] $_ }) -contains $relayRight -and -not $_.Deny })
    if ($connector.Outward -and $granted.Count -eq 0) {
        if ($PSCmdlet.ShouldProcess($identity, 'Give the right to relay to everybody')) {
            $null = Get-ReceiveConnector -Identity $identity | Add-ADPermission -User $anonymous -ExtendedRights $relayRight
        }
    } elseif (-not $connector.Outward -and $granted.Count -gt 0) {
        Write-Warning ('{0} may relay to everybody, and the plan does not ask for it. Take the right away as the roll-back shows.' -f $identity)
    }
}

# Read it back.
foreach ($connector in $connectors) {
    $found = @(Get-ReceiveConnector -Server $Server | Where-Object { $_.Name -eq $connector.Name })
    $found | Format-List -Property 'Identity', 'Enabled', 'Bindings', 'RemoteIPRanges', 'PermissionGroups', 'AuthMechanism', 'MaxMessageSize', 'MaxRecipientsPerMessage'
    $found | Get-ADPermission -User $anonymous | Format-List -Property 'Identity', 'User', 'ExtendedRights', 'Deny'
}
