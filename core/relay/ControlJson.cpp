// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/ControlJson.h"

#include "core/base/Text.h"

namespace relaywright {

QString controlTime(TimePoint time)
{
    return toDateTime(time).toString(Qt::ISODateWithMs);
}

void insertTime(QJsonObject &json, const QString &key, const std::optional<TimePoint> &time)
{
    if (time)
        json.insert(key, controlTime(*time));
}

Result<TimePoint> parseControlTime(const QString &text)
{
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid())
        return failure(ErrorKind::InvalidInput,
                       QStringLiteral("\"%1\" is no time such as 2026-11-22T10:00:00.000Z.").arg(quotable(text)));
    return fromDateTime(time);
}

std::optional<TimePoint> readTime(JsonReader &reader, QStringView key)
{
    const QString text = reader.string(key, QString());
    if (text.isEmpty())
        return std::nullopt;
    const auto time = parseControlTime(text);
    if (!time) {
        reader.fail(key, QStringLiteral("must be a time such as 2026-11-22T10:00:00.000Z."));
        return std::nullopt;
    }
    return *time;
}

quint64 readCount(JsonReader &reader, QStringView key)
{
    constexpr qint64 kMaxCount = 1ll << 53;
    return static_cast<quint64>(reader.integer(key, 0, 0, kMaxCount));
}

QJsonValue countValue(quint64 count)
{
    return static_cast<qint64>(count);
}

} // namespace relaywright
