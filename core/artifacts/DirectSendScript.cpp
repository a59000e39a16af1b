// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <algorithm>

namespace relaywright {

namespace {

QString connectorName()
{
    return QStringLiteral("Relaywright exceptions to Reject Direct Send");
}

/// Services at third parties that send in the organisation's name without a sign-in: locked out with everybody else
/// unless a connector knows them. One that names no network of its own is not known by the site's addresses.
PlannedSenders servicesOutside(const RenderContext &context)
{
    PlannedSenders services;
    for (const Sender &sender : context.site.senders) {
        if (sender.hosting != Hosting::ThirdParty || sender.network.isEmpty())
            continue;
        const auto planned = std::ranges::find(context.senders, &sender, &PlannedSender::sender);
        const bool signsIn = planned != context.senders.end()
                             && (planned->route() == Method::ClientSubmission
                                 || planned->route() == Method::HighVolumeEmail || planned->usesGraph());
        if (!signsIn)
            services.push_back({&sender, nullptr, networkOf(context.site, sender), {}});
    }
    return services;
}

void addRollBackOf(PsScript &rollBack, bool rejected)
{
    rollBack.comment(QStringLiteral("put RejectDirectSend back to the value that the script shows, and remove the "
                                    "connector if this script made it:"));
    rollBack.commentedCommand(
        PsCommand(QStringLiteral("Set-OrganizationConfig")).with(QStringLiteral("RejectDirectSend"), PsBool{rejected}));
    rollBack.commentedCommand(
        PsCommand(QStringLiteral("Remove-InboundConnector")).with(QStringLiteral("Identity"), PsText{connectorName()}));
}

/// Creates or widens the Partner connector for `$wanted`; addresses that another enabled connector names need none.
/// RestrictDomainsToIPAddresses stays off: with it, and for all domains, the connector would lock everybody else out.
PsScript exceptionConnector()
{
    return PsScript().code(uR"ps(
$all = @(Get-InboundConnector)
$covered = @($all | Where-Object { $_.Enabled -and $_.Name -ne $connectorName } | ForEach-Object { $_.SenderIPAddresses } | ForEach-Object { [string] $_ })
$missing = @($wanted | Where-Object { $covered -notcontains $_ })
$mine = @($all | Where-Object { $_.Name -eq $connectorName })
$present = @($mine | ForEach-Object { $_.SenderIPAddresses } | ForEach-Object { [string] $_ })
$new = @($missing | Where-Object { $present -notcontains $_ })
if ($missing.Count -eq 0) {
    Write-Output 'No exception is needed, or other connectors know these addresses already.'
} elseif ($mine.Count -eq 0) {
    if ($PSCmdlet.ShouldProcess($connectorName, 'Create the Partner connector')) {
        $null = New-InboundConnector -Name $connectorName -ConnectorType 'Partner' -SenderDomains '*' -SenderIPAddresses $missing -RestrictDomainsToIPAddresses $false -RestrictDomainsToCertificate $false -RequireTls $requireTls -Enabled $true
    }
} elseif ($new.Count -eq 0 -and $mine[0].Enabled) {
    Write-Output 'The Partner connector knows these addresses already.'
} elseif ($PSCmdlet.ShouldProcess($connectorName, 'Add addresses to the Partner connector')) {
    Set-InboundConnector -Identity $connectorName -SenderIPAddresses ($present + $new) -Enabled $true
}
)ps");
}

PsScript readBack()
{
    return PsScript().code(uR"ps(

# Read it back.
Get-OrganizationConfig | Format-List -Property 'RejectDirectSend'
Get-InboundConnector | Where-Object { $_.Name -eq $connectorName } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'RequireTls', 'RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'
)ps");
}

PsScript rejectBody()
{
    PsScript script;
    script.set(QStringLiteral("connectorName"), PsText{connectorName()});
    // First the exceptions, then the lock, so that nobody stands before it in between.
    script.code(uR"ps(
$wanted = @($ExceptionAddresses)
$requireTls = $true

# Look first.
)ps");
    script.add(exceptionConnector()).code(uR"ps(
$before = (Get-OrganizationConfig).RejectDirectSend
Write-Output ('RejectDirectSend was "{0}".' -f $before)
if ($before -ne $true) {
    if ($PSCmdlet.ShouldProcess('the whole organisation', 'Refuse direct send (RejectDirectSend $true)')) {
        Set-OrganizationConfig -RejectDirectSend $true
    }
}
)ps");
    return script.add(readBack());
}

PsScript allowBody(const QStringList &addresses)
{
    PsScript script;
    script.set(QStringLiteral("connectorName"), PsText{connectorName()})
        .set(QStringLiteral("wanted"), PsList{addresses})
        .code(uR"ps(
# Devices that use direct send may know no TLS.
$requireTls = $false

# Look first.
$before = (Get-OrganizationConfig).RejectDirectSend
Write-Output ('RejectDirectSend was "{0}".' -f $before)
if ($before -ne $true) {
    Write-Output 'Direct send is allowed; nothing to do.'
    $wanted = @()
} elseif ($AllowEverybody) {
    $wanted = @()
    if ($PSCmdlet.ShouldProcess('the whole organisation', 'Allow direct send from anywhere (RejectDirectSend $false)')) {
        Set-OrganizationConfig -RejectDirectSend $false
    }
} elseif ($wanted.Count -eq 0) {
    throw 'Direct send is refused, and this site names no public IPv4 address for an exception. Add the address to the site''s network and make this script again, or call it with -AllowEverybody.'
}

# The lock stays; only the site's own addresses pass it.
)ps");
    script.add(exceptionConnector());
    return script.add(readBack());
}

Artifact reject(RenderContext &context)
{
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    const PlannedSenders services = servicesOutside(context);
    const PublicAddresses addresses = publicAddressesOf(services, context.knowledge);
    ScriptPage page;
    page.kind = QStringLiteral("reject-direct-send-script");
    page.stem = QStringLiteral("reject-direct-send");
    page.title = QStringLiteral("Refuse direct send");
    page.purpose =
        QStringLiteral("It closes the door that no sender of this plan uses: mail without a sign-in that claims "
                       "to come from one of the organisation's own domains. It is for the whole organisation%1.")
            .arg(services.empty() ? QString() : QStringLiteral(", with an exception for %1").arg(namesOf(services)));
    page.senders = context.senders;
    page.notIncluded = addresses.refused;
    page.before = {QStringLiteral(
        "First find out who else sends in the name of your domains without a sign-in: web shops, "
        "newsletters, CRM and ticket systems, forwarders. What they send to your mailboxes is refused from "
        "then on. Call the script with -ExceptionAddresses and their public IPv4 addresses, separated by "
        "commas, to let them pass.")};
    page.parameters = {
        {QStringLiteral("Public IPv4 addresses of services that may go on sending in the organisation's name."),
         QStringLiteral("ExceptionAddresses"), PsList{addresses.taken}}};
    page.verify = {QStringLiteral("the last lines must show RejectDirectSend True. A message without a sign-in from an "
                                  "address of your domain to your MX host is then refused with 550 5.7.68. %1")
                       .arg(statement("direct-send.reject.delay"))};
    addRollBackOf(page.rollBack, false);
    page.know = {
        statement("direct-send.reject"), statement("direct-send.default.new-tenants"),
        QStringLiteral("The exception is a connector of type Partner for all sender domains: it lets these "
                       "addresses in and locks nobody out. Mail of theirs is filtered as before, and must come "
                       "over TLS."),
        QStringLiteral("Mail that a provider such as Azure Communication Services sends in your name to your own "
                       "mailboxes comes without a sign-in too; test it after the change.")};
    if (!context.withRoute(Method::OnPremExchange).empty())
        page.know +=
            QStringLiteral("Mail of the organisation's own Exchange server comes in through the connector that the "
                           "hybrid wizard makes. Without such a connector the server's mail is refused, too.");
    return makeScript(context, page, rejectBody());
}

Artifact allow(RenderContext &context, const PlannedSenders &senders)
{
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    const PublicAddresses addresses = publicAddressesOf(senders, context.knowledge);
    ScriptPage page;
    page.kind = QStringLiteral("direct-send-script");
    page.stem = QStringLiteral("direct-send");
    page.title = QStringLiteral("Let the site's direct send through");
    page.purpose =
        QStringLiteral("It reads whether the organisation refuses direct send. Where it does, a connector lets "
                       "%1 pass and the lock stays closed for everybody else. It is for %2.")
            .arg(addresses.taken.isEmpty() ? QStringLiteral("the site's public address") : joined(addresses.taken),
                 namesOf(senders));
    page.senders = senders;
    page.notIncluded = addresses.refused;
    page.before = {
        QStringLiteral("Call it with -AllowEverybody only where no connector can be made: that opens direct send "
                       "for the whole internet again.")};
    page.parameters = {{QStringLiteral("Switch the lock off for everybody instead of making an exception."),
                        u"[switch] $AllowEverybody"}};
    page.verify = {QStringLiteral("send a test message from the device. 550 5.7.68 means that it is still refused. %1")
                       .arg(statement("direct-send.reject.delay"))};
    addRollBackOf(page.rollBack, true);
    page.know = {statement("direct-send.reject"), statement("direct-send.filtering"), statement("direct-send.spf"),
                 statement("direct-send.authenticated-recipients")};
    return makeScript(context, page, allowBody(addresses.taken));
}

} // namespace

std::vector<Artifact> renderDirectSendScripts(RenderContext &context)
{
    if (context.senders.empty())
        return {};
    const PlannedSenders direct = context.withRoute(Method::DirectSend);
    return {direct.empty() ? reject(context) : allow(context, direct)};
}

} // namespace relaywright
