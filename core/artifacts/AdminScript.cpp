// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"

#include <QHash>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMostRollBackLines = 12;

QString whereToRun(PsSession session)
{
    switch (session) {
    case PsSession::ExchangeOnline:
        return QStringLiteral("in PowerShell 7 or Windows PowerShell 5.1 as an Exchange administrator");
    case PsSession::Entra:
        return QStringLiteral("in PowerShell 7 or Windows PowerShell 5.1 as somebody who may register applications in "
                              "Entra, such as an application administrator");
    case PsSession::ExchangeServer:
        return QStringLiteral("in the Exchange Management Shell of the organisation's own Exchange server, as an "
                              "administrator of it");
    case PsSession::Windows:
        return QStringLiteral("in a Windows PowerShell that was started as administrator, on the computer that it is "
                              "for");
    }
    Q_UNREACHABLE();
}

/// What the session needs that Windows does not bring.
QStringList modulesOf(PsSession session)
{
    switch (session) {
    case PsSession::ExchangeOnline: return {QStringLiteral("ExchangeOnlineManagement")};
    case PsSession::Entra:
        return {QStringLiteral("Microsoft.Graph.Applications"),
                QStringLiteral("Microsoft.Graph.Identity.DirectoryManagement")};
    case PsSession::ExchangeServer:
    case PsSession::Windows: break;
    }
    return {};
}

void addApplication(PsScript &head, const ScriptPage &page, const QString &fileName)
{
    if (page.changes)
        head.comment(QStringLiteral("Apply: read it, then run .\\%1 -WhatIf %2: it shows what it would change, and "
                                    "changes nothing. Then run it without -WhatIf. It is safe to run twice: it looks "
                                    "first, and changes only what is not yet as it should be.")
                         .arg(fileName, whereToRun(page.session)));
    else
        head.comment(QStringLiteral("Apply: run .\\%1 %2. It only reads, as often as you like.")
                         .arg(fileName, whereToRun(page.session)));
    for (const QString &sentence : page.before)
        head.comment(sentence);
    const QStringList modules = modulesOf(page.session);
    if (modules.isEmpty())
        return;
    head.comment(QStringLiteral("On a computer that never did this, first:"));
    for (const QString &module : modules)
        head.commentedCommand(PsCommand(QStringLiteral("Install-Module"))
                                  .with(QStringLiteral("Name"), PsText{module})
                                  .with(QStringLiteral("Scope"), PsText{QStringLiteral("CurrentUser")}));
}

void addParagraphs(PsScript &head, const QString &heading, const QStringList &sentences)
{
    if (sentences.isEmpty())
        return;
    head.comment(QString());
    head.comment(heading + u' ' + sentences.front());
    for (qsizetype i = 1; i < sentences.size(); ++i)
        head.comment(sentences[i]);
}

PsScript headOf(const RenderContext &context, const ScriptPage &page, const QString &fileName)
{
    const QString organisation = withoutHiddenCharacters(context.site.organisation.name).trimmed();
    PsScript head;
    head.comment(organisation.isEmpty() ? page.title : QStringLiteral("%1 - %2").arg(page.title, organisation));
    head.comment(
        QStringLiteral("Made by Relaywright from the plan of %1.").arg(context.plan.asOf.toString(Qt::ISODate)));
    head.comment(QString());
    head.comment(QStringLiteral("What it changes, and for whom: %1").arg(page.purpose));
    for (const QString &sentence : page.notIncluded)
        head.comment(QStringLiteral("Not included: %1").arg(sentence));
    head.comment(QString());
    addApplication(head, page, fileName);
    addParagraphs(head, QStringLiteral("Verify:"), page.verify);
    head.comment(QString());
    if (page.changes)
        head.comment(QStringLiteral("Roll back:")).add(page.rollBack);
    else
        head.comment(QStringLiteral("Roll back: there is nothing to roll back."));
    addParagraphs(head, QStringLiteral("Know:"), page.know);
    return head;
}

/// The organisation is told by its initial domain, which no other has; else by its first accepted domain. A site that
/// knows neither makes the administrator name one.
std::vector<PsParameter> parametersOf(const RenderContext &context, const ScriptPage &page)
{
    std::vector<PsParameter> parameters;
    const bool guarded = page.session != PsSession::Windows;
    if (guarded && !context.site.organisation.tenant && !context.primaryDomain())
        parameters.emplace_back(QStringLiteral("An accepted domain of the organisation that this is for."),
                                u"[Parameter(Mandatory)] [string] $Domain");
    parameters.insert(parameters.end(), page.parameters.begin(), page.parameters.end());
    return parameters;
}

void addStart(PsScript &script, const std::vector<PsParameter> &parameters)
{
    script.code(u"[CmdletBinding(SupportsShouldProcess)]").parameters(parameters).blank().code(uR"ps(
$ErrorActionPreference = 'Stop'
# Cmdlets of a module do not see the line above; this one they do.
$PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }
)ps");
}

void addConnection(PsScript &script, const RenderContext &context)
{
    script.blank()
        .set(QStringLiteral("environment"), PsText{context.cloudText(QStringLiteral("powershell.environment"))})
        .code(uR"ps(
if (-not (Get-ConnectionInformation)) {
    Connect-ExchangeOnline -ExchangeEnvironmentName $environment -ShowBanner:$false
}
)ps");
}

void addGraphConnection(PsScript &script, const RenderContext &context)
{
    script.blank()
        .set(QStringLiteral("environment"), PsText{context.cloudText(QStringLiteral("powershell.graph-environment"))})
        .code(uR"ps(
Connect-MgGraph -Scopes 'Application.ReadWrite.All', 'Organization.Read.All' -Environment $environment -NoWelcome
)ps");
}

