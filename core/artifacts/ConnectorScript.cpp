// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/Renderers.h"

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxConnectorName = 64;

struct Addresses {
    QStringList taken;
    QStringList refused; ///< each a sentence
};

/// Exchange Online knows a peer by IPv4 only, single or in blocks of /24 to /32.
Addresses addressesFor(const PlannedSenders &senders, qint64 shortestPrefix)
{
    std::vector<IpNetwork> blocks;
    for (const PlannedSender &planned : senders) {
        if (planned.network)
            std::ranges::copy(planned.network->egress, std::back_inserter(blocks));
    }
    std::ranges::sort(blocks);
    blocks.erase(std::ranges::unique(blocks).begin(), blocks.end());
    Addresses addresses;
    for (const IpNetwork &block : blocks) {
        if (block.address().family() == IpAddress::Family::V6)
            addresses.refused +=
                QStringLiteral(
                    "%1 cannot be used: an inbound connector takes no IPv6 addresses. Devices that leave by IPv6 "
                    "are not recognised; give the relaying host an IPv4 route.")
                    .arg(block.toString());
        else if (block.prefixLength() < shortestPrefix)
            addresses.refused +=
                QStringLiteral(
                    "%1 cannot be used: an inbound connector takes blocks of /%2 and smaller. Name the smaller blocks "
                    "that devices really leave from.")
                    .arg(block.toString())
                    .arg(shortestPrefix);
        else if (block.address().isPrivate())
            addresses.refused +=
                QStringLiteral(
                    "%1 cannot be used: it is a private address, which Exchange Online never sees. Name the public "
                    "address of the site.")
                    .arg(block.toString());
        else
            addresses.taken += block.toString();
    }
    return addresses;
}

QString connectorName(const RenderContext &context)
{
    const auto domain = context.primaryDomain();
    const QString name = domain ? QStringLiteral("Relaywright relay for %1").arg(domain->toAscii())
                                : QStringLiteral("Relaywright relay");
    return name.left(kMaxConnectorName);
}

/// The documented combination for an own server known by address, although the cmdlet's page gives SenderIPAddresses to
/// Partner connectors only; hence the read-back at the end.
PsCommand change(const QString &cmdlet, const QString &identity, const QString &comment)
{
    PsCommand command(cmdlet);
    command.with(identity, PsVariable{QStringLiteral("name")})
        .with(QStringLiteral("ConnectorType"), PsText{QStringLiteral("OnPremises")})
        .with(QStringLiteral("SenderDomains"), PsText{QStringLiteral("*")})
        .with(QStringLiteral("SenderIPAddresses"), PsVariable{QStringLiteral("addresses")})
        .with(QStringLiteral("Enabled"), PsBool{true})
        .with(QStringLiteral("Comment"), PsText{comment});
    return command;
}

void addVerification(PsScript &script, const QString &name, const RenderContext &context)
{
    script.comment(QString());
    script.comment(QStringLiteral(
        "Verify: the last lines read the connector back; Enabled must be True and SenderIPAddresses must show every "
        "address. Then send a test message from the site's network to an outside mailbox. A refusal 550 5.7.64 "
        "means that the address or the sender's domain did not match."));
    script.comment(QStringLiteral("Should mail stop one day, ask whether the connector was blocked:"));
    script.commentedCommand(PsCommand(QStringLiteral("Get-BlockedConnector")));
    script.comment(QString());
    script.comment(QStringLiteral("Roll back:"));
    script.commentedCommand(
        PsCommand(QStringLiteral("Remove-InboundConnector")).with(QStringLiteral("Identity"), PsText{name}));
    script.comment(QString());
    script.comment(
        QStringLiteral("Know: %1 Let only the relaying host out on TCP port 25.")
            .arg(context.knowledge.fact(QStringLiteral("connector-relay.ip-is-not-authentication")).statement));
    script.comment(context.knowledge.fact(QStringLiteral("connector-relay.unshared-ip")).statement);
}

