// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/FindingModel.h"

#include "ui/text/FindingText.h"
#include "ui/widgets/RowDelegate.h"

#include <algorithm>
#include <map>

namespace relaywright {

namespace {

constexpr quintptr kHeadingId = static_cast<quintptr>(-1);
constexpr int kStateKey = 100;

std::size_t stateOf(const CheckLine &line)
{
    const auto at = std::ranges::find(FindingModel::kStates, line.verdict());
    return static_cast<std::size_t>(at - FindingModel::kStates.begin());
}

bool mentions(const CheckLine &line, const QStringList &words)
{
    return std::ranges::all_of(words, [&line](const QString &word) {
        const auto has = [&word](const QString &text) { return text.contains(word, Qt::CaseInsensitive); };
        if (has(line.check.title) || has(line.check.id))
            return true;
        if (!line.finding)
            return false;
        return has(line.finding->title) || has(line.finding->seen) || has(line.finding->todo)
               || std::ranges::any_of(line.finding->evidence, [&has](const Evidence &evidence) {
                      return has(evidence.question) || has(evidence.answer) || has(evidence.server);
                  });
    });
}

Topic topicOfId(const QString &id)
{
    return parseTopic(id.section(u'.', 0, 0)).value_or(Topic::Reach);
}

} // namespace

void FindingModel::setChecks(const std::vector<Check> &checks)
{
    m_lines.clear();
    m_byId.clear();
    for (const Check &check : checks)
        append({.check = check});
    m_driftCount = 0;
    showRows();
}

void FindingModel::append(CheckLine line)
{
    m_byId.insert(line.check.id, m_lines.size());
    m_lines.push_back(std::move(line));
}

void FindingModel::take(const std::vector<Finding> &findings)
{
    std::vector<std::size_t> changed;
    const std::size_t before = m_lines.size();
    for (const Finding &finding : findings) {
        if (!m_byId.contains(finding.id))
            append({.check = {.id = finding.id, .topic = finding.topic, .title = finding.title}});
        const std::size_t at = m_byId.value(finding.id);
        m_lines[at].finding = finding;
        m_lines[at].looking = false;
        changed.push_back(at);
    }
    // Under headings of verdicts a line moves; under those of topics it stays where it is, unless a filter looks at it.
    const bool moves = m_wanted.order == Order::Worst || m_wanted.state || !m_wanted.words.isEmpty();
    if (moves || m_lines.size() != before)
        return showRows();
    recount();
    refreshShown(changed);
}

void FindingModel::refreshShown(const std::vector<std::size_t> &changed)
{
    // One signal for each heading, from the first to the last line that changed under it.
    std::map<int, std::pair<int, int>> ranges;
    for (const std::size_t at : changed) {
        const QModelIndex &shown = m_shownAt[at];
        if (!shown.isValid())
            continue;
        auto [range, isNew] = ranges.try_emplace(static_cast<int>(shown.internalId()), shown.row(), shown.row());
        range->second = {std::min(range->second.first, shown.row()), std::max(range->second.second, shown.row())};
    }
    for (const auto &[heading, range] : ranges) {
        const QModelIndex parent = index(heading, 0);
        Q_EMIT dataChanged(index(range.first, 0, parent), index(range.second, 0, parent));
        Q_EMIT dataChanged(parent, parent);
    }
}

void FindingModel::setLooking(const QString &id, bool looking)
{
    const auto at = m_byId.constFind(id);
    if (at == m_byId.cend() || m_lines[*at].looking == looking)
        return;
    m_lines[*at].looking = looking;
    refreshShown({*at});
}

void FindingModel::endLooking()
{
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        if (std::exchange(m_lines[i].looking, false))
            changed.push_back(i);
    }
    refreshShown(changed);
}

void FindingModel::setDrifts(const std::vector<Drift> &drifts)
{
    std::erase_if(m_lines, [](const CheckLine &line) { return line.gone; });
    m_byId.clear();
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i].drift.reset();
        m_byId.insert(m_lines[i].check.id, i);
    }
    for (const Drift &drift : drifts) {
        if (!m_byId.contains(drift.id))
            append({.check = {.id = drift.id, .topic = topicOfId(drift.id), .title = drift.title}, .gone = true});
        m_lines[m_byId.value(drift.id)].drift = drift;
    }
    m_driftCount = static_cast<int>(drifts.size());
    showRows();
}

void FindingModel::setWanted(const Wanted &wanted)
{
    if (m_wanted == wanted)
        return;
    m_wanted = wanted;
    showRows();
}

bool FindingModel::isShown(const CheckLine &line) const
{
    if (m_wanted.onlyChanged ? !line.drift : line.gone)
        return false;
    if (m_wanted.state && (line.gone || stateOf(line) != *m_wanted.state))
        return false;
    return m_wanted.words.isEmpty() || mentions(line, m_wanted.words.split(u' ', Qt::SkipEmptyParts));
}

std::vector<FindingModel::Heading> FindingModel::wantedHeadings() const
{
    std::map<int, Heading> byKey;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const CheckLine &line = m_lines[i];
        if (!isShown(line))
            continue;
        const std::size_t state = stateOf(line);
        const int key = m_wanted.order == Order::Topic ? static_cast<int>(line.check.topic)
                                                       : kStateKey + static_cast<int>(state);
        byKey[key].lines.push_back(i);
    }
    std::vector<Heading> headings;
    for (auto &[key, heading] : byKey) {
        heading.key = key;
        headings.push_back(std::move(heading));
    }
    return headings;
}

