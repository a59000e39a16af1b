// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

namespace relaywright {

/// The certificates (PEM) that are trusted at a sign-in service besides the system's; at most one MiB is read. Empty for an
/// empty `path`. Error: InvalidInput when the file cannot be read or holds no certificate.
[[nodiscard]] Result<QByteArray> readTokenAuthorities(const QString &path);

} // namespace relaywright
