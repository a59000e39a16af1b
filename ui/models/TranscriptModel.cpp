// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TranscriptModel.h"

#include "ui/text/SiteText.h"

#include <QLocale>
#include <QStringMatcher>

#include <algorithm>

namespace relaywright {

namespace {

double seconds(std::chrono::milliseconds time)
{
    return std::chrono::duration<double>(time).count();
}

QString spokenDirection(TranscriptLine::Direction direction)
{
    switch (direction) {
    case TranscriptLine::Direction::Sent: return TranscriptModel::tr("sent");
    case TranscriptLine::Direction::Received: return TranscriptModel::tr("received");
    case TranscriptLine::Direction::Note: return TranscriptModel::tr("note");
    }
    Q_UNREACHABLE();
}

} // namespace

TranscriptModel::TranscriptModel(QObject *parent) : QAbstractListModel(parent)
{
    // Every share is a part of the whole, so a new line moves them all: told once for many lines.
    m_shares.setSingleShot(true);
    m_shares.setInterval(100);
    connect(&m_shares, &QTimer::timeout, this, [this] {
        for (const Section &section : m_sections) {
            if (section.rows > 0)
                Q_EMIT dataChanged(index(section.firstRow), index(section.firstRow),
                                   {ShareRole, DurationRole, CountRole});
        }
    });
}

void TranscriptModel::clear()
{
    setLines({});
}

void TranscriptModel::setLines(const Transcript &lines)
{
    beginResetModel();
    m_sections.clear();
    m_lines.clear();
    m_sectionOf.clear();
    m_explanations.clear();
    m_rows.clear();
    m_stages.clear();
    m_dropped = 0;
    for (const TranscriptLine &line : lines)
        addToStore(line, false);
    rebuild();
    endResetModel();
}

void TranscriptModel::add(const TranscriptLine &line)
{
    addToStore(line, true);
}

void TranscriptModel::addToStore(const TranscriptLine &line, bool tell)
{
    if (m_lines.size() >= kMaxLines) {
        ++m_dropped;
        return;
    }
    std::optional<std::size_t> at = sectionFor(line.stage);
    const bool fresh = !at;
    if (fresh) {
        at = m_sections.size();
        m_sections.push_back({.stage = line.stage});
        m_sections.back().firstRow = static_cast<int>(m_rows.size());
    }
    const auto number = static_cast<std::uint32_t>(m_lines.size());
    Section &section = m_sections[*at];
    section.spent += line.sinceStart - (m_lines.empty() ? std::chrono::milliseconds(0) : m_lines.back().sinceStart);
    section.lines.push_back(number);
    m_lines.push_back(line);
    m_sectionOf.push_back(static_cast<std::uint32_t>(*at));
    if (!tell)
        return;
    const Row row{RowKind::Line, static_cast<std::uint32_t>(*at), number};
    if (fresh && isShown(section))
        insertRows(*at, 0, {Row{RowKind::Heading, row.section, 0}, row});
    else if (isShown(section) && !section.folded)
        insertRows(*at, section.rows, {row});
    if (!m_shares.isActive())
        m_shares.start();
}

void TranscriptModel::insertRows(std::size_t section, int at, const std::vector<Row> &rows)
{
    const int first = m_sections[section].firstRow + at;
    const int count = static_cast<int>(rows.size());
    beginInsertRows({}, first, first + count - 1);
    m_rows.insert(m_rows.begin() + first, rows.begin(), rows.end());
    m_sections[section].rows += count;
    for (std::size_t later = section + 1; later < m_sections.size(); ++later)
        m_sections[later].firstRow += count;
    endInsertRows();
}

std::vector<TranscriptModel::Row> TranscriptModel::rowsOf(std::size_t section) const
{
    const auto number = static_cast<std::uint32_t>(section);
    std::vector<Row> rows{Row{RowKind::Heading, number, 0}};
    if (m_sections[section].folded)
        return rows;
    for (const std::uint32_t line : m_sections[section].lines) {
        rows.push_back({RowKind::Line, number, line});
        if (m_explanations.contains(line))
            rows.push_back({RowKind::Explanation, number, line});
    }
    return rows;
}

void TranscriptModel::rebuild()
{
    m_rows.clear();
    for (std::size_t s = 0; s < m_sections.size(); ++s) {
        Section &section = m_sections[s];
        section.firstRow = static_cast<int>(m_rows.size());
        section.rows = 0;
        if (!isShown(section))
            continue;
        const std::vector<Row> rows = rowsOf(s);
        section.rows = static_cast<int>(rows.size());
        m_rows.insert(m_rows.end(), rows.begin(), rows.end());
    }
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
    for (std::size_t l = m_lines.size(); l-- > 0;) {
        const auto line = static_cast<std::uint32_t>(l);
        if (!m_lines[l].refusal || m_explanations.contains(line))
            continue;
        m_explanations.emplace(line, explanation);
        const std::size_t section = m_sectionOf[l];
        const auto shown = std::ranges::find_if(
            m_rows, [line](const Row &row) { return row.kind == RowKind::Line && row.line == line; });
        if (shown != m_rows.end()) {
            const int row = static_cast<int>(shown - m_rows.begin()) - m_sections[section].firstRow;
            insertRows(section, row + 1, {Row{RowKind::Explanation, m_sectionOf[l], line}});
        }
        return;
    }
}

std::optional<std::size_t> TranscriptModel::lineOf(int row) const
{
    if (row < 0 || row >= rowCount() || kindOf(row) == RowKind::Heading)
        return std::nullopt;
    return m_rows[static_cast<std::size_t>(row)].line;
}

std::chrono::milliseconds TranscriptModel::deltaOf(std::size_t line) const
{
    return line == 0 ? m_lines[line].sinceStart : m_lines[line].sinceStart - m_lines[line - 1].sinceStart;
}

void TranscriptModel::setFolded(int headingRow, bool folded)
{
    if (headingRow < 0 || headingRow >= rowCount() || kindOf(headingRow) != RowKind::Heading)
        return;
    const std::size_t at = m_rows[static_cast<std::size_t>(headingRow)].section;
    Section &section = m_sections[at];
    if (section.folded == folded)
        return;
    section.folded = folded;
    if (folded && section.rows > 1) {
        const int count = section.rows - 1;
        beginRemoveRows({}, headingRow + 1, headingRow + count);
        m_rows.erase(m_rows.begin() + headingRow + 1, m_rows.begin() + headingRow + 1 + count);
        section.rows = 1;
        for (std::size_t later = at + 1; later < m_sections.size(); ++later)
            m_sections[later].firstRow -= count;
        endRemoveRows();
    } else if (!folded) {
        std::vector<Row> rows = rowsOf(at);
        rows.erase(rows.begin());
        insertRows(at, 1, rows);
    }
    Q_EMIT dataChanged(index(headingRow), index(headingRow), {FoldedRole});
}

void TranscriptModel::setAllFolded(bool folded)
{
    beginResetModel();
    for (Section &section : m_sections)
        section.folded = folded;
    rebuild();
    endResetModel();
}

void TranscriptModel::setStages(const std::set<Stage> &stages)
{
    if (stages == m_stages)
        return;
    beginResetModel();
    m_stages = stages;
    rebuild();
    endResetModel();
}

std::vector<Stage> TranscriptModel::stagesSeen() const
{
    std::vector<Stage> seen;
    for (const Section &section : m_sections) {
        if (std::ranges::find(seen, section.stage) == seen.end())
            seen.push_back(section.stage);
    }
    return seen;
}

int TranscriptModel::reveal(std::size_t line)
{
    if (line >= m_lines.size())
        return -1;
    const std::size_t at = m_sectionOf[line];
    if (!isShown(m_sections[at]))
        setStages({});
    setFolded(m_sections[at].firstRow, false);
    const auto begin = m_rows.begin() + m_sections[at].firstRow;
    const auto found = std::find_if(begin, begin + m_sections[at].rows,
                                    [line](const Row &row) { return row.kind == RowKind::Line && row.line == line; });
    return static_cast<int>(found - m_rows.begin());
}

std::vector<std::size_t> TranscriptModel::find(const QString &words) const
{
    std::vector<std::size_t> found;
    if (words.isEmpty())
        return found;
    const QStringMatcher matcher(words, Qt::CaseInsensitive);
    for (std::size_t line = 0; line < m_lines.size(); ++line) {
        if (matcher.indexIn(m_lines[line].text) >= 0 || matcher.indexIn(m_lines[line].decoded) >= 0)
            found.push_back(line);
    }
    return found;
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == KindRole)
        return static_cast<int>(row.kind);
    if (role == StageRole)
        return static_cast<int>(m_sections[row.section].stage);
    if (row.kind == RowKind::Heading)
        return headingData(m_sections[row.section], role);
    if (row.kind == RowKind::Explanation
        && (role == Qt::DisplayRole || role == Qt::AccessibleTextRole || role == Qt::ToolTipRole))
        return m_explanations.at(row.line);
    return lineData(row.line, role);
}

