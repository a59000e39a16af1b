#Requires -RunAsAdministrator
# The SMTP server of IIS as local relay, for those who still have it - Contoso
# O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It is an alternative to the relay of Relaywright,
# and the worse one: it installs the SMTP server feature of Windows Server and
# starts it; the settings are then made by hand. It is for Copier hall.
#
# Apply: read it, then run .\iis-smtp.ps1 -WhatIf in a Windows PowerShell that was
# started as administrator, on the computer that it is for: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# After it ran, make the settings:
# 1. Open Internet Information Services (IIS) 6.0 Manager, [SMTP Virtual Server #1],
# Properties.
# 2. Access, Authentication: Anonymous access. Access, Relay: "Only the list below"
# with 10.1.0.0/16, and never "All except the list below": that is an open relay.
# 3. Delivery, Advanced: smart host contoso-com.mail.protection.outlook.com.
# 4. Delivery, Outbound connections: TCP port 25.
# 5. Delivery, Outbound Security: Anonymous access, and TLS encryption.
# 6. Restart the virtual server.
#
# Verify: the service SMTPSVC must be Running. Send a test message from a device,
# and look for what stays behind in the folders Queue and Badmail below
# C:\inetpub\mailroot.
#
# Roll back:
# take the feature away again; what is still in its queue is lost:
#     Uninstall-WindowsFeature -Name 'SMTP-Server'
#
# Know: The SMTP server of IIS has been unsupported for years; a local relay takes
# its place.
# The SMTP server of IIS is gone from Windows Server 2025; reports for Windows
# Server 2019 and 2022 conflict.
# The SMTP server of IIS knows neither OAuth nor TLS 1.3 towards Microsoft 365;
# without sign-in by password it can only relay through a connector.
# The relay of Relaywright keeps every accepted message through a power cut, keeps
# the limits of the mailbox, and explains a refusal; this one does none of that.
[CmdletBinding(SupportsShouldProcess)]
param()

$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }

# Look first: where the feature is not offered, it is gone.
$feature = Get-WindowsFeature -Name 'SMTP-Server'
if (-not $feature) {
    throw 'This Windows has no SMTP server feature: it is gone from Windows Server 2025. Use the relay of Relaywright instead.'
}
if ($feature.Installed) {
    Write-Output 'The SMTP server feature is installed already.'
} elseif ($PSCmdlet.ShouldProcess('this server', 'Install the SMTP server feature')) {
    $null = Install-WindowsFeature -Name 'SMTP-Server' -IncludeManagementTools
}

# The service does not start by itself after a restart unless it is told to.
$service = Get-Service -Name 'SMTPSVC' -ErrorAction SilentlyContinue
if ($service) {
    if ($service.StartType -ne 'Automatic' -and $PSCmdlet.ShouldProcess('SMTPSVC', 'Start it with Windows')) {
        Set-Service -Name 'SMTPSVC' -StartupType Automatic
    }
    if ($service.Status -ne 'Running' -and $PSCmdlet.ShouldProcess('SMTPSVC', 'Start it now')) {
        Start-Service -Name 'SMTPSVC'
    }
}

# Read it back.
Get-WindowsFeature -Name 'SMTP-Server' | Format-List -Property 'Name', 'InstallState'
Get-Service -Name 'SMTPSVC' -ErrorAction SilentlyContinue | Format-List -Property 'Name', 'Status', 'StartType'
