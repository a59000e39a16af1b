// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"

#include <utility>
#include <vector>

namespace relaywright {

/// What a run was and how it ended, as pairs for people: always the same names in the same order, so that two runs can be
/// laid side by side. A value may be empty. Nothing secret.
using RunFacts = std::vector<std::pair<QString, QString>>;
[[nodiscard]] RunFacts factsOf(const TestRecord &record);

/// "accepted", "stopped as asked", "refused-by-server at rcpt: 550 5.1.1 ...".
[[nodiscard]] QString endInWords(const TestRecord &record);

} // namespace relaywright
