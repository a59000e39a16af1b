// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace relaywright {

/// How `relaywrightd` and `relaywright-cli relay run` run a relay in this process.
struct RelayProcessOptions {
    QString configFile;
    QString controlName;                                      ///< empty: the configuration's name
    QString program = QStringLiteral("relaywrightd"); ///< begins each line
    QString accountBook{};                            ///< of the user, which knows when client secrets end; empty: none
};

/// Runs a relay in the foreground until SIGTERM, SIGINT or a `shutdown` request, under an existing QCoreApplication. When
/// it takes mail it writes one line to stdout: `relaywrightd: listening on 127.0.0.1:2525, [::1]:2525`. Everything else
/// goes to stderr, without secrets. Answers the exit code: 0 ended in order, 3 the configuration is invalid, 4 the
/// environment is (address taken, spool in use, disk).
[[nodiscard]] int runRelay(const RelayProcessOptions &options);

} // namespace relaywright
