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

/// What a run did in the end, to be set behind "The run": "was accepted", "was refused by the server at rcpt: 550 5.1.1
/// no such user", "found no connection". Without a full stop.
[[nodiscard]] QString endInWords(const TestRecord &record);

/// The same in a word or three, for a table: "accepted", "refused", "no connection".
[[nodiscard]] QString shortEnd(const TestRecord &record);

} // namespace relaywright
