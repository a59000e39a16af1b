// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/artifacts/Artifact.h"

#include <QString>

namespace relaywright {

/// Where a file is applied; in the order in which a person goes about it.
enum class Place { Dns, ExchangeOnline, Azure, ExchangeServer, RelayComputer, LocalDns, Device, Elsewhere };

[[nodiscard]] Place placeOf(const Artifact &artifact);
/// "In the public DNS", "In Exchange Online PowerShell", ...
[[nodiscard]] QString placeName(Place place);
/// "PowerShell script", "DNS record", "Settings sheet", ...
[[nodiscard]] QString formName(const Artifact &artifact);

/// How a file's text is coloured.
enum class Language { Plain, PowerShell, Zone, Json, Configuration };
[[nodiscard]] Language languageOf(const Artifact &artifact);

} // namespace relaywright
