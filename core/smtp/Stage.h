// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <optional>

namespace relaywright {

/// Where in a conversation something happened. The words are part of the command line contract
/// (`--stop-after`, `diagnose --stage`): connect greeting ehlo tls auth mail rcpt data quit.
enum class Stage { Connect, Greeting, Ehlo, Tls, Auth, Mail, Rcpt, Data, Quit };

[[nodiscard]] QString toString(Stage stage);
[[nodiscard]] std::optional<Stage> parseStage(const QString &word);

} // namespace relaywright
