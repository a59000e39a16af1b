// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QString>

namespace relaywright {

/// What the file is called that tells whom to trust of a practice service.
inline constexpr auto kPracticeAuthorityFile = "practice-authority.pem";

/// The certificates (PEM) that are trusted at a sign-in service besides the system's; at most one MiB is read. Empty for an
/// empty `path`. Error: InvalidInput when the file cannot be read or holds no certificate;
/// where a practice service's is gone, it says how to come by the new one.
[[nodiscard]] Result<QByteArray> readTokenAuthorities(const QString &path);

} // namespace relaywright
