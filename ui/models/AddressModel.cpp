// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/AddressModel.h"

#include "ui/models/TableText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>

namespace relaywright {

namespace {

using Said = AddressAnswer::Verdict;

QString symbolOf(const std::optional<AddressAnswer> &answer)
{
    if (!answer)
        return QStringLiteral("○");
    switch (answer->verdict) {
    case Said::Taken: return QStringLiteral("✓");
    case Said::Unknown: return QStringLiteral("✕");
    case Said::CannotTell: return QStringLiteral("?");
    }
    Q_UNREACHABLE();
}

/// Being taken is no proof, so it is not dressed as good.
Tone toneOf(const std::optional<AddressAnswer> &answer)
{
    if (!answer)
        return Tone::Neutral;
    switch (answer->verdict) {
    case Said::Taken: return Tone::Accent;
    case Said::Unknown: return Tone::Wrong;
    case Said::CannotTell: return Tone::Unknown;
    }
    Q_UNREACHABLE();
}

/// What needs a person comes first.
int weight(const std::optional<AddressAnswer> &answer)
{
    if (!answer)
        return 3;
    switch (answer->verdict) {
    case Said::Unknown: return 0;
    case Said::CannotTell: return 1;
    case Said::Taken: return 2;
    }
    Q_UNREACHABLE();
}

} // namespace

QString AddressModel::wordOf(AddressAnswer::Verdict verdict)
{
    switch (verdict) {
    case Said::Taken: return tr("taken");
    case Said::Unknown: return tr("not known");
    case Said::CannotTell: return tr("could not tell");
    }
    Q_UNREACHABLE();
}

void AddressModel::setQuestions(const std::vector<AddressQuestion> &questions)
{
    beginResetModel();
    std::vector<Row> rows;
    rows.reserve(questions.size());
    for (const AddressQuestion &question : questions) {
        const int before = m_rowOf.value(question.address, -1);
        rows.push_back({question, before < 0 ? std::nullopt : m_rows[static_cast<std::size_t>(before)].answer});
    }
    m_rows = std::move(rows);
    m_rowOf.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rowOf.insert(m_rows[i].question.address, static_cast<int>(i));
    endResetModel();
}

std::vector<AddressQuestion> AddressModel::questions() const
{
    std::vector<AddressQuestion> questions;
    questions.reserve(m_rows.size());
    for (const Row &row : m_rows)
        questions.push_back(row.question);
    return questions;
}

void AddressModel::clearAnswers()
{
    for (Row &row : m_rows)
        row.answer.reset();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void AddressModel::setAnswer(const AddressAnswer &answer)
{
    const int row = m_rowOf.value(answer.question.address, -1);
    if (row < 0)
        return;
    m_rows[static_cast<std::size_t>(row)].answer = answer;
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

int AddressModel::count(AddressAnswer::Verdict verdict) const
{
    return static_cast<int>(std::ranges::count_if(
        m_rows, [verdict](const Row &row) { return row.answer && row.answer->verdict == verdict; }));
}

int AddressModel::answered() const
{
    return static_cast<int>(std::ranges::count_if(m_rows, [](const Row &row) { return row.answer.has_value(); }));
}

int AddressModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int AddressModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString AddressModel::cell(const Row &row, int column) const
{
    switch (column) {
    case VerdictColumn: return row.answer ? wordOf(row.answer->verdict) : tr("not asked");
    case AddressColumn: return row.question.address.toString();
    case UsesColumn: return row.question.uses.join(QLatin1String(", "));
    case SeenColumn: return row.answer ? row.answer->seen : QString();
    default: return {};
    }
}

QVariant AddressModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return cell(row, index.column());
    case Qt::ToolTipRole: return index.column() >= UsesColumn ? cell(row, index.column()) : QVariant();
    case VerdictRole: return row.answer ? static_cast<int>(row.answer->verdict) : -1;
    case SentenceRole: return row.answer ? row.answer->sentence : QString();
    case SymbolRole: return symbolOf(row.answer);
    case ToneRole: return static_cast<int>(toneOf(row.answer));
    case SortRole:
        return index.column() == VerdictColumn ? QVariant(weight(row.answer)) : cell(row, index.column()).toLower();
    default: return {};
    }
}

QVariant AddressModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case VerdictColumn: return tr("Its server says");
    case AddressColumn: return tr("Address");
    case UsesColumn: return tr("Used as");
    case SeenColumn: return tr("The reply");
    default: return {};
    }
}

QString AddressModel::toText() const
{
    return tableText(*this);
}

} // namespace relaywright
