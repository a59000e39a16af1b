// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mail/LintRemarks.h"

#include "core/base/Text.h"

#include <algorithm>

namespace relaywright {

void LintRemarks::add(LintRemark remark)
{
    if (++m_counts[remark.id] <= MessageLint::kMaxListed)
        m_remarks.push_back(std::move(remark));
}

void LintRemarks::addOnce(LintRemark remark)
{
    if (!m_counts.contains(remark.id))
        add(std::move(remark));
}

std::vector<LintRemark> LintRemarks::take()
{
    for (const auto &[id, count] : m_counts) {
        if (count <= MessageLint::kMaxListed)
            continue;
        const auto last = std::find_if(m_remarks.rbegin(), m_remarks.rend(),
                                       [&kind = id](const LintRemark &remark) { return remark.id == kind; });
        last->further = count - MessageLint::kMaxListed;
    }
    std::ranges::stable_sort(m_remarks, {}, &LintRemark::line);
    return std::move(m_remarks);
}

QString seenText(QByteArrayView octets)
{
    return printable(octets.first(std::min<qsizetype>(octets.size(), 200)), 80);
}

QJsonObject toJson(const LintRemark &remark)
{
    QJsonObject object{{QStringLiteral("level"), toString(remark.level)},
                       {QStringLiteral("id"), remark.id},
                       {QStringLiteral("sentence"), remark.sentence}};
    if (remark.line > 0)
        object[u"line"] = remark.line;
    if (!remark.seen.isEmpty())
        object[u"seen"] = remark.seen;
    if (!remark.remedy.isEmpty())
        object[u"remedy"] = remark.remedy;
    if (remark.further > 0)
        object[u"further"] = remark.further;
    return object;
}

QString toString(LintRemark::Level level)
{
    return level == LintRemark::Level::Wrong ? QStringLiteral("wrong") : QStringLiteral("attention");
}

} // namespace relaywright
