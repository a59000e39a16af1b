// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Site.h"

#include <algorithm>
#include <set>

namespace relaywright {

namespace {

constexpr qsizetype kMaxIdChars = 48;

/// Letters with marks lose them ("Büro" becomes "buro"); what is not a letter or digit of ASCII becomes one hyphen.
QString slug(const QString &name)
{
    QString id;
    const QString decomposed = name.normalized(QString::NormalizationForm_KD).toLower();
    for (const QChar c : decomposed) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        if (plain)
            id += c;
        else if (!c.isMark() && !id.isEmpty() && !id.endsWith(u'-'))
            id += u'-';
    }
    id.truncate(kMaxIdChars);
    while (id.endsWith(u'-'))
        id.chop(1);
    return id.isEmpty() ? QStringLiteral("sender") : id;
}

} // namespace

const Network *networkOf(const Site &site, const Sender &sender)
{
    if (site.networks.empty())
        return nullptr;
    if (sender.network.isEmpty())
        return &site.networks.front();
    const auto it = std::ranges::find(site.networks, sender.network, &Network::id);
    return it == site.networks.end() ? nullptr : &*it;
}

const std::optional<EmailAddress> &reversePathOf(const Sender &sender)
{
    return sender.envelopeFrom ? sender.envelopeFrom : sender.from;
}

std::vector<EmailAddress> addressesOf(const Sender &sender)
{
    std::vector<EmailAddress> addresses;
    const auto add = [&addresses](const EmailAddress &address) {
        if (std::ranges::find(addresses, address) == addresses.end())
            addresses.push_back(address);
    };
    if (sender.from)
        add(*sender.from);
    if (sender.envelopeFrom)
        add(*sender.envelopeFrom);
    for (const EmailAddress &address : sender.alsoFrom)
        add(address);
    return addresses;
}

QString makeSenderId(const Site &site, const QString &name)
{
    const QString base = slug(name);
    std::set<QString> taken;
    for (const Sender &sender : site.senders) {
        if (sender.id.startsWith(base))
            taken.insert(sender.id);
    }
    QString id = base;
    for (int number = 2; taken.contains(id); ++number)
        id = QStringLiteral("%1-%2").arg(base).arg(number);
    return id;
}

} // namespace relaywright
