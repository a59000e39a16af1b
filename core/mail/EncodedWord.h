// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>

namespace relaywright {

/// What is wrong with the encoded words of a field's unfolded value (RFC 2047 §2, §4, §5), the first fault as a whole
/// sentence; empty when all are well formed or there is none.
[[nodiscard]] QString encodedWordFault(QByteArrayView fieldValue);

} // namespace relaywright
