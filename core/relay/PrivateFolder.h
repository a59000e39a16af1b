// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

namespace relaywright {

/// Makes the folder if it is missing and sees that it is this user's alone (0700): wider permissions are mended. Error:
/// Denied when it is a link, belongs to somebody else or cannot be mended; Storage when it cannot be made.
[[nodiscard]] Result<void> ensurePrivateFolder(const QString &path);

/// Only looks. Error: NotFound when there is none, Denied as above: what is in it may be a trap.
[[nodiscard]] Result<void> checkPrivateFolder(const QString &path);

} // namespace relaywright
