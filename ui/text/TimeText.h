// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDateTime>
#include <QLocale>
#include <QString>

namespace relaywright {

enum class TimeDetail { Seconds, Milliseconds };

/// A time of day with its seconds, as `locale` writes it, in local time: "3:15:07 PM", or "15:15:07,123" in German.
[[nodiscard]] QString preciseTime(const QDateTime &when, TimeDetail detail, const QLocale &locale = QLocale());

} // namespace relaywright
