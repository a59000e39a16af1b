// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/TimeWords.h"

namespace relaywright {

QString utcText(TimePoint time)
{
    return toDateTime(time).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QLatin1String(" UTC");
}

QString spanText(std::chrono::milliseconds span)
{
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(span).count();
    const auto words = [](std::int64_t count, const char *unit) {
        return QStringLiteral("%1 %2%3").arg(count).arg(QLatin1String(unit), count == 1 ? QString() : QStringLiteral("s"));
    };
    if (seconds == 0 || seconds % 60 != 0)
        return words(seconds, "second");
    return seconds % 3600 != 0 ? words(seconds / 60, "minute") : words(seconds / 3600, "hour");
}

} // namespace relaywright
