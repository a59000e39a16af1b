// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/RelayConfig.h"

#include <QJsonArray>
#include <QStringList>

namespace relaywright {

// Who may do what, in words: for whoever must judge a configuration. English, whole sentences.

/// One listener: where, from whom, with which TLS and sign-in. The first sentence names it.
[[nodiscard]] QStringList describe(const RelayListener &listener);
/// One row of the admission table. The first sentence names it and says who it is for.
[[nodiscard]] QStringList describe(const RelayDevice &device, const RelayConfig &config);
/// Those for whom there is no row.
[[nodiscard]] QString describeOthers(const RelayConfig &config);

/// `[{"listen", "sentences": [...]}]`, `[{"device", "sentences": [...]}]`: the last one, without a device, is for the others.
[[nodiscard]] QJsonArray listenersInWords(const RelayConfig &config);
[[nodiscard]] QJsonArray devicesInWords(const RelayConfig &config);

} // namespace relaywright
