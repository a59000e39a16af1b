// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/base/Secret.h"

#include <QObject>
#include <QString>

#include <functional>

namespace relaywright::cli {

/// True when a person types on standard input.
[[nodiscard]] bool standardInputIsTerminal();

/// Asks for a secret on the terminal without showing what is typed. Error: InvalidInput when nothing was typed.
[[nodiscard]] Result<Secret> askSecret(const QString &prompt);

/// Asks a question on standard error; true when the answer begins with y or Y.
[[nodiscard]] bool askYes(const QString &question);

/// Calls `onInterrupt` in `context`'s thread once, when the user or the system asks the program to end.
void onInterrupt(QObject *context, std::function<void()> onInterrupt);

} // namespace relaywright::cli
