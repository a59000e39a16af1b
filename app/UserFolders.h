// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStandardPaths>
#include <QString>

namespace relaywright {

/// Where a user's own facts stand that override the built-in ones; every program reads the same folder.
[[nodiscard]] inline QString userKnowledgeFolder()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
           + QStringLiteral("/relaywright/knowledge");
}

} // namespace relaywright