void addCreation(PsScript &script, const QString &name, const QStringList &addresses, const QString &comment)
{
    QStringList literals;
    for (const QString &address : addresses)
        literals += psLiteral(address);
    script.blank();
    script.line(QStringLiteral("$name = %1").arg(psLiteral(name)));
    script.line(QStringLiteral("$addresses = @(%1)").arg(literals.join(QLatin1String(", "))));
    script.blank();
    script.comment(
        QStringLiteral("Look first: two connectors for one address would leave it open which of them counts."));
    script.line(QStringLiteral("$all = @(Get-InboundConnector)"));
    script.line(
        QStringLiteral("$others = @($all | Where-Object { $_.Name -ne $name -and $_.Enabled } | Where-Object {"));
    script.line(QStringLiteral("    $known = @($_.SenderIPAddresses | ForEach-Object { [string]$_ })"));
    script.line(QStringLiteral("    @($addresses | Where-Object { $known -contains $_ }).Count -gt 0"));
    script.line(QStringLiteral("})"));
    script.line(QStringLiteral("if ($others.Count -gt 0) {"));
    script.line(QStringLiteral("    $others | Format-List Name, ConnectorType, SenderIPAddresses"));
    script.line(
        QStringLiteral("    throw %1")
            .arg(psLiteral(QStringLiteral("The connectors above already name these addresses. Keep one: change it "
                                          "by hand, or remove it and run this script again."))));
    script.line(QStringLiteral("}"));
    script.line(QStringLiteral("if ($all | Where-Object { $_.Name -eq $name }) {"));
    script.command(change(QStringLiteral("Set-InboundConnector"), QStringLiteral("Identity"), comment), 4);
    script.line(QStringLiteral("} else {"));
    script.command(change(QStringLiteral("New-InboundConnector"), QStringLiteral("Name"), comment), 4);
    script.line(QStringLiteral("}"));
    script.blank();
    script.comment(QStringLiteral("Read it back."));
    script.line(QStringLiteral("Get-InboundConnector -Identity $name |"));
    script.line(
        QStringLiteral("    Format-List Name, Enabled, ConnectorType, SenderDomains, SenderIPAddresses, RequireTls, "
                       "RestrictDomainsToIPAddresses, TreatMessagesAsInternal"));
}

} // namespace

std::vector<Artifact> renderConnectorScript(RenderContext &context)
{
    const PlannedSenders senders = context.withRoute(Method::ConnectorRelay);
    if (senders.empty())
        return {};
    const Addresses addresses =
        addressesFor(senders, context.knowledge.number(QStringLiteral("connector-relay.ipv4-prefix.shortest")));
    const QString name = connectorName(context);
    const QString title =
        addresses.taken.isEmpty()
            ? QStringLiteral("Inbound connector: no usable address yet")
            : QStringLiteral("Inbound connector for %1").arg(addresses.taken.join(QLatin1String(", ")));
    const QString purpose = QStringLiteral("It creates the inbound connector \"%1\" in Exchange Online, or brings it "
                                           "up to date, so that mail from %2 is taken as "
                                           "the organisation's own and may go to everybody. It is for %3.")
                                .arg(name,
                                     addresses.taken.isEmpty() ? QStringLiteral("the site's public address")
                                                               : addresses.taken.join(QLatin1String(", ")),
                                     namesOf(senders));
    PsScript script = scriptHead(context, title, purpose);
    for (const QString &sentence : addresses.refused)
        script.comment(QStringLiteral("Not included: %1").arg(sentence));
    addVerification(script, name, context);
    if (addresses.taken.isEmpty()) {
        script.blank();
        script.line(
            QStringLiteral("throw %1")
                .arg(psLiteral(QStringLiteral("This site names no public IPv4 address that a connector can use. Add it "
                                              "to the site's network and make this script again."))));
    } else {
        addConnection(script, context);
        addCreation(script, name, addresses.taken,
                    QStringLiteral("Made by Relaywright for %1").arg(namesOf(senders)).left(200));
    }
    return {Artifact{.kind = QStringLiteral("connector-script"),
                     .fileName = context.fileName(QStringLiteral("connector-relay"), QStringLiteral(".ps1")),
                     .title = title,
                     .purpose = purpose,
                     .mediaType = QStringLiteral("text/x-powershell"),
                     .text = script.toString(),
                     .senders = idsOf(senders)}};
}

} // namespace relaywright
