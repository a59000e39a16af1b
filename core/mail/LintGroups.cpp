// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/LintGroups.h"

#include <QStringList>

#include <algorithm>

namespace relaywright {

namespace {

QString withoutDigits(QString sentence)
{
    sentence.removeIf([](QChar c) { return c.isDigit(); });
    return sentence;
}

bool sayTheSame(const LintRemark &a, const LintRemark &b)
{
    return a.id == b.id && a.level == b.level && (a.line > 0) == (b.line > 0)
           && withoutDigits(a.sentence) == withoutDigits(b.sentence);
}

} // namespace

std::vector<LintGroup> grouped(const std::vector<LintRemark> &remarks)
{
    // Ten of a kind are listed at most, and kinds are few: looking through the groups is fast enough.
    std::vector<LintGroup> groups;
    for (const LintRemark &remark : remarks) {
        auto group = std::ranges::find_if(
            groups, [&remark](const LintGroup &candidate) { return sayTheSame(candidate.remark, remark); });
        if (group == groups.end()) {
            groups.push_back({.remark = remark});
            group = groups.end() - 1;
        }
        if (remark.line > 0)
            group->lines.push_back(remark.line);
        group->further += remark.further;
    }
    for (LintGroup &group : groups)
        group.lines.erase(std::unique(group.lines.begin(), group.lines.end()), group.lines.end());
    return groups;
}

QString placeOf(const LintGroup &group)
{
    QStringList names;
    for (const qint64 line : group.lines)
        names += QString::number(line);
    if (names.isEmpty())
        return {};
    if (group.further > 0)
        return QStringLiteral("lines %1 and %2 more").arg(names.join(QLatin1String(", "))).arg(group.further);
    if (names.size() == 1)
        return QStringLiteral("line %1").arg(names.front());
    const QString last = names.takeLast();
    return QStringLiteral("lines %1 and %2").arg(names.join(QLatin1String(", ")), last);
}

} // namespace relaywright
