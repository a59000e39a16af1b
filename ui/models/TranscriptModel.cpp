// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TranscriptModel.h"

#include "ui/text/SiteText.h"

namespace relaywright {

namespace {

// Headings carry this id; a line carries the number of its section.
constexpr quintptr kHeadingId = ~quintptr{0};

double seconds(std::chrono::milliseconds time)
{
    return std::chrono::duration<double>(time).count();
}

} // namespace

void TranscriptModel::clear()
{
    beginResetModel();
    m_sections.clear();
    m_lines.clear();
    m_dropped = 0;
    endResetModel();
}

void TranscriptModel::add(const TranscriptLine &line)
{
    if (m_lines.size() >= kMaxLines) {
        ++m_dropped;
        return;
    }
    std::optional<std::size_t> at = sectionFor(line.stage);
    if (!at) {
        at = m_sections.size();
        beginInsertRows({}, static_cast<int>(*at), static_cast<int>(*at));
        m_sections.push_back({line.stage, {}, {}});
        endInsertRows();
    }
    Section &section = m_sections[*at];
    const QModelIndex heading = index(static_cast<int>(*at), 0);
    const int row = static_cast<int>(section.rows.size());
    const auto before = m_lines.empty() ? std::chrono::milliseconds(0) : m_lines.back().sinceStart;
    beginInsertRows(heading, row, row);
    m_lines.push_back(line);
    section.rows.push_back({m_lines.size() - 1, {}});
    section.spent += line.sinceStart - before;
    endInsertRows();
    // Every share is a part of the whole, so a new line moves them all.
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {ShareRole, DurationRole});
}

std::optional<std::size_t> TranscriptModel::sectionFor(Stage stage) const
{
    const auto inTransaction = [](Stage of) { return of == Stage::Mail || of == Stage::Rcpt || of == Stage::Data; };
    for (std::size_t i = m_sections.size(); i-- > 0;) {
        if (m_sections[i].stage == stage)
            return i;
        if (!inTransaction(stage) || !inTransaction(m_sections[i].stage))
            return std::nullopt;
    }
    return std::nullopt;
}

void TranscriptModel::explainLastRefusal(const QString &explanation)
{
    for (std::size_t s = m_sections.size(); s-- > 0;) {
        std::vector<Row> &rows = m_sections[s].rows;
        for (std::size_t r = rows.size(); r-- > 0;) {
            if (!rows[r].explanation.isEmpty() || !m_lines[rows[r].line].refusal)
                continue;
            const int at = static_cast<int>(r) + 1;
            beginInsertRows(index(static_cast<int>(s), 0), at, at);
            rows.insert(rows.begin() + at, Row{rows[r].line, explanation});
            endInsertRows();
            return;
        }
    }
}

QModelIndex TranscriptModel::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kHeadingId);
}

QModelIndex TranscriptModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kHeadingId)
        return {};
    return createIndex(static_cast<int>(child.internalId()), 0, kHeadingId);
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_sections.size());
    if (parent.internalId() != kHeadingId)
        return 0;
    return static_cast<int>(m_sections[static_cast<std::size_t>(parent.row())].rows.size());
}

int TranscriptModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (index.internalId() == kHeadingId)
        return headingData(m_sections[static_cast<std::size_t>(index.row())], role);
    const Section &section = m_sections[index.internalId()];
    return lineData(section.rows[static_cast<std::size_t>(index.row())], role);
}

QVariant TranscriptModel::headingData(const Section &section, int role) const
{
    const double whole = m_lines.empty() ? 0 : seconds(m_lines.back().sinceStart);
    const double own = seconds(section.spent);
    switch (role) {
    case Qt::DisplayRole:        return stageName(section.stage);
    case Qt::AccessibleTextRole: return tr("%1, %2 seconds").arg(stageName(section.stage)).arg(own, 0, 'f', 2);
    case KindRole:               return static_cast<int>(RowKind::Heading);
    case DurationRole:           return own;
    case ShareRole:              return whole > 0 ? own / whole : 0.0;
    default:                     return {};
    }
}

QVariant TranscriptModel::lineData(const Row &row, int role) const
{
    const TranscriptLine &line = m_lines[row.line];
    const bool explanation = !row.explanation.isEmpty();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:        return explanation ? row.explanation : line.text;
    case Qt::AccessibleTextRole: return explanation ? row.explanation : toText(line);
    case KindRole:               return static_cast<int>(explanation ? RowKind::Explanation : RowKind::Line);
    case DirectionRole:          return static_cast<int>(line.direction);
    case TimeRole:               return seconds(line.sinceStart);
    case TlsRole:                return line.tls;
    case RefusalRole:            return line.refusal;
    default:                     return {};
    }
}

} // namespace relaywright
