// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include <memory>
#include <string>

namespace relaywright::cli {

/// Adds `show`, `why`, `trace`, `export`, `resend` and `events` to `relay`, for the relay that is named `control` when they
/// run.
void addRelayMessageCommands(CLI::App &relay, std::shared_ptr<const std::string> control, Command &chosen);

} // namespace relaywright::cli
