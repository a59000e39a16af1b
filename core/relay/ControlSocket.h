// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace relaywright {

// What both kinds of clients of the control socket need.

/// For people: no relay of that name, and how to start one.
[[nodiscard]] Error noRelayAnswers(const QString &name);

/// A socket in a folder that is not ours alone may be somebody else's who waits for a password. Error: Denied;
/// Unreachable when there is no such folder, so no relay.
[[nodiscard]] Result<void> checkControlFolder(const QString &name);

/// What a line of an answer says. Error: the relay's, or Unsupported when it is none.
[[nodiscard]] Result<QJsonObject> readControlReply(const QByteArray &line);

} // namespace relaywright
