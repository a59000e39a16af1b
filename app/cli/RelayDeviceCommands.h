// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/Context.h"

#include <memory>
#include <string>

namespace relaywright::cli {

/// relay check | password | sources: who may send, and who does. `control` names the running relay.
void addRelayDeviceCommands(CLI::App &relay, const std::shared_ptr<const std::string> &control, Command &chosen);

} // namespace relaywright::cli
