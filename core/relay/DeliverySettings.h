// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/Delivery.h"
#include "core/relay/RelayConfig.h"

namespace relaywright {

/// The header From of our reports: an address that the smart host lets us use, if there is one.
[[nodiscard]] EmailAddress bounceFrom(const RelayConfig &config, const QByteArray &hostName);

/// What a configuration says of the way out, with the files that it names. Error: NotFound for an authority file that
/// cannot be read.
[[nodiscard]] Result<DeliverySettings> deliverySettings(const RelayConfig &config, const QByteArray &hostName,
                                                        const Route::Waits &waits);

} // namespace relaywright
