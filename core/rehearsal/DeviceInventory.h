// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/DeviceProfile.h"
#include "core/site/InventoryFacts.h"

#include <vector>

namespace relaywright {

/// The sender of the inventory that this is: by its address on the network, else by an address that it alone sends as.
[[nodiscard]] const Sender *knownSender(const Site &site, const DeviceProfile &profile);
/// `sender` with what was seen: abilities, addresses, sizes, habits. What was not seen stays as it is.
[[nodiscard]] Sender withProfile(Sender sender, const DeviceProfile &profile);
/// The site with this device in its inventory: the known sender is completed, or a new one added.
[[nodiscard]] Site withDevice(Site site, const DeviceProfile &profile);
/// What `withProfile` would change of `sender`; empty when it knows all of it.
[[nodiscard]] std::vector<SenderFact> newsFor(const Sender &sender, const DeviceProfile &profile);

} // namespace relaywright
