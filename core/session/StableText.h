// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace relaywright {

/// A line of a conversation without what differs from run to run and says nothing: dates, message and queue ids, what
/// servers put in brackets (their own name and time), the machine's name among many of one service. `<date>`, `<id>` and
/// `[...]` stand in its place.
[[nodiscard]] QString stableText(const QString &line);

} // namespace relaywright
