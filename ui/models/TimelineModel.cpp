// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/TimelineModel.h"

#include "ui/text/TimeText.h"
#include "ui/theme/Theme.h"

#include <algorithm>

namespace relaywright {

namespace {

QString legWord(const QString &leg)
{
    if (leg == QLatin1String("device"))
        //: Between which two a line was spoken.
        return TimelineModel::tr("device – relay");
    if (leg == QLatin1String("upstream"))
        //: Between which two a line was spoken.
        return TimelineModel::tr("relay – smart host");
    return TimelineModel::tr("in the relay");
}

/// Who spoke, as a transcript shows it; what the relay decided stands for itself.
QString arrow(const QString &event)
{
    if (event == QLatin1String("sent"))
        return QStringLiteral("\u25B6 ");
    return event == QLatin1String("received") ? QStringLiteral("\u25C0 ") : QString();
}

QString eventWord(const QString &event)
{
    static const struct {
        const char *event;
        const char *word;
    } words[] = {
        {"accepted", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Accepted")},
        {"deferred", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Will be tried again")},
        {"delivered", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Delivered")},
        {"refused", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Refused")},
        {"in-doubt", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "May arrive twice")},
        {"bounced", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Returned to the sender")},
        {"no-bounce", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Nobody could be told")},
        {"held", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Held")},
        {"released", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Released")},
        {"retried", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Try asked for")},
        {"deleted", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Deleted")},
        {"damaged", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Set aside: it is damaged")},
        {"expired", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "Given up: it waited too long")},
        {"delayed", QT_TRANSLATE_NOOP("relaywright::TimelineModel", "The sender was told that it waits")},
    };
    const auto found = std::ranges::find_if(words, [&](const auto &one) { return event == QLatin1String(one.event); });
    return found == std::end(words) ? event : TimelineModel::tr(found->word);
}

} // namespace

void TimelineModel::setLines(std::vector<MessageTimeline::Line> lines)
{
    if (lines == m_lines)
        return;
    beginResetModel();
    m_lines = std::move(lines);
    endResetModel();
}

int TimelineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int TimelineModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString TimelineModel::text(const MessageTimeline::Line &line, int column) const
{
    if (column == Time)
        return preciseTime(toDateTime(line.at), TimeDetail::Milliseconds);
    if (column == Where)
        return legWord(line.leg);
    if (line.leg != QLatin1String("queue"))
        return arrow(line.event) + line.text;
    return line.text.isEmpty() ? eventWord(line.event) : tr("%1: %2").arg(eventWord(line.event), line.text);
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const MessageTimeline::Line &line = m_lines[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole)
        return text(line, index.column());
    if (role == Qt::ToolTipRole)
        return index.column() == Time ? toDateTime(line.at).toString(Qt::ISODateWithMs) : text(line, index.column());
    if (role == Qt::FontRole)
        return fontFor(index.column() == What && line.leg != QLatin1String("queue") ? FontRole::Fixed : FontRole::Body);
    return {};
}

QVariant TimelineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
    case Time: return tr("Time");
    case Where: return tr("Where");
    case What: return tr("What happened");
    default: return {};
    }
}

} // namespace relaywright
