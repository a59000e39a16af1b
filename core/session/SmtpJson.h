// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/SmtpClient.h"

#include <QJsonObject>

#include <optional>

namespace relaywright {

class JsonReader;

// What records and reports have in common. Errors of the readers go to the JsonReader.

[[nodiscard]] QJsonObject toJson(const TlsSummary &tls);
[[nodiscard]] TlsSummary tlsSummaryFromJson(JsonReader &in);

[[nodiscard]] QJsonObject toJson(const Capabilities &capabilities);
[[nodiscard]] Capabilities capabilitiesFromJson(JsonReader &in);

/// The way back of toString(Outcome).
[[nodiscard]] std::optional<Outcome> parseOutcome(const QString &word);

} // namespace relaywright
