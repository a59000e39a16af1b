// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/smtp/Transcript.h"

#include <optional>

namespace relaywright {

/// How the practice server begins its greeting: a name under .invalid, which no server can have (RFC 2606 §2), and words
/// that no server of Microsoft says.
[[nodiscard]] QByteArray practiceGreeting();
/// The whole of it: at its end stands the time by the practice server's own clock, which may have been moved.
[[nodiscard]] QByteArray practiceGreeting(TimePoint now);

/// True when the server of this conversation greeted as the practice server.
[[nodiscard]] bool greetedByPracticeServer(const Transcript &transcript);
/// The time at which it said that it was ready, to the second; nothing of any other server, whatever that says.
[[nodiscard]] std::optional<TimePoint> practiceTime(const Transcript &transcript);
/// True when it greeted at all.
[[nodiscard]] bool hasGreeting(const Transcript &transcript);

} // namespace relaywright
