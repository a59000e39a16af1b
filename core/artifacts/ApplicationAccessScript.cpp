// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

/// Mailboxes that an application sends as with a token of its own: by SMTP, or through Graph behind a local relay.
struct Access {
    std::vector<SignInMailbox> bySmtp;
    std::vector<SignInMailbox> byGraph;
    PlannedSenders senders;
};

Access accessOf(const RenderContext &context)
{
    Access access;
    const PlannedSenders smtp = sendersWhere(context.senders, [](const PlannedSender &s) {
        return s.route() == Method::ClientSubmission && s.entry().authentication == Authentication::OAuth;
    });
    const PlannedSenders graph = sendersWhere(context.senders, [](const PlannedSender &s) { return s.usesGraph(); });
    access.bySmtp = mailboxesOf(smtp);
    access.byGraph = mailboxesOf(graph);
    access.senders = sendersWhere(context.senders, [](const PlannedSender &s) {
        return !s.mailbox().isEmpty()
               && (s.usesGraph()
                   || (s.route() == Method::ClientSubmission && s.entry().authentication == Authentication::OAuth));
    });
    return access;
}

QStringList addressesOf(const std::vector<SignInMailbox> &mailboxes)
{
    QStringList addresses;
    for (const SignInMailbox &mailbox : mailboxes)
        addresses += mailbox.address;
    return addresses;
}

QStringList allAddressesOf(const Access &access)
{
    QStringList addresses = addressesOf(access.bySmtp) + addressesOf(access.byGraph);
    addresses.removeDuplicates();
    return addresses;
}

/// Further addresses that senders with OAuth use: the application needs Send As on them itself.
std::vector<std::vector<PsValue>> otherAddressesOf(const std::vector<SignInMailbox> &mailboxes)
{
    QStringList addresses;
    for (const SignInMailbox &mailbox : mailboxes) {
        for (const PlannedSender &planned : mailbox.senders) {
            // Behind a local relay the relay writes the mailbox's own address into the message.
            if (planned.option->method != Method::ClientSubmission)
                continue;
            for (const EmailAddress &address : addressesOf(*planned.sender)) {
                const QString text = address.toString();
                if (text.compare(mailbox.address, Qt::CaseInsensitive) != 0
                    && !addresses.contains(text, Qt::CaseInsensitive))
                    addresses += text;
            }
        }
    }
    std::vector<std::vector<PsValue>> rows;
    for (const QString &address : std::as_const(addresses))
        rows.push_back({PsText{address}});
    return rows;
}

/// The application as Exchange Online knows it; the same beginning in both scripts.
PsScript principal(const QString &name)
{
    PsScript script;
    return script.set(QStringLiteral("displayName"), PsText{name}).code(uR"ps(

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
)ps");
}

PsScript roleBody(const Access &access)
{
    PsScript script = principal(QStringLiteral("Relaywright application mail"));
    std::vector<std::vector<PsValue>> roles;
    if (!access.bySmtp.empty())
        roles.push_back({PsText{QStringLiteral("Application SMTP.SendAsApp")},
                         PsText{QStringLiteral("Relaywright SMTP.SendAsApp")}});
    if (!access.byGraph.empty())
        roles.push_back(
            {PsText{QStringLiteral("Application Mail.Send")}, PsText{QStringLiteral("Relaywright Mail.Send")}});
    script.blank()
        .set(QStringLiteral("mailboxes"), PsList{allAddressesOf(access)})
        .table(QStringLiteral("roles"), {QStringLiteral("Role"), QStringLiteral("Name")}, roles);
    return script.code(uR"ps(
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
)ps");
}

PsScript classicBody(const Access &access)
{
    PsScript script = principal(QStringLiteral("Relaywright application mail"));
    script.blank()
        .set(QStringLiteral("mailboxes"), PsList{addressesOf(access.bySmtp)})
        .comment(QStringLiteral("Further addresses that the senders use."))
        .table(QStringLiteral("addresses"), {QStringLiteral("Address")}, otherAddressesOf(access.bySmtp));
    return script.code(uR"ps(

foreach ($mailbox in $mailboxes) {
    if (-not (Get-Mailbox -Identity $mailbox -ErrorAction SilentlyContinue)) {
        Write-Warning ('There is no mailbox {0}. Create it and run this script again.' -f $mailbox)
        continue
    }
    $granted = $principal -and (Get-MailboxPermission -Identity $mailbox -User $principal.Identity -ErrorAction SilentlyContinue)
    if ($granted) {
        Write-Output ('The application has access to {0} already.' -f $mailbox)
    } elseif ($PSCmdlet.ShouldProcess($mailbox, 'Give the application Full Access')) {
        $null = Add-MailboxPermission -Identity $mailbox -User $principal.Identity -AccessRights 'FullAccess'
    }
}
foreach ($address in $addresses) {
    $granted = $principal -and (Get-RecipientPermission -Identity $address.Address -Trustee $principal.Identity -AccessRights 'SendAs' -ErrorAction SilentlyContinue)
    if ($granted) {
        Write-Output ('The application may send as {0} already.' -f $address.Address)
    } elseif ($PSCmdlet.ShouldProcess($address.Address, 'Give the application Send As')) {
        $null = Add-RecipientPermission -Identity $address.Address -Trustee $principal.Identity -AccessRights 'SendAs' -Confirm:$false
    }
}

# Read it back.
Get-ServicePrincipal | Where-Object { [string] $_.AppId -eq [string] $AppId } |
    Format-List -Property 'DisplayName', 'AppId', 'ObjectId'
foreach ($mailbox in $mailboxes) {
    Get-MailboxPermission -Identity $mailbox -ErrorAction SilentlyContinue |
        Format-List -Property 'Identity', 'User', 'AccessRights'
}
)ps");
}

