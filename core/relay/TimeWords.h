// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <QString>

namespace relaywright {

/// `2026-11-24 10:37:00 UTC`.
[[nodiscard]] QString utcText(TimePoint time);
/// In the largest unit that says it exactly, rounded up to whole seconds: "1 second", "90 seconds", "2 minutes", "1 hour".
[[nodiscard]] QString spanText(std::chrono::milliseconds span);

} // namespace relaywright