QVariant TranscriptModel::headingData(const Section &section, int role) const
{
    const double whole = m_lines.empty() ? 0 : seconds(m_lines.back().sinceStart);
    const double own = seconds(section.spent);
    const int count = static_cast<int>(section.lines.size());
    switch (role) {
    case Qt::DisplayRole: return stageName(section.stage);
    case Qt::AccessibleTextRole:
        return (section.folded ? tr("%1, %2 seconds, %n line(s), folded", nullptr, count)
                               : tr("%1, %2 seconds, %n line(s)", nullptr, count))
            .arg(stageName(section.stage), QLocale().toString(own, 'f', 2));
    case DurationRole: return own;
    case ShareRole: return whole > 0 ? own / whole : 0.0;
    case FoldedRole: return section.folded;
    case CountRole: return count;
    default: return {};
    }
}

QVariant TranscriptModel::lineData(std::size_t number, int role) const
{
    const TranscriptLine &line = m_lines[number];
    switch (role) {
    case Qt::DisplayRole: return line.text;
    case Qt::AccessibleTextRole: return spoken(number);
    case Qt::ToolTipRole: return particulars(number);
    case DirectionRole: return static_cast<int>(line.direction);
    case TimeRole: return seconds(line.sinceStart);
    case DeltaRole: return seconds(deltaOf(number));
    case TlsRole: return line.tls;
    case RefusalRole: return line.refusal;
    case MessageRole: return line.message;
    case OctetsRole: return static_cast<qulonglong>(line.octets);
    case DecodedRole: return line.decoded;
    default: return {};
    }
}

