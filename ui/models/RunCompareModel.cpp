// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/RunCompareModel.h"

#include "ui/models/TableText.h"
#include "ui/text/SiteText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>

namespace relaywright {

namespace {

struct Mark {
    QString symbol;
    QString word;
    Tone tone;
};

Mark markOf(CompareRow::Kind kind)
{
    switch (kind) {
    case CompareRow::Kind::Same: return {QStringLiteral("="), RunCompareModel::tr("same"), Tone::Neutral};
    case CompareRow::Kind::Differs: return {QStringLiteral("≠"), RunCompareModel::tr("differs"), Tone::Attention};
    case CompareRow::Kind::OnlyLeft: return {QStringLiteral("‹"), RunCompareModel::tr("only left"), Tone::Attention};
    case CompareRow::Kind::OnlyRight: return {QStringLiteral("›"), RunCompareModel::tr("only right"), Tone::Attention};
    }
    Q_UNREACHABLE();
}

QString side(const QString &said, const QString &got)
{
    QStringList lines;
    if (!said.isEmpty())
        lines += QStringLiteral("▶ ") + QString(said).replace(u'\n', QStringLiteral("\n▶ "));
    if (!got.isEmpty())
        lines += QStringLiteral("◀ ") + QString(got).replace(u'\n', QStringLiteral("\n◀ "));
    return lines.join(u'\n');
}

} // namespace

void RunCompareModel::setComparison(const RunComparison &comparison)
{
    beginResetModel();
    m_comparison = comparison;
    rebuild();
    endResetModel();
}

void RunCompareModel::setOnlyDifferences(bool only)
{
    beginResetModel();
    m_onlyDifferences = only;
    rebuild();
    endResetModel();
}

void RunCompareModel::rebuild()
{
    m_rows.clear();
    for (const CompareFact &fact : m_comparison.facts)
        m_rows.push_back({CompareRow::Kind::Differs, fact.what, fact.left, fact.right, {}});
    for (const CompareRow &row : m_comparison.rows) {
        if (!m_onlyDifferences || row.kind != CompareRow::Kind::Same)
            m_rows.push_back({row.kind, stageName(row.stage), side(row.leftSaid, row.leftGot),
                              side(row.rightSaid, row.rightGot), row.why});
    }
}

int RunCompareModel::differences() const
{
    return static_cast<int>(m_comparison.facts.size())
           + static_cast<int>(std::ranges::count_if(
               m_comparison.rows, [](const CompareRow &row) { return row.kind != CompareRow::Kind::Same; }));
}

int RunCompareModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunCompareModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant RunCompareModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    const Mark mark = markOf(row.kind);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case MarkColumn: return mark.word;
        case StageColumn: return row.what;
        case LeftColumn: return row.left;
        case RightColumn: return row.right;
        default: return {};
        }
    case Qt::AccessibleTextRole:
        return index.column() == MarkColumn && !row.why.isEmpty() ? QVariant(mark.word + QStringLiteral(", ") + row.why)
                                                                  : QVariant();
    case Qt::FontRole: return index.column() >= LeftColumn ? QVariant(fontFor(FontRole::Fixed)) : QVariant();
    case Qt::TextAlignmentRole: return QVariant(Qt::AlignLeft | Qt::AlignTop);
    case WhyRole:
    case Qt::ToolTipRole: return row.why;
    case SymbolRole: return mark.symbol;
    case ToneRole: return static_cast<int>(mark.tone);
    default: return {};
    }
}

QVariant RunCompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case MarkColumn: return tr("Compared");
    case StageColumn: return tr("Step");
    case LeftColumn: return tr("Left");
    case RightColumn: return tr("Right");
    default: return {};
    }
}

QString RunCompareModel::toText() const
{
    return tableText(*this);
}

} // namespace relaywright
