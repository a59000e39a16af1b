// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/JsonReader.h"
#include "core/base/JsonWriting.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace relaywright {

// How times and counts look on the control socket and in the JSON log.

/// `2026-11-22T10:00:00.000Z`
[[nodiscard]] QString controlTime(TimePoint time);
void insertTime(QJsonObject &json, const QString &key, const std::optional<TimePoint> &time);
/// Nothing where there is none; what is no time is an error of `reader`.
[[nodiscard]] std::optional<TimePoint> readTime(JsonReader &reader, QStringView key);
/// The same of one string. Error: InvalidInput.
[[nodiscard]] Result<TimePoint> parseControlTime(const QString &text);

/// 0 to 2^53, so that it survives every reader of JSON.
[[nodiscard]] quint64 readCount(JsonReader &reader, QStringView key);
[[nodiscard]] QJsonValue countValue(quint64 count);

} // namespace relaywright
