// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/StableText.h"

#include <QRegularExpression>

namespace relaywright {

QString stableText(const QString &line)
{
    static const std::pair<QRegularExpression, QString> kVolatile[] = {
        // Sun, 22 Nov 2026 12:05:00 +0000
        {QRegularExpression(QStringLiteral(
             R"((?:\w{3}, )?\d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d(?: [+-]\d{4}| [A-Z]{1,4}\b)?(?: \([A-Z]{1,5}\))?)")),
         QStringLiteral("<date>")},
        {QRegularExpression(QStringLiteral(R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)")),
         QStringLiteral("<date>")},
        // [AM0PR04CA0001.eurprd04.prod.outlook.com 2026-11-22T12:05:00.000Z 08DE...], [InternalId=..., Hostname=...]
        {QRegularExpression(QStringLiteral(R"(\[[^\[\]]{1,300}\])")), QStringLiteral("[...]")},
        {QRegularExpression(QStringLiteral(R"(\b(queued as|id=|with id) ?[0-9A-Za-z.-]+)"),
                            QRegularExpression::CaseInsensitiveOption),
         QStringLiteral("\\1 <id>")},
        // Letters and digits mixed, nine or more: an id of a message, a queue or one machine of many.
        {QRegularExpression(QStringLiteral(R"(\b(?=[0-9A-Za-z]*\d)(?=[0-9A-Za-z]*[A-Za-z])[0-9A-Za-z]{9,}\b)")),
         QStringLiteral("<id>")},
    };
    QString text = line;
    for (const auto &[pattern, standIn] : kVolatile)
        text.replace(pattern, standIn);
    return text;
}

} // namespace relaywright
