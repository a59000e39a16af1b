// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

namespace relaywright {

/// Writes a file that only its owner can read (0600), for records, conversations and messages: they tell who writes to
/// whom. Never half written: a full disk leaves the old file. Error: Storage, naming the file.
[[nodiscard]] Result<void> writePrivateFile(const QString &path, const QByteArray &content);

} // namespace relaywright
