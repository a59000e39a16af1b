// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/SeriesModel.h"

#include "ui/models/TableText.h"
#include "ui/text/VerdictText.h"
#include "ui/widgets/RowDelegate.h"

#include <QLocale>

#include <algorithm>

namespace relaywright {

namespace {

/// The worst first.
int weight(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Wrong: return 0;
    case Verdict::CouldNotTell: return 1;
    case Verdict::Attention: return 2;
    case Verdict::Good: return 3;
    }
    Q_UNREACHABLE();
}

} // namespace

void SeriesModel::setRows(std::vector<Row> rows)
{
    beginResetModel();
    std::vector<Outcome> outcomes;
    outcomes.reserve(rows.size());
    for (const Row &row : rows) {
        const int before = rowOf(row.id);
        outcomes.push_back(before >= 0 ? m_outcomes[static_cast<std::size_t>(before)] : Outcome());
    }
    m_rows = std::move(rows);
    m_outcomes = std::move(outcomes);
    m_byId.clear();
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_byId.insert(m_rows[i].id, static_cast<int>(i));
    endResetModel();
}

int SeriesModel::rowOf(const QString &id) const
{
    return m_byId.value(id, -1);
}

QModelIndex SeriesModel::indexOf(const QString &id) const
{
    return index(rowOf(id), 0);
}

void SeriesModel::tell(int row)
{
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

/// Once for ten thousand rows: a table above would place each anew.
void SeriesModel::tellAll()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void SeriesModel::begin(const QStringList &ids, int tests)
{
    for (const QString &id : ids) {
        const int row = rowOf(id);
        if (row >= 0)
            m_outcomes[static_cast<std::size_t>(row)] = {.state = State::Waiting, .tests = tests};
    }
    tellAll();
}

void SeriesModel::setRunning(const QString &id)
{
    if (const int row = rowOf(id); row >= 0) {
        m_outcomes[static_cast<std::size_t>(row)].state = State::Running;
        tell(row);
    }
}

void SeriesModel::addResult(const QString &id, Verdict verdict, const QString &sentence, std::chrono::milliseconds took)
{
    const int row = rowOf(id);
    if (row < 0)
        return;
    Outcome &outcome = m_outcomes[static_cast<std::size_t>(row)];
    ++outcome.done;
    outcome.good += verdict == Verdict::Good ? 1 : 0;
    outcome.state = outcome.done >= outcome.tests ? State::Done : State::Waiting;
    outcome.took = took;
    if (!outcome.verdict || weight(verdict) <= weight(*outcome.verdict)) {
        outcome.verdict = verdict;
        outcome.sentence = sentence;
    }
    tell(row);
}

void SeriesModel::stop()
{
    for (Outcome &outcome : m_outcomes) {
        if (outcome.state == State::Waiting || outcome.state == State::Running)
            outcome.state = outcome.done > 0 ? State::Done : State::Idle;
    }
    tellAll();
}

QString SeriesModel::sentenceOf(const QModelIndex &index) const
{
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    return m_outcomes[row].sentence.isEmpty() ? m_rows[row].obstacle : m_outcomes[row].sentence;
}

int SeriesModel::count(Verdict verdict) const
{
    return static_cast<int>(std::ranges::count(m_outcomes, std::optional(verdict), &Outcome::verdict));
}

int SeriesModel::judged() const
{
    return static_cast<int>(
        std::ranges::count_if(m_outcomes, [](const Outcome &outcome) { return outcome.verdict.has_value(); }));
}

int SeriesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SeriesModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString SeriesModel::resultText(const Outcome &outcome) const
{
    switch (outcome.state) {
    case State::Idle: return tr("not tested");
    case State::Running: return tr("running…");
    case State::Waiting: return outcome.done > 0 ? tr("%1 of %2").arg(outcome.done).arg(outcome.tests) : tr("waits");
    case State::Done: break;
    }
    if (outcome.tests > 1)
        return tr("%1 of %2 good").arg(outcome.good).arg(outcome.done);
    return lookOf(*outcome.verdict).word;
}

QString SeriesModel::cell(int row, int column) const
{
    const Row &fact = m_rows[static_cast<std::size_t>(row)];
    const Outcome &outcome = m_outcomes[static_cast<std::size_t>(row)];
    switch (column) {
    case ResultColumn: return resultText(outcome);
    case SenderColumn: return fact.name;
    case AddressColumn: return fact.address;
    case ServerColumn: return fact.server;
    case AnswerColumn: return outcome.sentence.isEmpty() ? fact.obstacle : outcome.sentence;
    case SecondsColumn:
        return outcome.done > 0 ? QLocale().toString(std::chrono::duration<double>(outcome.took).count(), 'f', 2)
                                : QString();
    default: return {};
    }
}

QVariant SeriesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Outcome &outcome = m_outcomes[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole: return cell(index.row(), index.column());
    case Qt::ToolTipRole: return index.column() == AnswerColumn ? cell(index.row(), index.column()) : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == SecondsColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case IdRole: return m_rows[static_cast<std::size_t>(index.row())].id;
    case VerdictRole: return outcome.verdict ? static_cast<int>(*outcome.verdict) : -1;
    case SymbolRole: return outcome.verdict ? lookOf(*outcome.verdict).symbol : QStringLiteral("○");
    case ToneRole: return static_cast<int>(outcome.verdict ? lookOf(*outcome.verdict).tone : Tone::Neutral);
    case SortRole:
        if (index.column() == ResultColumn)
            return outcome.verdict ? weight(*outcome.verdict) : 9;
        if (index.column() == SecondsColumn)
            return static_cast<qlonglong>(outcome.took.count());
        return cell(index.row(), index.column()).toLower();
    default: return {};
    }
}

QVariant SeriesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case ResultColumn: return tr("Result");
    case SenderColumn: return tr("Sender");
    case AddressColumn: return tr("Sends as");
    case ServerColumn: return tr("Server");
    case AnswerColumn: return tr("What came of it");
    case SecondsColumn: return tr("Seconds");
    default: return {};
    }
}

QString SeriesModel::toText() const
{
    return tableText(*this);
}

} // namespace relaywright