/// A consultant's window may still be signed in to the last customer.
void addGuard(PsScript &script, PsSession session, const RenderContext &context)
{
    const auto &tenant = context.site.organisation.tenant;
    const auto domain = tenant ? tenant : context.primaryDomain();
    script.blank().comment(QStringLiteral("Stop in a session of another organisation."));
    if (domain)
        script.set(QStringLiteral("domain"), PsText{domain->toAscii()});
    if (session == PsSession::Entra)
        script.code(uR"ps(
$accepted = @((Get-MgOrganization).VerifiedDomains | ForEach-Object { [string] $_.Name })
)ps");
    else
        script.code(uR"ps(
$accepted = @(Get-AcceptedDomain | ForEach-Object { [string] $_.DomainName })
)ps");
    script.code(uR"ps(
if ($accepted -notcontains $domain) {
    throw ('{0} is not an accepted domain of the organisation that this session is signed in to ({1}). Close the session and start this script again with the right account.' -f $domain, ($accepted -join ', '))
}
)ps");
}

bool isUsable(const IpNetwork &block, qint64 shortestPrefix, QStringList &refused)
{
    if (block.address().family() == IpAddress::Family::V6)
        refused +=
            QStringLiteral("%1 cannot be used: Exchange Online knows a peer by IPv4 addresses only. Devices that "
                           "leave by IPv6 are not recognised; give the relaying host an IPv4 route.")
                .arg(block.toString());
    else if (block.prefixLength() < shortestPrefix)
        refused +=
            QStringLiteral("%1 cannot be used: Exchange Online takes blocks of /%2 and smaller. Name the smaller "
                           "blocks that devices really leave from.")
                .arg(block.toString())
                .arg(shortestPrefix);
    else if (block.address().isPrivate())
        refused += QStringLiteral("%1 cannot be used: it is a private address, which Exchange Online never sees. Name "
                                  "the public address of the site.")
                       .arg(block.toString());
    else
        return true;
    return false;
}

} // namespace

Artifact makeScript(RenderContext &context, const ScriptPage &page, const PsScript &body)
{
    const QString fileName = context.fileName(page.stem, QStringLiteral(".ps1"));
    PsScript script;
    if (page.session == PsSession::Windows)
        script.code(u"#Requires -RunAsAdministrator");
    script.add(headOf(context, page, fileName));
    addStart(script, parametersOf(context, page));
    if (page.session == PsSession::ExchangeOnline)
        addConnection(script, context);
    else if (page.session == PsSession::Entra)
        addGraphConnection(script, context);
    if (page.session != PsSession::Windows)
        addGuard(script, page.session, context);
    script.blank().add(body);
    return {.kind = page.kind,
            .fileName = fileName,
            .title = page.title,
            .purpose = page.purpose,
            .mediaType = QStringLiteral("text/x-powershell"),
            .text = script.toString(),
            .senders = idsOf(page.senders)};
}

void addRollBack(PsScript &rollBack, const std::vector<PsCommand> &commands)
{
    const auto shown = std::min<qsizetype>(static_cast<qsizetype>(commands.size()), kMostRollBackLines);
    for (qsizetype i = 0; i < shown; ++i)
        rollBack.commentedCommand(commands[static_cast<std::size_t>(i)]);
    const qsizetype more = static_cast<qsizetype>(commands.size()) - shown;
    if (more > 0)
        rollBack.comment(QStringLiteral("and so on for the other %1 in the table below.").arg(more));
}

PublicAddresses publicAddressesOf(const PlannedSenders &senders, const Knowledge &knowledge)
{
    std::vector<IpNetwork> blocks;
    const Network *last = nullptr;
    for (const PlannedSender &planned : senders) {
        if (planned.network && planned.network != last)
            std::ranges::copy(planned.network->egress, std::back_inserter(blocks));
        last = planned.network;
    }
    std::ranges::sort(blocks);
    blocks.erase(std::ranges::unique(blocks).begin(), blocks.end());
    const qint64 shortest = knowledge.number(QStringLiteral("connector-relay.ipv4-prefix.shortest"));
    PublicAddresses addresses;
    for (const IpNetwork &block : blocks) {
        if (isUsable(block, shortest, addresses.refused))
            addresses.taken += block.toString();
    }
    return addresses;
}

QStringList localBlocksOf(const Network *network)
{
    QStringList blocks;
    if (network) {
        for (const IpNetwork &block : network->lan)
            blocks += block.toString();
    }
    return blocks;
}

std::vector<SignInMailbox> mailboxesOf(const PlannedSenders &senders)
{
    std::vector<SignInMailbox> mailboxes;
    QHash<QString, std::size_t> known;
    for (const PlannedSender &planned : senders) {
        const QString address = planned.mailbox();
        if (address.isEmpty())
            continue;
        const QString key = address.toCaseFolded();
        const auto it = known.constFind(key);
        if (it == known.constEnd()) {
            known.insert(key, mailboxes.size());
            mailboxes.push_back({address, {planned}});
        } else {
            mailboxes[*it].senders.push_back(planned);
        }
    }
    return mailboxes;
}

bool mayBeAccepted(const EmailAddress &address, const Organisation &organisation)
{
    return organisation.acceptedDomains.empty()
           || std::ranges::find(organisation.acceptedDomains, address.domain()) != organisation.acceptedDomains.end();
}

QString shortened(const QString &text, qsizetype most)
{
    QString kept = withoutHiddenCharacters(text).left(most);
    if (!kept.isEmpty() && kept.back().isHighSurrogate())
        kept.chop(1);
    return kept.trimmed();
}

} // namespace relaywright
