// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

namespace relaywright {

/// So many octets of the system's generator, which nobody can guess: for ids, nonces and secrets.
[[nodiscard]] QByteArray randomOctets(qsizetype count);

} // namespace relaywright
