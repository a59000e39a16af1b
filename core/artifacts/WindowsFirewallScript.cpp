// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/AdminScript.h"
#include "core/artifacts/LocalRelays.h"

#include <algorithm>

namespace relaywright {

namespace {

/// The relays of one network: where devices reach them, and where they go on to.
struct RelayHost {
    const Network *network = nullptr;
    QStringList lan;
    PlannedSenders senders;
    QStringList inbound;  ///< ports
    QStringList outbound; ///< ports
};

void addPort(QStringList &ports, std::uint16_t port)
{
    const QString text = QString::number(port);
    if (port != 0 && !ports.contains(text))
        ports += text;
}

std::vector<RelayHost> hostsOf(const RenderContext &context)
{
    constexpr std::uint16_t kHttps = 443;
    std::vector<RelayHost> hosts;
    for (const LocalRelay &relay : localRelays(context)) {
        if (localBlocksOf(relay.network).isEmpty())
            continue; // a rule for everybody would make an open relay
        auto host = std::ranges::find(hosts, relay.network, &RelayHost::network);
        if (host == hosts.end())
            host = hosts.insert(hosts.end(), RelayHost{relay.network, localBlocksOf(relay.network), {}, {}, {}});
        std::ranges::copy(relay.senders, std::back_inserter(host->senders));
        for (const std::uint16_t port : relay.ports)
            addPort(host->inbound, port);
        addPort(host->outbound, relay.upstream.method ? relay.upstream.settings.port : kHttps);
    }
    return hosts;
}

PsScript bodyOf(const RelayHost &host)
{
    PsScript script;
    return script.set(QStringLiteral("localNetworks"), PsList{host.lan})
        .set(QStringLiteral("inboundPorts"), PsList{host.inbound})
        .set(QStringLiteral("outboundPorts"), PsList{host.outbound})
        .code(uR"ps(
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
)ps");
}

PsCommand removal(const char *name)
{
    return PsCommand(QStringLiteral("Remove-NetFirewallRule"))
        .with(QStringLiteral("Name"), PsText{QLatin1String(name)});
}

} // namespace

std::vector<Artifact> renderWindowsFirewallScripts(RenderContext &context)
{
    std::vector<Artifact> scripts;
    for (const RelayHost &host : hostsOf(context)) {
        const QString where = host.network->relayHost ? host.network->relayHost->toString()
                                                      : QStringLiteral("the computer that runs the relay");
        ScriptPage page;
        page.kind = QStringLiteral("windows-firewall-script");
        page.stem = QStringLiteral("windows-firewall");
        page.session = PsSession::Windows;
        page.title = QStringLiteral("Windows firewall of the relay for %1").arg(namesOf(host.senders));
        page.purpose =
            QStringLiteral("On %1 it lets the local network in on TCP port %2, where the relay listens, and the "
                           "relay out on TCP port %3. It is for %4.")
                .arg(where, host.inbound.join(QLatin1String(", ")), host.outbound.join(QLatin1String(", ")),
                     namesOf(host.senders));
        page.senders = host.senders;
        page.verify = {
            QStringLiteral("the last lines show both rules, Enabled True. From a device's network, Test-NetConnection "
                           "with the relay's name and port must say TcpTestSucceeded True; from elsewhere it must "
                           "not.")};
        page.rollBack.comment(QStringLiteral("remove the two rules:"));
        page.rollBack.commentedCommand(removal("Relaywright-Inbound"))
            .commentedCommand(removal("Relaywright-Outbound"));
        page.know = {
            context.knowledge.fact(QStringLiteral("local-relay.no-open-relay")).statement,
            QStringLiteral("Windows lets programs out unless told otherwise, so the second rule counts only where "
                           "outbound connections are blocked. At the site's own firewall, let nothing but this "
                           "computer out on TCP port 25: devices with a virus like that port, too.")};
        scripts.push_back(makeScript(context, page, bodyOf(host)));
    }
    return scripts;
}

} // namespace relaywright
