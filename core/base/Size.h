// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

#include <cstdint>

namespace relaywright {

/// Octets as people write them: `4096`, or with K, M or G behind it, which are powers of 1024. At most 4 GiB.
/// Error: InvalidInput.
[[nodiscard]] Result<std::uint64_t> parseSize(const QString &text);
/// The shortest form that `parseSize` reads as `octets` again.
[[nodiscard]] QString sizeText(std::uint64_t octets);

} // namespace relaywright
