// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/mail/Compose.h"

namespace relaywright {

/// The display name in From: as it will be: with the address in it where the draft wants it so. May be empty.
[[nodiscard]] QString displayNameOf(const MessageDraft &draft);

} // namespace relaywright
