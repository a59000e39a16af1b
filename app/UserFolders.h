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

/// The accounts that the user signed in with (core/oauth/AccountBook.h), in the console and on the command line.
[[nodiscard]] inline QString userAccountBook()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
           + QStringLiteral("/relaywright/accounts.json");
}

} // namespace relaywright
