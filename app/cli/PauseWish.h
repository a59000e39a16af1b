// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <functional>

namespace relaywright::cli {

/// What somebody asks of a command that takes long.
enum class PauseWish {
    Pause,
    GoOn,
    Either, ///< whichever it is not doing
};

/// Calls `onWish` in `context`'s thread: Either for the key p, where a person types on standard input and the program has
/// the terminal to itself; Pause for the signal SIGUSR1 and GoOn for SIGUSR2, where the system has signals. What is typed
/// is not shown as long as `context` lives; Ctrl+C and Ctrl+Z do what they always do.
void onPauseWish(QObject *context, std::function<void(PauseWish)> onWish);

} // namespace relaywright::cli
