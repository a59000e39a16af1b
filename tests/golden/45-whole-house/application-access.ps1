# Application access to devices@contoso.com and monitoring@contoso.com - Contoso
# O’Brien & Söhne
# Made by Relaywright from the plan of 2026-11-22.
#
# What it changes, and for whom: It lets one application send mail as
# devices@contoso.com and monitoring@contoso.com and as nobody else, by a role with
# a scope (role-based access control for applications). The application cannot read
# mail. It is for Scanner branch, UPS branch and Monitoring.
#
# Apply: read it, then run .\application-access.ps1 -WhatIf in PowerShell 7 or
# Windows PowerShell 5.1 as an Exchange administrator: it shows what it would
# change, and changes nothing. Then run it without -WhatIf. It is safe to run twice:
# it looks first, and changes only what is not yet as it should be.
# Call it with -AppId, the application (client) ID, and -ObjectId, the object ID of
# the same application under Enterprise applications in the Microsoft Entra admin
# center.
# The object ID is the one under Enterprise applications; the one under App
# registrations is another, and mixing them up is the commonest cause of 535 5.7.3.
# On a computer that never did this, first:
#     Install-Module -Name 'ExchangeOnlineManagement' -Scope 'CurrentUser'
#
# Verify: the last lines ask Exchange Online for each mailbox; InScope must be True.
# Ask for a mailbox that the application must not use as well: there it must be
# False.
#
# Roll back:
# take the roles away, then what they needed:
#     Remove-ManagementRoleAssignment -Identity 'Relaywright SMTP.SendAsApp'
#     Remove-ManagementScope -Identity 'Relaywright application senders'
#     Remove-DistributionGroup -Identity 'Relaywright application senders'
# and, if nothing else uses the application, Remove-ServicePrincipal with its object
# ID.
#
# Know: New rights of an application may take 90 minutes to act; wait two hours
# before judging a result.
# Consent in Microsoft Entra and a role with a scope add up, so a permission that
# was left over widens the scope.
# The secret or certificate of an application sends as every mailbox in its scope,
# so prefer a certificate and watch when it expires.
# SMTP sign-in must be open for each mailbox too: the script for SMTP sign-in does
# that.
# Senders here use other addresses than the mailbox's own. Send As for the
# application is documented for the classic grants; whether this role alone is
# enough for such an address was not verified, so test it.
[CmdletBinding(SupportsShouldProcess)]
param(
    # Application (client) ID.
    [Parameter(Mandatory)] [guid] $AppId,
    # Object ID from Enterprise applications, not from App registrations.
    [Parameter(Mandatory)] [guid] $ObjectId
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

$displayName = 'Relaywright application mail'

if ($AppId -eq $ObjectId) {
    throw 'AppId and ObjectId are two different identifiers. AppId is the application (client) ID; ObjectId stands on the application''s page under Enterprise applications.'
}
$principal = Get-ServicePrincipal | Where-Object { [string] $_.AppId -eq [string] $AppId }
if ($principal -and [string] $principal.ObjectId -ne [string] $ObjectId) {
    throw ('Exchange Online knows this application with the object ID {0}, not {1}. The right one stands under Enterprise applications, not under App registrations. If the one that is stored is wrong, remove it with Remove-ServicePrincipal and run this script again.' -f $principal.ObjectId, $ObjectId)
}
if (-not $principal -and $PSCmdlet.ShouldProcess($displayName, 'Make the application known to Exchange Online')) {
    $principal = New-ServicePrincipal -AppId ([string] $AppId) -ObjectId ([string] $ObjectId) -DisplayName $displayName
}

$mailboxes = @('devices@contoso.com', 'monitoring@contoso.com')
$roles = @(
    [pscustomobject] @{ Role = 'Application SMTP.SendAsApp'; Name = 'Relaywright SMTP.SendAsApp' }
)
$groupName = 'Relaywright application senders'
$scopeName = 'Relaywright application senders'

# The group holds the mailboxes that the application may send as; nobody writes to it, so it is hidden.
$group = Get-DistributionGroup -Identity $groupName -ErrorAction SilentlyContinue
if (-not $group -and $PSCmdlet.ShouldProcess($groupName, 'Create the mail-enabled security group')) {
    $group = New-DistributionGroup -Name $groupName -Type 'Security'
    Set-DistributionGroup -Identity $groupName -HiddenFromAddressListsEnabled $true
}
$members = @()
if ($group) {
    $members = @(Get-DistributionGroupMember -Identity $groupName -ResultSize 'Unlimited' | ForEach-Object { [string] $_.PrimarySmtpAddress })
}
foreach ($mailbox in $mailboxes) {
    if (-not (Get-Mailbox -Identity $mailbox -ErrorAction SilentlyContinue)) {
        Write-Warning ('There is no mailbox {0}. Create it and run this script again.' -f $mailbox)
    } elseif ($members -notcontains $mailbox -and $PSCmdlet.ShouldProcess($mailbox, 'Add to the group {0}' -f $groupName)) {
        Add-DistributionGroupMember -Identity $groupName -Member $mailbox
    }
}

$scope = Get-ManagementScope | Where-Object { $_.Name -eq $scopeName }
if (-not $scope -and $PSCmdlet.ShouldProcess($scopeName, 'Create the management scope')) {
    $filter = 'MemberOfGroup -eq ''{0}''' -f ([string] $group.DistinguishedName).Replace('''', '''''')
    $scope = New-ManagementScope -Name $scopeName -RecipientRestrictionFilter $filter
}
$assignments = @(Get-ManagementRoleAssignment)
foreach ($role in $roles) {
    if (@($assignments | Where-Object { $_.Name -eq $role.Name }).Count -gt 0) {
        Write-Output ('{0} is assigned already.' -f $role.Role)
    } elseif ($PSCmdlet.ShouldProcess($displayName, 'Assign {0}' -f $role.Role)) {
        $null = New-ManagementRoleAssignment -Name $role.Name -Role $role.Role -App ([string] $AppId) -CustomResourceScope $scopeName
    }
}

# Read it back: InScope must be True for each mailbox, as soon as the rights have spread.
if ($principal) {
    foreach ($mailbox in $mailboxes) {
        Write-Output $mailbox
        Test-ServicePrincipalAuthorization -Identity ([string] $AppId) -Resource $mailbox |
            Format-List -Property 'RoleName', 'AllowedResourceScope', 'InScope'
    }
}
