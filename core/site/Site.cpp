// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/site/Site.h"

#include <QRegularExpression>

#include <algorithm>

namespace relaywright {

namespace {
constexpr qsizetype kMaxIdChars = 48;
} // namespace

bool isId(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("\\A[a-z0-9]+(-[a-z0-9]+)*\\z"));
    return form.match(text).hasMatch();
}

QString idFrom(const QString &name, const QString &fallback)
{
    // Letters with marks lose them ("Büro" becomes "buro"); what is not a letter or digit of ASCII becomes one hyphen.
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
    return id.isEmpty() ? fallback : id;
}

QString IdPool::take(const QString &wanted)
{
    QString id = wanted;
    if (m_taken.contains(id)) {
        int number = m_last.value(wanted, 1);
        do {
            id = QStringLiteral("%1-%2").arg(wanted).arg(++number);
        } while (m_taken.contains(id));
        m_last.insert(wanted, number);
    }
    m_taken.insert(id);
    return id;
}

std::optional<TimePoint> lastPermissionChange(const Site &site)
{
    std::optional<TimePoint> last; // nothing is less than any time
    for (const AppliedArtifact &applied : site.applied)
        last = std::max(last, applied.permissionsChangedAt);
    return last;
}

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
    IdPool taken;
    for (const Sender &sender : site.senders)
        taken.add(sender.id);
    return taken.take(idFrom(name, QStringLiteral("sender")));
}

} // namespace relaywright
