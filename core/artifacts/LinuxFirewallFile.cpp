// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/artifacts/LocalRelays.h"
#include "core/artifacts/TextFile.h"

#include <algorithm>

namespace relaywright {

namespace {

/// All relays of one network stand on one computer.
struct GuardedNetwork {
    const Network *network = nullptr;
    PlannedSenders senders; ///< that deliver to its relay
    std::set<std::uint16_t> ports;
};

std::vector<GuardedNetwork> guardedNetworks(const RenderContext &context)
{
    std::vector<GuardedNetwork> all;
    for (const LocalRelay &relay : localRelays(context)) {
        if (!relay.network || relay.network->lan.empty())
            continue; // without a LAN block there is nothing to allow
        auto known = std::ranges::find(all, relay.network, &GuardedNetwork::network);
        if (known == all.end())
            known = all.insert(all.end(), GuardedNetwork{relay.network, {}, {}});
        std::ranges::copy(relay.senders, std::back_inserter(known->senders));
        known->ports.insert(relay.ports.begin(), relay.ports.end());
    }
    return all;
}

QString blocksOf(const std::vector<IpNetwork> &blocks, IpAddress::Family family)
{
    QStringList texts;
    for (const IpNetwork &block : blocks) {
        if (block.address().family() == family)
            texts += block.toString();
    }
    return texts.join(QLatin1String(", "));
}

QString portSet(const std::set<std::uint16_t> &ports)
{
    QStringList texts;
    for (const std::uint16_t port : ports)
        texts += QString::number(port);
    return QLatin1String("{ ") + texts.join(QLatin1String(", ")) + QLatin1String(" }");
}

/// `ip saddr { ... } RULE` for each family that `blocks` has.
void addBySource(TextFile &file, const std::vector<IpNetwork> &blocks, const QString &rule)
{
    const QString v4 = blocksOf(blocks, IpAddress::Family::V4);
    const QString v6 = blocksOf(blocks, IpAddress::Family::V6);
    if (!v4.isEmpty())
        file.line(QStringLiteral("        ip saddr { %1 } %2").arg(v4, rule));
    if (!v6.isEmpty())
        file.line(QStringLiteral("        ip6 saddr { %1 } %2").arg(v6, rule));
}

/// Emptied first, so that the file can be loaded twice; it touches no table but its own.
void openTable(TextFile &file, const QString &name, const QString &chain)
{
    file.line(QLatin1String("table inet ") + name);
    file.line(QLatin1String("flush table inet ") + name);
    file.line(QLatin1String("table inet ") + name + QLatin1String(" {"));
    file.line(QStringLiteral("    chain %1 {").arg(chain));
    file.line(QStringLiteral("        type filter hook %1 priority filter; policy accept;").arg(chain));
}

void closeTable(TextFile &file)
{
    file.line(QStringLiteral("    }")).line(QStringLiteral("}"));
}

TextFile head(const QString &title, const QString &purpose, const QString &fileName, const QString &table,
              const RenderContext &context)
{
    TextFile file(QStringLiteral("#"));
    file.line(QStringLiteral("#!/usr/sbin/nft -f"));
    file.comment(title);
    file.comment(
        QStringLiteral("Made by Relaywright from the plan of %1.").arg(context.plan.asOf.toString(Qt::ISODate)));
    file.comment().comment(QLatin1String("What it changes, and for whom: ") + purpose);
    file.comment(
        QStringLiteral("Apply: nft -c -f %1 checks it and changes nothing; then: nft -f %1. To have it after a "
                       "restart, include it from /etc/nftables.conf. It is safe to load twice and leaves all other "
                       "tables alone.")
            .arg(fileName));
    file.comment(QStringLiteral("Verify: nft list table inet %1").arg(table));
    file.comment(QStringLiteral("Roll back: nft delete table inet %1").arg(table));
    file.line();
    return file;
}

Artifact artifact(const QString &fileName, const QString &title, const QString &purpose, const TextFile &file,
                  const PlannedSenders &senders)
{
    return {.kind = QStringLiteral("linux-firewall"),
            .fileName = fileName,
            .title = title,
            .purpose = purpose,
            .mediaType = QStringLiteral("text/plain"),
            .text = file.toString(),
            .senders = idsOf(senders)};
}

/// Who on this network must still reach port 25 outside: the relay, and senders that go to the MX host by themselves.
struct MailHosts {
    std::vector<IpNetwork> hosts;
    QString missing; ///< whose address is not known, so that a rule would cut it off; empty: nobody's
};

MailHosts mailHosts(const GuardedNetwork &guarded, const RenderContext &context)
{
    MailHosts found;
    const auto &relayHost = guarded.network->relayHost;
    if (!relayHost || !relayHost->address())
        return {{}, QStringLiteral("the relay's computer")};
    found.hosts.push_back(IpNetwork::of(*relayHost->address(), relayHost->address()->bits()));
    for (const PlannedSender &planned : context.senders) {
        const Method method = planned.option->method;
        const bool byItself = method != Method::LocalRelay && method != Method::OnPremExchange;
        if (planned.network != guarded.network || !byItself || planned.option->settings.port != 25)
            continue;
        const auto &address = planned.sender->lanAddress;
        if (!address)
            return {{}, planned.name()};
        found.hosts.push_back(IpNetwork::of(*address, address->bits()));
    }
    return found;
}

Artifact relayRules(const GuardedNetwork &guarded, const MailHosts &mailHosts, RenderContext &context)
{
    const QString fileName = context.fileName(QStringLiteral("firewall-relay"), QStringLiteral(".nft"));
    const QString table = QStringLiteral("relaywright_relay");
    const QString title = QStringLiteral("Firewall of the Linux computer that runs the relay");
    const QString purpose =
        QStringLiteral(
            "On that computer it lets the local network reach the relay's port and nobody else. It concerns %1.")
            .arg(namesOf(guarded.senders));
    TextFile file = head(title, purpose, fileName, table, context);
    if (!mailHosts.missing.isEmpty())
        file.comment(QStringLiteral(
                         "There are no rules for the router: they would close port 25 to the internet but for those "
                         "who need it, and the address of %1 on the local network is not known. Enter it in the "
                         "site and make the files again.")
                         .arg(mailHosts.missing))
            .line();
    openTable(file, table, QStringLiteral("input"));
    file.line(QStringLiteral("        iif \"lo\" accept"));
    const QString ports = QLatin1String("tcp dport ") + portSet(guarded.ports);
    addBySource(file, guarded.network->lan, ports + QLatin1String(" accept"));
    file.line(QLatin1String("        ") + ports + QLatin1String(" counter drop"));
    closeTable(file);
    return artifact(fileName, title, purpose, file, guarded.senders);
}

Artifact gatewayRules(const GuardedNetwork &guarded, const std::vector<IpNetwork> &hosts, RenderContext &context)
{
    const QString fileName = context.fileName(QStringLiteral("firewall-gateway"), QStringLiteral(".nft"));
    const QString table = QStringLiteral("relaywright_gateway");
    const QString title = QStringLiteral("Firewall of the Linux router at the edge of the network");
    const QString purpose =
        QStringLiteral(
            "On the router it lets port 25 out to the internet for %1 only, so that no infected computer sends "
            "mail with the organisation's address. It concerns the whole local network; look first whether "
            "anything else there sends by itself.")
            .arg(hosts.size() == 1 ? QStringLiteral("the relay's computer")
                                   : QStringLiteral("the relay's computer and the senders that need it"));
    TextFile file = head(title, purpose, fileName, table, context);
    openTable(file, table, QStringLiteral("forward"));
    addBySource(file, hosts, QStringLiteral("tcp dport 25 accept"));
    addBySource(file, guarded.network->lan, QStringLiteral("tcp dport 25 counter reject with tcp reset"));
    closeTable(file);
    return artifact(fileName, title, purpose, file, guarded.senders);
}

} // namespace

std::vector<Artifact> renderLinuxFirewall(RenderContext &context)
{
    std::vector<Artifact> artifacts;
    for (const GuardedNetwork &guarded : guardedNetworks(context)) {
        const MailHosts found = mailHosts(guarded, context);
        artifacts.push_back(relayRules(guarded, found, context));
        if (found.missing.isEmpty())
            artifacts.push_back(gatewayRules(guarded, found.hosts, context));
    }
    return artifacts;
}

} // namespace relaywright
