// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/QueueEntry.h"
#include "core/relay/SpoolQueries.h"

namespace relaywright {

/// One line of the queue or of the history, as a client sees it. `routeReason` explains a message that no attempt has
/// explained yet.
[[nodiscard]] QueueEntry queueEntry(const MessageStory &story, const QString &routeReason);

/// What happened to a message, over both legs, in order.
[[nodiscard]] MessageTimeline timelineOf(const MessageStory &story, const QString &routeReason);

} // namespace relaywright
