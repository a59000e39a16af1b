// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/Networks.h"

#include <QCoreApplication>

#include <algorithm>

namespace relaywright {

namespace {

struct NetworksText { Q_DECLARE_TR_FUNCTIONS(Networks) };

bool isFirst(const Site &site, const QString &id)
{
    return !site.networks.empty() && site.networks.front().id == id;
}

} // namespace

int sendersIn(const Site &site, const QString &networkId)
{
    const bool first = isFirst(site, networkId);
    return static_cast<int>(std::ranges::count_if(site.senders, [&](const Sender &sender) {
        return sender.network == networkId || (first && sender.network.isEmpty());
    }));
}

Site withNetwork(Site site, const QString &name, QString *id)
{
    IdPool taken;
    for (const Network &network : site.networks)
        taken.add(network.id);
    const QString made = taken.take(idFrom(name, QStringLiteral("network")));
    site.networks.push_back({.id = made});
    if (id)
        *id = made;
    return site;
}

Result<Site> withRenamedNetwork(Site site, const QString &id, const QString &name)
{
    const QString renamed = idFrom(name.trimmed(), QString());
    if (renamed.isEmpty())
        return failure(ErrorKind::InvalidInput, NetworksText::tr("Give it a name of letters or digits, such as “head office”."));
    if (renamed == id)
        return site;
    if (std::ranges::find(site.networks, renamed, &Network::id) != site.networks.end())
        return failure(ErrorKind::InvalidInput,
                       NetworksText::tr("There is a network “%1” already. Give this one another name.").arg(renamed));
    for (Network &network : site.networks) {
        if (network.id == id)
            network.id = renamed;
    }
    for (Sender &sender : site.senders) {
        if (sender.network == id)
            sender.network = renamed;
    }
    return site;
}

Site withoutNetwork(Site site, const QString &id)
{
    if (site.networks.size() < 2)
        return site;
    std::erase_if(site.networks, [&id](const Network &network) { return network.id == id; });
    for (Sender &sender : site.senders) {
        if (sender.network == id)
            sender.network.clear();
    }
    return site;
}

} // namespace relaywright
