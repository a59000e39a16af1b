// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/CommandExport.h"

#include "core/base/Text.h"

#include <QJsonArray>

namespace relaywright {

QString CommandExport::toText() const
{
    QString text;
    for (const QString &note : notes)
        text += QStringLiteral("# %1\n").arg(quotable(note, 400)); // on one line, or it would be a command
    return text + command + u'\n';
}

QJsonObject toJson(const CommandExport &command, const QString &program)
{
    return {{QStringLiteral("schema"), QStringLiteral("relaywright.command/1")},
            {QStringLiteral("program"), program},
            {QStringLiteral("command"), command.command},
            {QStringLiteral("notes"), QJsonArray::fromStringList(command.notes)}};
}

} // namespace relaywright
