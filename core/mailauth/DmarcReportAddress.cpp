// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mailauth/DmarcReportAddress.h"

#include "core/mailauth/ReportUri.h"

#include <algorithm>
#include <limits>

namespace relaywright {

namespace {

/// Units of a report's greatest size (§6.4), by powers of 1024.
constexpr QLatin1String kUnits("kmgt");
constexpr qsizetype kMaxDigits = 18; // of a size; all of them fit

/// `10m`; nothing when it is no size, or nought, or more than fits.
std::optional<qint64> parseSize(QStringView text)
{
    if (text.isEmpty())
        return std::nullopt;
    const qsizetype unit = QString(kUnits).indexOf(text.back().toLower());
    const QStringView digits = unit < 0 ? text : text.chopped(1);
    const bool plain = !digits.isEmpty() && digits.size() <= kMaxDigits
                       && std::ranges::all_of(digits, [](QChar c) { return c >= u'0' && c <= u'9'; });
    const qint64 number = plain ? digits.toLongLong() : 0;
    const auto shift = static_cast<int>(10 * (unit + 1));
    if (number == 0 || number > (std::numeric_limits<qint64>::max() >> shift))
        return std::nullopt;
    return number << shift;
}

QString sizeText(qint64 octets)
{
    qsizetype unit = 0;
    while (unit < kUnits.size() && octets % 1024 == 0) {
        octets /= 1024;
        ++unit;
    }
    return unit == 0 ? QString::number(octets) : QString::number(octets) + kUnits[unit - 1];
}

} // namespace

std::optional<DmarcReportAddress> parseReportAddress(const QString &text)
{
    const qsizetype mark = text.lastIndexOf(u'!');
    const auto size = mark < 0 ? std::optional<qint64>(0) : parseSize(QStringView(text).sliced(mark + 1));
    DmarcReportAddress address{
        .uri = mark < 0 ? text : text.left(mark), .address = {}, .domain = {}, .maxOctets = size.value_or(0)};
    const QString scheme = uriScheme(address.uri);
    if (!size || scheme.isEmpty())
        return std::nullopt;
    if (scheme != QLatin1String("mailto"))
        return address;
    const auto mailbox = mailtoMailbox(address.uri);
    if (!mailbox)
        return std::nullopt;
    address.address = mailbox->toString();
    address.domain = mailbox->domain().toAscii();
    return address;
}

QString toText(const std::vector<DmarcReportAddress> &addresses)
{
    QStringList parts;
    for (const DmarcReportAddress &address : addresses)
        parts += address.maxOctets > 0 ? address.uri + u'!' + sizeText(address.maxOctets) : address.uri;
    return parts.join(u',');
}

} // namespace relaywright
