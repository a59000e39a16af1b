// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace relaywright {

/// True while a process with that id exists. The only platform code of the console.
[[nodiscard]] bool isProcessAlive(qint64 processId);

} // namespace relaywright