void FindingModel::recount()
{
    m_counts = {};
    for (const CheckLine &line : m_lines) {
        if (!line.gone)
            ++m_counts[stateOf(line)];
    }
    for (Heading &heading : m_headings) {
        heading.counts = {};
        for (const std::size_t at : heading.lines)
            ++heading.counts[stateOf(m_lines[at])];
    }
}

void FindingModel::showRows()
{
    beginResetModel();
    m_headings = wantedHeadings();
    m_shownAt.assign(m_lines.size(), {});
    for (std::size_t heading = 0; heading < m_headings.size(); ++heading) {
        const std::vector<std::size_t> &lines = m_headings[heading].lines;
        for (std::size_t row = 0; row < lines.size(); ++row)
            m_shownAt[lines[row]] = createIndex(static_cast<int>(row), 0, heading);
    }
    recount();
    endResetModel();
}

const CheckLine *FindingModel::line(const QModelIndex &index) const
{
    if (!index.isValid() || index.internalId() == kHeadingId)
        return nullptr;
    return &m_lines[m_headings[index.internalId()].lines[static_cast<std::size_t>(index.row())]];
}

const CheckLine *FindingModel::line(const QString &id) const
{
    const auto at = m_byId.constFind(id);
    return at == m_byId.cend() ? nullptr : &m_lines[*at];
}

QModelIndex FindingModel::indexOf(const QString &id) const
{
    const auto at = m_byId.constFind(id);
    return at == m_byId.cend() ? QModelIndex() : m_shownAt[*at];
}

QModelIndex FindingModel::firstLine() const
{
    return m_headings.empty() ? QModelIndex() : index(0, 0, index(0, 0));
}

int FindingModel::headingOf(const QModelIndex &index) const
{
    return index.isValid() && index.internalId() == kHeadingId ? m_headings[static_cast<std::size_t>(index.row())].key
                                                               : -1;
}

int FindingModel::lineCount() const
{
    int all = 0;
    for (const int state : m_counts)
        all += state;
    return all;
}

int FindingModel::shownCount() const
{
    int shown = 0;
    for (const Heading &heading : m_headings)
        shown += static_cast<int>(heading.lines.size());
    return shown;
}

std::vector<Finding> FindingModel::findings() const
{
    std::vector<Finding> all;
    for (const CheckLine &line : m_lines) {
        if (line.finding)
            all.push_back(*line.finding);
    }
    return all;
}

QString FindingModel::toText() const
{
    QStringList blocks;
    for (const Heading &heading : m_headings) {
        blocks += headingData(heading, Qt::DisplayRole).toString().toUpper() + u'\n';
        for (const std::size_t at : heading.lines) {
            const CheckLine &line = m_lines[at];
            blocks += line.finding
                ? relaywright::toText(*line.finding)
                : QStringLiteral("%1: %2\n").arg(line.gone ? driftWord(Drift::Kind::Gone) : lookOf(line.verdict()).word,
                                                 line.check.title);
        }
    }
    return blocks.join(u'\n');
}

QModelIndex FindingModel::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) : kHeadingId);
}

QModelIndex FindingModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || child.internalId() == kHeadingId)
        return {};
    return createIndex(static_cast<int>(child.internalId()), 0, kHeadingId);
}

int FindingModel::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return static_cast<int>(m_headings.size());
    if (parent.internalId() != kHeadingId)
        return 0;
    return static_cast<int>(m_headings[static_cast<std::size_t>(parent.row())].lines.size());
}

int FindingModel::columnCount(const QModelIndex &) const
{
    return 1;
}

QVariant FindingModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const CheckLine *shown = line(index);
    return shown ? lineData(*shown, role) : headingData(m_headings[static_cast<std::size_t>(index.row())], role);
}

QVariant FindingModel::headingData(const Heading &heading, int role) const
{
    const QString name = heading.key < kStateKey
        ? topicName(static_cast<Topic>(heading.key))
        : lookOf(kStates[static_cast<std::size_t>(heading.key - kStateKey)]).word;
    switch (role) {
    case Qt::DisplayRole: return name;
    case HeadingRole:     return true;
    case CountsRole:      return QVariantList(heading.counts.begin(), heading.counts.end());
    case Qt::AccessibleTextRole: {
        QStringList parts{name};
        for (std::size_t state = 0; state < kStates.size(); ++state) {
            if (heading.counts[state] > 0)
                parts += tr("%1: %2").arg(lookOf(kStates[state]).word).arg(heading.counts[state]);
        }
        return parts.join(QLatin1String(", "));
    }
    default: return {};
    }
}

QVariant FindingModel::lineData(const CheckLine &line, int role) const
{
    const VerdictLook look = lookOf(line.verdict());
    const QString state = line.looking ? tr("Looking again…")
        : line.gone                    ? driftWord(Drift::Kind::Gone)
                                       : look.word;
    const QString drift = line.drift && !line.gone ? driftWord(line.drift->kind) : QString();
    const QString subtitle = drift.isEmpty() ? state : tr("%1 · %2 since the older run").arg(state, drift);
    const QString title = line.finding ? line.finding->title : line.check.title;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:        return title;
    case Qt::AccessibleTextRole: return tr("%1: %2").arg(subtitle, title);
    case SymbolRole:             return line.looking ? lookOf(std::nullopt).symbol : look.symbol;
    case ToneRole:               return static_cast<int>(line.looking ? Tone::Neutral : look.tone);
    case SubtitleRole:           return subtitle;
    case IdRole:                 return line.check.id;
    case LookingRole:            return line.looking;
    case DriftRole:              return drift;
    default:                     return {};
    }
}

} // namespace relaywright
