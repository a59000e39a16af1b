// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/site/Site.h"

namespace relaywright {

// The site's networks as a person adds, renames and removes them; the senders that name one follow.

/// How many senders are in it: those that name it, and for the first one those that name none.
[[nodiscard]] int sendersIn(const Site &site, const QString &networkId);

/// With one more network at the end, its id made from `name` and unique; `id` tells which one it got.
[[nodiscard]] Site withNetwork(Site site, const QString &name, QString *id = nullptr);

/// Error: InvalidInput when nothing is left of the name, or when another network has it.
[[nodiscard]] Result<Site> withRenamedNetwork(Site site, const QString &id, const QString &name);

/// Its senders go to the network that is the first one then. The last network stays.
[[nodiscard]] Site withoutNetwork(Site site, const QString &id);

} // namespace relaywright
