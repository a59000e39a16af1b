// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/relay/Control.h"

#include <QAbstractTableModel>

#include <map>
#include <vector>

namespace relaywright {

/// Messages of the relay, as many as there are, in pages: only those that somebody looks at are asked for and kept. Who
/// owns the model answers `pageWanted` with `setPage`.
class MessageModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Received, From, To, Size, State, NextAttempt, LastReply, ColumnCount };
    enum Role { IdRole = Qt::UserRole + 1, KnownRole };
    static constexpr int kPageRows = 200;
    static constexpr std::size_t kMaxPages = 50; ///< the ones looked at longest ago go first

    using QAbstractTableModel::QAbstractTableModel;
    /// `entries` begin at row `offset`, a multiple of kPageRows; `total` is how many rows there are in all.
    void setPage(qint64 offset, qint64 total, std::vector<QueueEntry> entries);
    /// There was no answer; the rows stay as they are and are asked for again after `markStale`.
    void pageFailed(qint64 offset);
    /// No rows; what is on its way is not taken any more until it is asked for again.
    void clear();
    /// What is shown may be out of date: each page is asked for again when it is next looked at. The first one at once, so
    /// that the number of rows is known.
    void markStale();
    /// Nothing while its page has not come.
    [[nodiscard]] const QueueEntry *entry(int row) const;
    /// Where the message is among the pages that are here; -1: elsewhere.
    [[nodiscard]] int rowOf(const QString &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// Never twice for a page that has not come yet.
    void pageWanted(qint64 offset, int limit) const;
    /// Other messages stand in these rows now: what was selected by row is to be found again by id.
    void rowsMoved();

private:
    struct Page {
        std::vector<QueueEntry> entries;
        bool asked = false;
        bool stale = true;
        mutable quint64 lastUse = 0;
    };
    [[nodiscard]] const Page &pageAt(int row) const;
    void setRowCount(int rows);
    void forgetOldPages();
    [[nodiscard]] QString text(const QueueEntry &entry, int column) const;

    mutable std::map<int, Page> m_pages; ///< by number
    mutable quint64 m_uses = 0;
    int m_rows = 0;
};

/// "queued", "being delivered", "will be tried again", "held" in the user's language.
[[nodiscard]] QString queueStateWord(const QString &state);
/// "14:05" today, "22 Nov 14:05" otherwise; local time.
[[nodiscard]] QString shortTime(TimePoint time);

} // namespace relaywright