QString TranscriptModel::spoken(std::size_t number) const
{
    const TranscriptLine &line = m_lines[number];
    QStringList parts{tr("%1 after %2 seconds")
                          .arg(spokenDirection(line.direction), QLocale().toString(seconds(line.sinceStart), 'f', 3))};
    if (line.tls)
        parts += tr("encrypted");
    if (line.refusal)
        parts += tr("a refusal");
    parts += line.text;
    if (!line.decoded.isEmpty())
        parts += tr("decoded: %1").arg(line.decoded);
    return parts.join(QLatin1String(", "));
}

QString TranscriptModel::particulars(std::size_t number) const
{
    const TranscriptLine &line = m_lines[number];
    const QLocale locale;
    QStringList parts{
        stageName(line.stage),
        tr("%1 s, %2 s after the line before")
            .arg(locale.toString(seconds(line.sinceStart), 'f', 3), locale.toString(seconds(deltaOf(number)), 'f', 3)),
        line.tls ? tr("encrypted") : tr("not encrypted")};
    if (line.octets > 0)
        parts += tr("%n octet(s) on the wire", nullptr,
                    static_cast<int>(std::min<std::uint64_t>(line.octets, 2'000'000'000)));
    return parts.join(QLatin1String(" · "));
}

} // namespace relaywright
