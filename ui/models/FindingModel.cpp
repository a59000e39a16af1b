// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/FindingModel.h"

#include "ui/text/VerdictText.h"
#include "ui/widgets/RowDelegate.h"

namespace relaywright {

namespace {

int rank(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Wrong:        return 0;
    case Verdict::Attention:    return 1;
    case Verdict::CouldNotTell: return 2;
    case Verdict::Good:         return 3;
    }
    Q_UNREACHABLE();
}

} // namespace

void FindingModel::clear()
{
    beginResetModel();
    m_findings.clear();
    endResetModel();
}

void FindingModel::add(const Finding &finding)
{
    const int row = static_cast<int>(m_findings.size());
    beginInsertRows({}, row, row);
    m_findings.push_back(finding);
    endInsertRows();
}

void FindingModel::sortByVerdict()
{
    beginResetModel();
    std::stable_sort(m_findings.begin(), m_findings.end(),
                     [](const Finding &a, const Finding &b) { return rank(a.verdict) < rank(b.verdict); });
    endResetModel();
}

int FindingModel::count(Verdict verdict) const
{
    return static_cast<int>(std::count_if(m_findings.begin(), m_findings.end(),
                                          [verdict](const Finding &finding) { return finding.verdict == verdict; }));
}

QString FindingModel::toText() const
{
    QStringList blocks;
    for (const Finding &finding : m_findings) {
        QStringList lines{QStringLiteral("%1: %2").arg(lookOf(finding.verdict).word, finding.title)};
        for (const QString &line : {finding.seen, finding.why, finding.todo}) {
            if (!line.isEmpty())
                lines += QStringLiteral("  ") + line;
        }
        blocks += lines.join(u'\n');
    }
    return blocks.join(QLatin1String("\n\n")) + u'\n';
}

int FindingModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_findings.size());
}

QVariant FindingModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Finding &finding = m_findings[static_cast<std::size_t>(index.row())];
    const VerdictLook look = lookOf(finding.verdict);
    switch (role) {
    case Qt::DisplayRole:        return finding.title;
    case Qt::AccessibleTextRole: return tr("%1: %2").arg(look.word, finding.title);
    case SymbolRole:             return look.symbol;
    case ToneRole:               return static_cast<int>(look.tone);
    case SubtitleRole:           return look.word;
    default:                     return {};
    }
}

} // namespace relaywright
