// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace relaywright {

/// One line from standard input without its end, at most `maxOctets`; blocks until it is there. On a terminal what is
/// typed is not shown. Empty when standard input is at its end.
[[nodiscard]] QByteArray readLineUnseen(qsizetype maxOctets);

} // namespace relaywright
