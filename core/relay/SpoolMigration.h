// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Database.h"
#include "core/relay/SpoolLog.h"

#include <QStringList>

namespace relaywright {

/// A spool that an earlier version wrote (schema 1) keeps octets in its database. Moves what waits into `log`, and lets the old table go; nothing to do for any other. What cannot be read is set aside and named in the
/// answer, one sentence each. May be interrupted and begun again. Error: Storage.
[[nodiscard]] Result<QStringList> moveOldBodies(Database &database, SpoolLog &log);

} // namespace relaywright
