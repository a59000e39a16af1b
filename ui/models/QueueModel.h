// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/Control.h"

#include <QAbstractTableModel>

#include <vector>

namespace relaywright {

/// The messages that wait in the relay, as last asked. A new answer keeps the rows that stay.
class QueueModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Received, From, To, Size, State, NextAttempt, LastReply, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1 };
    static constexpr std::size_t kMaxRows = 10'000;

    using QAbstractTableModel::QAbstractTableModel;
    void setEntries(std::vector<QueueEntry> entries);
    [[nodiscard]] const std::vector<QueueEntry> &entries() const { return m_entries; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const QueueEntry &entry, int column) const;
    std::vector<QueueEntry> m_entries;
};

/// "queued", "being delivered", "will be tried again", "held" in the user's language.
[[nodiscard]] QString queueStateWord(const QString &state);
/// "14:05" today, "22 Nov 14:05" otherwise; local time.
[[nodiscard]] QString shortTime(TimePoint time);

} // namespace relaywright
