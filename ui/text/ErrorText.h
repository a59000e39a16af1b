// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QString>

namespace relaywright {

/// What kind of thing went wrong, in translated words for a heading: "The keychain or server refused."
[[nodiscard]] QString headline(ErrorKind kind);
/// The sentence under it. Core says it exactly, in English; that is what the user reads and copies into a mail.
[[nodiscard]] QString sentence(const Error &error);

} // namespace relaywright
