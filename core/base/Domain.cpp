// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Domain.h"

#include "core/base/IpAddress.h"
#include "core/base/Text.h"

#include <QUrl>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxNameOctets = 253;
constexpr qsizetype kMaxLabelOctets = 63;

bool isLabelOctet(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
}

bool isPlainAscii(const QString &text)
{
    return std::ranges::all_of(text, [](QChar c) { return c.unicode() > 0x20 && c.unicode() < 0x7f; });
}

} // namespace

Result<QString> parseDnsName(const QString &text)
{
    QString name = text.trimmed();
    if (name.endsWith(u'.'))
        name.chop(1);
    if (name.isEmpty())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("The name is empty. Enter a name such as example.com."));
    // toAce applies IDNA 2008 with UTS #46; plain names skip it because it refuses underscores.
    QString ascii = isPlainAscii(name) ? name.toLower() : QString::fromLatin1(QUrl::toAce(name));
    if (ascii.isEmpty() || ascii.size() > kMaxNameOctets)
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is not a valid DNS name. Enter a name such as example.com.").arg(quotable(name)));
    const QStringList labels = ascii.split(u'.');
    for (const QString &label : labels) {
        const bool fits = !label.isEmpty() && label.size() <= kMaxLabelOctets && !label.startsWith(u'-')
            && !label.endsWith(u'-') && std::ranges::all_of(label, isLabelOctet);
        if (!fits)
            return failure(ErrorKind::InvalidInput,
                           QStringLiteral("\"%1\" is not a valid DNS name: the part \"%2\" may hold letters, digits and "
                                          "inner hyphens, 1 to 63 of them.")
                               .arg(quotable(name), quotable(label)));
    }
    // A name whose last label is a number is a mistyped address, never a domain (RFC 3696 §2).
    if (std::ranges::all_of(labels.last(), [](QChar c) { return c >= u'0' && c <= u'9'; }))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is neither an IP address nor a name: no domain ends in a number.")
                           .arg(quotable(name)));
    return ascii;
}

Result<Domain> Domain::parse(const QString &text)
{
    auto name = parseDnsName(text);
    if (!name)
        return tl::unexpected(name.error());
    if (!name->contains(u'.') || IpAddress::parse(*name))
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is not a full domain. Enter one with a dot, such as example.com.")
                           .arg(quotable(*name)));
    return Domain(*name);
}

QString Domain::toDisplay() const
{
    return QUrl::fromAce(m_ascii.toLatin1());
}

bool Domain::isSameOrBelow(const Domain &parent) const
{
    return m_ascii == parent.m_ascii || m_ascii.endsWith(u'.' + parent.m_ascii);
}

bool isBelowAny(const QString &name, const QStringList &domains)
{
    return std::ranges::any_of(
        domains, [&](const QString &domain) { return name.endsWith(u'.' + domain, Qt::CaseInsensitive); });
}

} // namespace relaywright
