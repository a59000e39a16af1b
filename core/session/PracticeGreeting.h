// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Transcript.h"

namespace relaywright {

/// How the practice server begins its greeting: a name under .invalid, which no server can have (RFC 2606 §2), and words
/// that no server of Microsoft says.
[[nodiscard]] QByteArray practiceGreeting();

/// True when the server of this conversation greeted as the practice server.
[[nodiscard]] bool greetedByPracticeServer(const Transcript &transcript);
/// True when it greeted at all.
[[nodiscard]] bool hasGreeting(const Transcript &transcript);

} // namespace relaywright
