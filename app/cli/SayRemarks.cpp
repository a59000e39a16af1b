// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/SayRemarks.h"

#include "core/mail/LintGroups.h"

#include <algorithm>

namespace relaywright::cli {

void sayRemarks(const std::vector<LintRemark> &remarks, const Context &context)
{
    for (const LintGroup &group : grouped(remarks)) {
        const LintRemark &remark = group.remark;
        const QString place = placeOf(group);
        context.say(QStringLiteral("%1  %2: %3  [%4]")
                        .arg(toString(remark.level).leftJustified(9),
                             place.isEmpty() ? QStringLiteral("message") : place, remark.sentence, remark.id));
        if (!remark.seen.isEmpty())
            context.say(QStringLiteral("           seen: %1").arg(remark.seen));
        if (!remark.remedy.isEmpty())
            context.say(QStringLiteral("           do:   %1").arg(remark.remedy));
    }
}

QJsonArray toJson(const std::vector<LintRemark> &remarks)
{
    QJsonArray list;
    for (const LintRemark &remark : remarks)
        list += relaywright::toJson(remark);
    return list;
}

bool anyWrong(const std::vector<LintRemark> &remarks)
{
    return std::ranges::any_of(remarks,
                               [](const LintRemark &remark) { return remark.level == LintRemark::Level::Wrong; });
}

} // namespace relaywright::cli
