// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/rehearsal/DeviceInventory.h"

#include <QString>
#include <QStringList>

namespace relaywright {

// What the practice server saw of a device, in words for people, translated.

/// One whole sentence each, the most telling first.
[[nodiscard]] QStringList deviceSentences(const DeviceProfile &profile);
/// What the inventory would learn of `sender`, "Newest TLS: TLS 1.2" each.
[[nodiscard]] QStringList deviceNews(const Sender &sender, const DeviceProfile &profile);

} // namespace relaywright
