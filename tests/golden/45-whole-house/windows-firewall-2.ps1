#Requires -RunAsAdministrator
# Windows firewall of the relay for Scanner branch and UPS branch - Contoso O’Brien
# & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: On 10.2.0.5 it lets the local network in on TCP
# port 25, 2525, where the relay listens, and the relay out on TCP port 587. It is
# for Scanner branch and UPS branch.
#
# Apply: read it, then run .\windows-firewall-2.ps1 -WhatIf in a Windows PowerShell
# that was started as administrator, on the computer that it is for: it shows what
# it would change, and changes nothing. Then run it without -WhatIf. It is safe to
# run twice: it looks first, and changes only what is not yet as it should be.
#
# Verify: the last lines show both rules, Enabled True. From a device's network,
# Test-NetConnection with the relay's name and port must say TcpTestSucceeded True;
# from elsewhere it must not.
#
# Roll back:
# remove the two rules:
#     Remove-NetFirewallRule -Name 'Relaywright-Inbound'
#     Remove-NetFirewallRule -Name 'Relaywright-Outbound'
#
# Know: A local relay listens on the local network only, to listed addresses, and
# hands mail on by another method.
# Windows lets programs out unless told otherwise, so the second rule counts only
# where outbound connections are blocked. At the site's own firewall, let nothing
# but this computer out on TCP port 25: devices with a virus like that port, too.
[CmdletBinding(SupportsShouldProcess)]
param()

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

$localNetworks = @('10.2.0.0/16')
$inboundPorts = @('25', '2525')
$outboundPorts = @('587')
$inbound = 'Relaywright-Inbound'
$outbound = 'Relaywright-Outbound'

# Look first: a rule of the same name is changed, not doubled.
if (Get-NetFirewallRule -Name $inbound -ErrorAction SilentlyContinue) {
    if ($PSCmdlet.ShouldProcess($inbound, 'Change the firewall rule')) {
        Set-NetFirewallRule -Name $inbound -Enabled True -Direction Inbound -Action Allow -Protocol TCP -LocalPort $inboundPorts -RemoteAddress $localNetworks
    }
} elseif ($PSCmdlet.ShouldProcess($inbound, 'Create the firewall rule')) {
    $null = New-NetFirewallRule -Name $inbound -DisplayName 'Relaywright: devices to the relay' -Direction Inbound -Action Allow -Protocol TCP -LocalPort $inboundPorts -RemoteAddress $localNetworks
}
if (Get-NetFirewallRule -Name $outbound -ErrorAction SilentlyContinue) {
    if ($PSCmdlet.ShouldProcess($outbound, 'Change the firewall rule')) {
        Set-NetFirewallRule -Name $outbound -Enabled True -Direction Outbound -Action Allow -Protocol TCP -RemotePort $outboundPorts
    }
} elseif ($PSCmdlet.ShouldProcess($outbound, 'Create the firewall rule')) {
    $null = New-NetFirewallRule -Name $outbound -DisplayName 'Relaywright: relay to Microsoft 365' -Direction Outbound -Action Allow -Protocol TCP -RemotePort $outboundPorts
}

# Read it back.
foreach ($name in @($inbound, $outbound)) {
    $rule = Get-NetFirewallRule -Name $name -ErrorAction SilentlyContinue
    $rule | Format-List -Property 'Name', 'DisplayName', 'Enabled', 'Direction', 'Action'
    $rule | Get-NetFirewallPortFilter | Format-List -Property 'Protocol', 'LocalPort', 'RemotePort'
    $rule | Get-NetFirewallAddressFilter | Format-List -Property 'RemoteAddress'
}
