// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/Plan.h"

#include <QHash>
#include <QStringList>

namespace relaywright {

/// What each answer to an open question would choose, a line for each: "Yes: direct send for UPS cards and 2 more".
/// `names` are the senders' by id. Empty when no answer would choose another way.
[[nodiscard]] QStringList effectLines(const OpenQuestion &question, const QHash<QString, QString> &names);

} // namespace relaywright
