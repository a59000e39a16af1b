// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <QByteArray>
#include <QByteArrayView>

#include <chrono>
#include <optional>

namespace relaywright {

/// A day: nobody who asks for a pause gets a longer one.
constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::hours(24);

/// IMF-fixdate (RFC 9110 §5.6.7), the one form that is still made.
[[nodiscard]] std::optional<TimePoint> httpDate(const QByteArray &text);

/// How long to wait by a Retry-After field (RFC 9110 §10.2.3): seconds, or a date by the service's own clock, which its
/// Date field tells; `now` where it has none. 0 to kLongestRetryAfter; nothing where the field says nothing.
[[nodiscard]] std::optional<std::chrono::seconds> retryAfterOf(const QByteArray &retryAfter, const QByteArray &date,
                                                               TimePoint now);

/// Whether JSON is nested deeper than `most`; asked before it is parsed, because a parser that goes down may run out of stack.
[[nodiscard]] bool isDeeperThan(QByteArrayView json, int most);

} // namespace relaywright
