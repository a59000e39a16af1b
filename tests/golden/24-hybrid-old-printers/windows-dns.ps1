#Requires -RunAsAdministrator
# Smart-host name in corp.contoso.com, on a Windows DNS server - Contoso
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It gives smtp.corp.contoso.com as a lasting name to
# the computer that takes the senders' mail, so that it can be replaced without a
# walk to every device. It concerns the local network only. It does so on the DNS
# server of Windows that holds the zone corp.contoso.com.
#
# Apply: read it, then run .\windows-dns.ps1 -WhatIf in a Windows PowerShell that
# was started as administrator, on the computer that it is for: it shows what it
# would change, and changes nothing. Then run it without -WhatIf. It is safe to run
# twice: it looks first, and changes only what is not yet as it should be.
#
# Verify: the last lines ask this server for each name. Then: nslookup
# smtp.corp.contoso.com, at a computer of the local network.
# It leads Printer hall and Printer office to the Exchange server.
#
# Roll back:
# write the computer's own name into the senders first, then take the records away.
#     Remove-DnsServerResourceRecord -ZoneName 'corp.contoso.com' -Name 'smtp' -RRType 'CNAME'
#
# Know: In devices and applications, enter this name and not the computer's: then
# the computer can be replaced by changing one record.
[CmdletBinding(SupportsShouldProcess)]
param()

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

$zone = 'corp.contoso.com'
$records = @(
    [pscustomobject] @{ Name = 'smtp'; Type = 'CNAME'; Value = 'mail01.corp.contoso.com' }
)

foreach ($record in $records) {
    $fullName = '{0}.{1}' -f $record.Name, $zone
    # Look first: what is there already is shown and never overwritten.
    $existing = @(Get-DnsServerResourceRecord -ZoneName $zone -Name $record.Name -ErrorAction SilentlyContinue | Where-Object { [string] $_.HostName -eq $record.Name })
    if ($existing.Count -gt 0) {
        Write-Output ('{0} exists already and was left alone. If it leads elsewhere, remove it as the roll-back shows and run this script again.' -f $fullName)
    } elseif ($PSCmdlet.ShouldProcess($fullName, 'Create the {0} record for {1}' -f $record.Type, $record.Value)) {
        if ($record.Type -eq 'CNAME') {
            Add-DnsServerResourceRecordCName -ZoneName $zone -Name $record.Name -HostNameAlias $record.Value
        } elseif ($record.Type -eq 'AAAA') {
            Add-DnsServerResourceRecordAAAA -ZoneName $zone -Name $record.Name -IPv6Address $record.Value
        } else {
            Add-DnsServerResourceRecordA -ZoneName $zone -Name $record.Name -IPv4Address $record.Value
        }
    }
}

# Read it back, from this server.
foreach ($record in $records) {
    Get-DnsServerResourceRecord -ZoneName $zone -Name $record.Name -ErrorAction SilentlyContinue |
        Format-Table -Property 'HostName', 'RecordType', 'RecordData' -AutoSize
    Resolve-DnsName -Name ('{0}.{1}' -f $record.Name, $zone) -Server '127.0.0.1' -ErrorAction SilentlyContinue |
        Format-Table -Property 'Name', 'Type', 'NameHost', 'IPAddress' -AutoSize
}
