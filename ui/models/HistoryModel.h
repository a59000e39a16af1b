// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/relay/QueueEntry.h"

#include <QAbstractTableModel>

namespace relaywright {

/// What a search in the relay's history found, the youngest first; more comes as the view wants it.
class HistoryModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Received, From, To, Device, State, Reply, ColumnCount };
    static constexpr int kMaxRows = 100'000;

    using QAbstractTableModel::QAbstractTableModel;
    void clear();
    /// The next page of what was asked. The owner asks for one when `pageWanted` is sent.
    void append(const TracePage &page);
    [[nodiscard]] const QueueEntry &entry(int row) const { return m_entries[static_cast<std::size_t>(row)]; }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

Q_SIGNALS:
    /// `next` as in TraceQuery.
    void pageWanted(const QString &next);

private:
    std::vector<QueueEntry> m_entries;
    QString m_next;
    bool m_asked = false;
};

} // namespace relaywright
