// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/QueueEntry.h"

#include <QAbstractTableModel>

namespace relaywright {

/// What happened to one message, line by line, over both legs.
class TimelineModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Where, What, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setLines(std::vector<MessageTimeline::Line> lines);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const MessageTimeline::Line &line, int column) const;
    std::vector<MessageTimeline::Line> m_lines;
};

} // namespace relaywright
