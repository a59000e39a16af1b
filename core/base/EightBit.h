// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>

namespace relaywright {

/// True when any octet is above 0x7f: no ASCII (RFC 6152). Whole messages go through it, so it looks at a word at a time.
[[nodiscard]] bool hasEightBit(QByteArrayView octets);

} // namespace relaywright
