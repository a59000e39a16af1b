// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"
#include "core/artifacts/LocalRelays.h"

#include <algorithm>

namespace relaywright {

namespace {

/// What the SMTP server of IIS can hand on: a password, or a connector by address; never a token.
bool isWithinItsReach(const LocalRelay &relay)
{
    return (relay.upstream.method == Method::ClientSubmission && relay.authentication == Authentication::Basic)
           || (relay.upstream.method == Method::ConnectorRelay && !relay.upstream.settings.byCertificate);
}

/// Nothing of it can be set by a cmdlet, so these are the steps in the old console, in its words.
QStringList stepsFor(const LocalRelay &relay)
{
    const MethodSettings &upstream = relay.upstream.settings;
    const QStringList lan = localBlocksOf(relay.network);
    QStringList steps{
        QStringLiteral(
            "1. Open Internet Information Services (IIS) 6.0 Manager, [SMTP Virtual Server #1], Properties."),
        QStringLiteral(
            "2. Access, Authentication: Anonymous access. Access, Relay: \"Only the list below\" with %1, and "
            "never \"All except the list below\": that is an open relay.")
            .arg(lan.isEmpty() ? QStringLiteral("the addresses of the devices") : joined(lan)),
        QStringLiteral("3. Delivery, Advanced: smart host %1.")
            .arg(upstream.host.isEmpty() ? QStringLiteral("the MX host of your domain, as published in DNS")
                                         : upstream.host),
        QStringLiteral("4. Delivery, Outbound connections: TCP port %1.").arg(upstream.port == 0 ? 25 : upstream.port)};
    if (relay.signsIn())
        steps +=
            QStringLiteral("5. Delivery, Outbound Security: Basic authentication with %1 and its password, and TLS "
                           "encryption.")
                .arg(relay.mailbox.isEmpty() ? QStringLiteral("the mailbox") : relay.mailbox);
    else
        steps += QStringLiteral("5. Delivery, Outbound Security: Anonymous access, and TLS encryption.");
    steps += QStringLiteral("6. Restart the virtual server.");
    return steps;
}

PsScript body()
{
    return PsScript().code(uR"ps(
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
)ps");
}

} // namespace

std::vector<Artifact> renderIisSmtpScript(RenderContext &context)
{
    // One server stands for one relay; where the plan has several, the first shows how.
    const std::vector<LocalRelay> relays = localRelays(context);
    const auto relay = std::ranges::find_if(relays, isWithinItsReach);
    if (relay == relays.end())
        return {};
    const PlannedSenders &senders = relay->senders;
    const auto statement = [&](const char *id) { return context.knowledge.fact(QLatin1String(id)).statement; };
    ScriptPage page;
    page.kind = QStringLiteral("iis-smtp-script");
    page.stem = QStringLiteral("iis-smtp");
    page.session = PsSession::Windows;
    page.title = QStringLiteral("The SMTP server of IIS as local relay, for those who still have it");
    page.purpose =
        QStringLiteral("It is an alternative to the relay of Relaywright, and the worse one: it installs the SMTP "
                       "server feature of Windows Server and starts it; the settings are then made by hand. It is "
                       "for %1.")
            .arg(namesOf(senders));
    page.senders = senders;
    page.before = {QStringLiteral("After it ran, make the settings:")};
    page.before += stepsFor(*relay);
    page.verify = {
        QStringLiteral("the service SMTPSVC must be Running. Send a test message from a device, and look for what "
                       "stays behind in the folders Queue and Badmail below C:\\inetpub\\mailroot.")};
    page.rollBack.comment(QStringLiteral("take the feature away again; what is still in its queue is lost:"));
    page.rollBack.commentedCommand(PsCommand(QStringLiteral("Uninstall-WindowsFeature"))
                                       .with(QStringLiteral("Name"), PsText{QStringLiteral("SMTP-Server")}));
    page.know = {
        statement("local-relay.unsupported-iis"), statement("local-relay.iis-gone"),
        statement("local-relay.iis-no-oauth"),
        QStringLiteral("The relay of Relaywright keeps every accepted message through a power cut, keeps the limits of "
                       "the mailbox, and explains a refusal; this one does none of that.")};
    return {makeScript(context, page, body())};
}

} // namespace relaywright
