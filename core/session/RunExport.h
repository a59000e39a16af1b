// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/TestRecord.h"

namespace relaywright {

/// A record for a ticket or a mail: what was set, how it ended, where the time went, and the conversation as
/// toText(Transcript) has it.
[[nodiscard]] QString toText(const TestRecord &record);

/// The same as one HTML page that needs nothing else; whatever a peer said is escaped.
[[nodiscard]] QString toHtml(const TestRecord &record);

} // namespace relaywright