ScriptPage commonPage(const Access &access, const RenderContext &context)
{
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    ScriptPage page;
    page.senders = access.senders;
    page.before = {
        QStringLiteral("Call it with -AppId, the application (client) ID, and -ObjectId, the object ID of the "
                       "same application under Enterprise applications in the Microsoft Entra admin center."),
        statement("oauth.object-id")};
    page.parameters = {{QStringLiteral("Application (client) ID."), u"[Parameter(Mandatory)] [guid] $AppId"},
                       {QStringLiteral("Object ID from Enterprise applications, not from App registrations."),
                        u"[Parameter(Mandatory)] [guid] $ObjectId"}};
    page.know = {
        statement("oauth.propagation"), statement("oauth.grants-add-up"), statement("oauth.app-risk"),
        QStringLiteral("SMTP sign-in must be open for each mailbox too: the script for SMTP sign-in does that.")};
    return page;
}

Artifact byRole(RenderContext &context, const Access &access)
{
    ScriptPage page = commonPage(access, context);
    page.kind = QStringLiteral("application-access-script");
    page.stem = QStringLiteral("application-access");
    page.title = QStringLiteral("Application access to %1").arg(joined(allAddressesOf(access)));
    page.purpose =
        QStringLiteral("It lets one application send mail as %1 and as nobody else, by a role with a scope "
                       "(role-based access control for applications). The application cannot read mail. It is "
                       "for %2.")
            .arg(joined(allAddressesOf(access)), namesOf(access.senders));
    page.verify = {
        QStringLiteral("the last lines ask Exchange Online for each mailbox; InScope must be True. Ask for a "
                       "mailbox that the application must not use as well: there it must be False.")};
    page.rollBack.comment(QStringLiteral("take the roles away, then what they needed:"));
    std::vector<PsCommand> back;
    const auto remove = [&](const char *cmdlet, const char *name) {
        back.push_back(PsCommand(QLatin1String(cmdlet)).with(QStringLiteral("Identity"), PsText{QLatin1String(name)}));
    };
    if (!access.bySmtp.empty())
        remove("Remove-ManagementRoleAssignment", "Relaywright SMTP.SendAsApp");
    if (!access.byGraph.empty())
        remove("Remove-ManagementRoleAssignment", "Relaywright Mail.Send");
    remove("Remove-ManagementScope", "Relaywright application senders");
    remove("Remove-DistributionGroup", "Relaywright application senders");
    addRollBack(page.rollBack, back);
    page.rollBack.comment(QStringLiteral("and, if nothing else uses the application, Remove-ServicePrincipal with its "
                                         "object ID."));
    if (!otherAddressesOf(access.bySmtp).empty())
        page.know +=
            QStringLiteral("Senders here use other addresses than the mailbox's own. Send As for the application "
                           "is documented for the classic grants; whether this role alone is enough for such an "
                           "address was not verified, so test it.");
    return makeScript(context, page, roleBody(access));
}

Artifact byClassicGrants(RenderContext &context, const Access &access)
{
    const QStringList addresses = addressesOf(access.bySmtp);
    ScriptPage page = commonPage(access, context);
    page.kind = QStringLiteral("application-access-classic-script");
    page.stem = QStringLiteral("application-access-classic");
    page.title = QStringLiteral("Application access to %1 by the classic grants").arg(joined(addresses));
    page.purpose =
        QStringLiteral("It is the older way to let one application send as %1: Full Access to each mailbox, and "
                       "Send As on the senders' other addresses. The application can read these mailboxes too. "
                       "Use it only where the role with a scope cannot be used, and never both. It is for %2.")
            .arg(joined(addresses), namesOf(access.senders));
    page.before +=
        QStringLiteral("Before that, give the application the permission SMTP.SendAsApp of Office 365 Exchange "
                       "Online, as an application permission, and grant admin consent.");
    page.verify = {QStringLiteral("the last lines show the application and who has access to each mailbox. Then send a "
                                  "test message; 535 5.7.3 with a good token means that a right is missing, not spread "
                                  "yet, or given to the wrong object ID.")};
    page.rollBack.comment(
        QStringLiteral("Remove-MailboxPermission and Remove-RecipientPermission with the identity of the "
                       "application that Get-ServicePrincipal shows, for each mailbox and address below; "
                       "then Remove-ServicePrincipal, if nothing else uses the application, and the "
                       "consent in the Microsoft Entra admin center."));
    return makeScript(context, page, classicBody(access));
}

} // namespace

std::vector<Artifact> renderApplicationAccessScripts(RenderContext &context)
{
    const Access access = accessOf(context);
    std::vector<Artifact> scripts;
    if (!access.senders.empty())
        scripts.push_back(byRole(context, access));
    // For Graph the classic way is a consent in Entra alone, for every mailbox of the organisation: no script for that.
    if (!access.bySmtp.empty())
        scripts.push_back(byClassicGrants(context, access));
    return scripts;
}

} // namespace relaywright
