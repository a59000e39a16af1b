// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/EmailAddress.h"

#include <QByteArrayView>

#include <vector>

namespace relaywright {

/// The addresses of a From field's unfolded value, in order (RFC 5322 §3.4): display names, comments and groups are
/// passed over. What is no address is left out.
[[nodiscard]] std::vector<EmailAddress> addressesOf(QByteArrayView fieldValue);

} // namespace relaywright
