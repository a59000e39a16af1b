// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Size.h"

#include <QRegularExpression>

namespace relaywright {

namespace {

constexpr std::uint64_t kMost = 4ULL << 30;
const QString kUnits = QStringLiteral("KMG");

} // namespace

Result<std::uint64_t> parseSize(const QString &text)
{
    static const QRegularExpression form(QStringLiteral("^(\\d{1,12})([kKmMgG]?)[bB]?$"));
    const auto match = form.match(text);
    if (!match.hasMatch())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("A size is a number of octets, or with K, M or G behind it, such as 25M."));
    const auto shift = kUnits.indexOf(match.captured(2).toUpper()) + 1;
    const std::uint64_t octets = match.captured(1).toULongLong() << (match.captured(2).isEmpty() ? 0 : 10 * shift);
    if (octets > kMost)
        return failure(ErrorKind::InvalidInput, QStringLiteral("More than 4 GiB are not a test message."));
    return octets;
}

QString sizeText(std::uint64_t octets)
{
    qsizetype unit = 0;
    while (octets >= 1024 && octets % 1024 == 0 && unit < kUnits.size()) {
        octets /= 1024;
        ++unit;
    }
    return unit == 0 ? QString::number(octets) : QString::number(octets) + kUnits[unit - 1];
}

} // namespace relaywright
