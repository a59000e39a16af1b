// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Spool.h"

namespace relaywright {

/// Puts a message that has ended into the queue again, as a new one: for all its recipients, from the same source, with its
/// own time to live. The history of each names the other. `done` gets the new id. Error: NotFound when there is no such
/// message or its contents are not kept, Denied while it waits, Storage. `spool` and `clock` outlive it.
void resendMessage(Spool &spool, const Clock &clock, const QueueId &id, std::chrono::milliseconds expiry,
                   Spool::Done<QueueId> done);

} // namespace relaywright
