// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

namespace relaywright {

namespace {

constexpr qsizetype kMaxConnectorName = 64;
constexpr qsizetype kMaxComment = 200;

QString connectorName(const RenderContext &context, const QString &what)
{
    const auto domain = context.primaryDomain();
    return shortened(domain ? QStringLiteral("Relaywright %1 for %2").arg(what, domain->toAscii())
                            : QStringLiteral("Relaywright %1").arg(what),
                     kMaxConnectorName);
}

PsCommand removal(const QString &name)
{
    return PsCommand(QStringLiteral("Remove-InboundConnector")).with(QStringLiteral("Identity"), PsText{name});
}

ScriptPage commonPage(const RenderContext &context, const QString &name)
{
    ScriptPage page;
    page.kind = QStringLiteral("connector-script");
    page.rollBack.comment(QStringLiteral("a connector that was there before is shown before it is changed; put its "
                                         "values back. One that this script made is removed by"));
    page.rollBack.commentedCommand(removal(name));
    page.know = {context.knowledge.fact(QStringLiteral("connector-relay.accepted-domain")).statement,
                 context.knowledge.fact(QStringLiteral("connector-relay.limits")).statement,
                 QStringLiteral("Should mail stop one day, ask with Get-BlockedConnector whether Microsoft blocked the "
                                "connector because of spam."),
                 QStringLiteral("A Microsoft 365 E5 developer subscription refuses to make connectors.")};
    return page;
}

PsScript variables(const QString &name, const PlannedSenders &senders)
{
    PsScript script;
    script.set(QStringLiteral("name"), PsText{name})
        .set(QStringLiteral("comment"),
             PsText{shortened(QStringLiteral("Made by Relaywright for %1").arg(namesOf(senders)), kMaxComment)});
    return script;
}

/// The documented combination for an own server known by address, although the cmdlet's page gives SenderIPAddresses to
/// Partner connectors only; hence the read-back at the end.
PsScript bodyByAddress(const QString &name, const PlannedSenders &senders, const QStringList &addresses)
{
    PsScript script = variables(name, senders);
    return script.set(QStringLiteral("addresses"), PsList{addresses}).code(uR"ps(

# Look first: two connectors for one address would leave it open which of them counts.
$all = @(Get-InboundConnector)
$others = @($all | Where-Object { $_.Name -ne $name -and $_.Enabled } | Where-Object {
    $known = @($_.SenderIPAddresses | ForEach-Object { [string] $_ })
    @($addresses | Where-Object { $known -contains $_ }).Count -gt 0
})
if ($others.Count -gt 0) {
    $others | Format-List -Property 'Name', 'ConnectorType', 'SenderIPAddresses'
    throw 'The connectors above already name these addresses. Keep one: change it by hand, or remove it and run this script again.'
}
$mine = @($all | Where-Object { $_.Name -eq $name })
if ($mine.Count -eq 0) {
    if ($PSCmdlet.ShouldProcess($name, 'Create the inbound connector')) {
        $null = New-InboundConnector -Name $name -ConnectorType 'OnPremises' -SenderDomains '*' -SenderIPAddresses $addresses -Enabled $true -Comment $comment
    }
} else {
    Write-Output 'The connector as it was:'
    $mine | Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'Comment'
    $known = @($mine[0].SenderIPAddresses | ForEach-Object { [string] $_ })
    $same = $known.Count -eq $addresses.Count -and @($addresses | Where-Object { $known -notcontains $_ }).Count -eq 0
    if ($same -and $mine[0].Enabled) {
        Write-Output 'It is as it should be; nothing was changed.'
    } elseif ($PSCmdlet.ShouldProcess($name, 'Change the inbound connector')) {
        Set-InboundConnector -Identity $name -ConnectorType 'OnPremises' -SenderDomains '*' -SenderIPAddresses $addresses -Enabled $true -Comment $comment
    }
}

# Read it back.
Get-InboundConnector | Where-Object { $_.Name -eq $name } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'SenderIPAddresses', 'RequireTls', 'RestrictDomainsToIPAddresses', 'TreatMessagesAsInternal'
)ps");
}

PsScript bodyByCertificate(const QString &name, const PlannedSenders &senders, const QString &certificate)
{
    PsScript script = variables(name, senders);
    return script.set(QStringLiteral("certificate"), PsText{certificate}).code(uR"ps(

# Look first: two connectors for one certificate would leave it open which of them counts.
$all = @(Get-InboundConnector)
$others = @($all | Where-Object { $_.Name -ne $name -and $_.Enabled -and [string] $_.TlsSenderCertificateName -eq $certificate })
if ($others.Count -gt 0) {
    $others | Format-List -Property 'Name', 'ConnectorType', 'TlsSenderCertificateName'
    throw 'The connectors above already name this certificate. Keep one: change it by hand, or remove it and run this script again.'
}
$mine = @($all | Where-Object { $_.Name -eq $name })
if ($mine.Count -eq 0) {
    if ($PSCmdlet.ShouldProcess($name, 'Create the inbound connector')) {
        $null = New-InboundConnector -Name $name -ConnectorType 'OnPremises' -SenderDomains '*' -RequireTls $true -RestrictDomainsToCertificate $true -TlsSenderCertificateName $certificate -Enabled $true -Comment $comment
    }
} else {
    Write-Output 'The connector as it was:'
    $mine | Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'TlsSenderCertificateName', 'RequireTls', 'RestrictDomainsToCertificate', 'Comment'
    if ($mine[0].Enabled -and [string] $mine[0].TlsSenderCertificateName -eq $certificate -and $mine[0].RequireTls -and $mine[0].RestrictDomainsToCertificate) {
        Write-Output 'It is as it should be; nothing was changed.'
    } elseif ($PSCmdlet.ShouldProcess($name, 'Change the inbound connector')) {
        Set-InboundConnector -Identity $name -ConnectorType 'OnPremises' -SenderDomains '*' -RequireTls $true -RestrictDomainsToCertificate $true -TlsSenderCertificateName $certificate -Enabled $true -Comment $comment
    }
}

# Read it back.
Get-InboundConnector | Where-Object { $_.Name -eq $name } |
    Format-List -Property 'Name', 'Enabled', 'ConnectorType', 'SenderDomains', 'TlsSenderCertificateName', 'RequireTls', 'RestrictDomainsToCertificate', 'TreatMessagesAsInternal'
)ps");
}

Artifact byAddress(RenderContext &context, const PlannedSenders &senders)
{
    const PublicAddresses addresses = publicAddressesOf(senders, context.knowledge);
    const QString name = connectorName(context, QStringLiteral("relay"));
    const QString peers = addresses.taken.join(QLatin1String(", "));
    ScriptPage page = commonPage(context, name);
    page.stem = QStringLiteral("connector-relay");
    page.title = addresses.taken.isEmpty() ? QStringLiteral("Inbound connector: no usable address yet")
                                           : QStringLiteral("Inbound connector for %1").arg(peers);
    page.purpose =
        QStringLiteral("It creates the inbound connector \"%1\" in Exchange Online, or brings it up to date, "
                       "so that mail from %2 is taken as the organisation's own and may go to everybody. It "
                       "is for %3.")
            .arg(name, addresses.taken.isEmpty() ? QStringLiteral("the site's public address") : peers,
                 namesOf(senders));
    page.senders = senders;
    page.notIncluded = addresses.refused;
    page.verify = {QStringLiteral("the last lines read the connector back; Enabled must be True and SenderIPAddresses "
                                  "must show every address. Then send a test message from the site's network to an "
                                  "outside mailbox. A refusal 550 5.7.64 means that the address or the sender's domain "
                                  "did not match.")};
    page.know.prepend(
        QStringLiteral("%1 Let only the relaying host out on TCP port 25.")
            .arg(context.knowledge.fact(QStringLiteral("connector-relay.ip-is-not-authentication")).statement));
    page.know.insert(1, context.knowledge.fact(QStringLiteral("connector-relay.unshared-ip")).statement);
    if (!addresses.taken.isEmpty())
        return makeScript(context, page, bodyByAddress(name, senders, addresses.taken));
    return makeScript(context, page, PsScript().code(uR"ps(
throw 'This site names no public IPv4 address that a connector can use. Add it to the site''s network and make this script again.'
)ps"));
}

Artifact byCertificate(RenderContext &context, const PlannedSenders &senders)
{
    const auto domain = context.primaryDomain();
    const QString certificate = domain ? QStringLiteral("*.%1").arg(domain->toAscii()) : QString();
    const QString name = connectorName(context, QStringLiteral("certificate relay"));
    ScriptPage page = commonPage(context, name);
    page.stem = QStringLiteral("connector-certificate");
    page.title = domain ? QStringLiteral("Inbound connector for certificates of %1").arg(certificate)
                        : QStringLiteral("Inbound connector by certificate: no accepted domain yet");
    page.purpose =
        QStringLiteral("It creates the inbound connector \"%1\" in Exchange Online, or brings it up to date, "
                       "so that mail of a client that shows a certificate of %2 is taken as the "
                       "organisation's own and may go to everybody. It is for %3.")
            .arg(name, domain ? certificate : QStringLiteral("the organisation"), namesOf(senders));
    page.senders = senders;
    page.verify = {QStringLiteral("the last lines read the connector back; Enabled, RequireTls and "
                                  "RestrictDomainsToCertificate must be True. Then send a test message to an outside "
                                  "mailbox. A refusal 550 5.7.64 means that the certificate did not match; 4.4.317 "
                                  "UntrustedRoot means that the client sent its own certificate without the chain.")};
    page.know.prepend(context.knowledge.fact(QStringLiteral("connector-relay.certificate")).statement);
    page.know.insert(1, QStringLiteral("The client sends the full chain, not only its own certificate. The wildcard in "
                                       "the connector covers every host name of the domain and outlives a renewal; a "
                                       "name below a sub-domain needs that sub-domain as an accepted domain too. When "
                                       "the certificate is renewed under another domain, run this script again."));
    if (domain)
        return makeScript(context, page, bodyByCertificate(name, senders, certificate));
    return makeScript(context, page, PsScript().code(uR"ps(
throw 'The certificate''s name must be in an accepted domain, and this site names none. Add it to the site and make this script again.'
)ps"));
}

} // namespace

std::vector<Artifact> renderConnectorScripts(RenderContext &context)
{
    const PlannedSenders relayed = context.withRoute(Method::ConnectorRelay);
    const PlannedSenders known = sendersWhere(relayed, [](const PlannedSender &s) { return s.entry().byCertificate; });
    const PlannedSenders others =
        sendersWhere(relayed, [](const PlannedSender &s) { return !s.entry().byCertificate; });
    std::vector<Artifact> scripts;
    if (!others.empty())
        scripts.push_back(byAddress(context, others));
    if (!known.empty())
        scripts.push_back(byCertificate(context, known));
    return scripts;
}

} // namespace relaywright
