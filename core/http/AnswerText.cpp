// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/AnswerText.h"

#include <QLocale>

#include <algorithm>

namespace relaywright {

namespace {

constexpr qsizetype kMaxFieldOctets = 64;

}

std::optional<TimePoint> httpDate(const QByteArray &text)
{
    QDateTime time = QLocale::c().toDateTime(QString::fromLatin1(text.left(kMaxFieldOctets).trimmed()),
                                             QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"));
    if (!time.isValid())
        return std::nullopt;
    time.setTimeSpec(Qt::UTC);
    return fromDateTime(time);
}

std::optional<std::chrono::seconds> retryAfterOf(const QByteArray &retryAfter, const QByteArray &date, TimePoint now)
{
    const QByteArray text = retryAfter.left(kMaxFieldOctets).trimmed();
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (isNumber && seconds < 0)
        return std::nullopt;
    if (isNumber)
        return std::chrono::seconds(std::min<qint64>(seconds, kLongestRetryAfter.count()));
    const auto until = httpDate(text);
    if (!until)
        return std::nullopt;
    const auto left = std::chrono::ceil<std::chrono::seconds>(*until - httpDate(date).value_or(now));
    return std::clamp<std::chrono::seconds>(left, std::chrono::seconds(0), kLongestRetryAfter);
}

bool isDeeperThan(QByteArrayView json, int most)
{
    int depth = 0;
    bool inText = false;
    for (qsizetype i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inText && c == '\\')
            ++i;
        else if (c == '"')
            inText = !inText;
        else if (!inText && (c == '{' || c == '['))
            ++depth;
        else if (!inText && (c == '}' || c == ']'))
            --depth;
        if (depth > most)
            return true;
    }
    return false;
}

} // namespace relaywright
