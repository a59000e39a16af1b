// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/Database.h"
#include "core/relay/SpoolFolder.h"

#include <QStringList>

namespace relaywright {

/// The version that this program writes; kept in `PRAGMA user_version`.
constexpr int kSpoolSchemaVersion = 4;

struct OpenedSpool {
    Database database;
    /// What the start had to mend, one sentence each; empty when all was well.
    QStringList notices;
    bool rescued = false; ///< the database is a new one with what could be read of a damaged one
};

/// Opens the spool's database durable (WAL, synchronous=FULL, exclusive), makes or migrates the schema, and checks its
/// integrity. A damaged database is set aside in `damaged/` and what can still be read of it is copied into a new one.
/// Error: Storage; Unsupported when a newer version wrote it.
[[nodiscard]] Result<OpenedSpool> openSpoolDatabase(const SpoolFolder &folder, TimePoint now);

} // namespace relaywright
