// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Transcript.h"

#include <QAbstractItemModel>

#include <chrono>
#include <deque>
#include <optional>
#include <vector>

namespace relaywright {

/// A conversation as a tree: a heading for each stage in the order in which they were reached, under it the lines, and
/// under a refusal its explanation. Bounded: past `kMaxLines` the rest is counted, not kept.
class TranscriptModel : public QAbstractItemModel {
    Q_OBJECT
public:
    static constexpr std::size_t kMaxLines = 5000;
    enum class RowKind { Heading, Line, Explanation };
    enum Role {
        KindRole = Qt::UserRole + 1, ///< int: RowKind
        DirectionRole,               ///< int: TranscriptLine::Direction
        TimeRole,                    ///< double: seconds since the start
        TlsRole,                     ///< bool
        RefusalRole,                 ///< bool
        ShareRole,                   ///< double 0..1: a heading's share of the whole time
        DurationRole,                ///< double: a heading's seconds
    };

    using QAbstractItemModel::QAbstractItemModel;
    void clear();
    void add(const TranscriptLine &line);
    /// Under the last refusal; does nothing without one.
    void explainLastRefusal(const QString &explanation);
    [[nodiscard]] const Transcript &lines() const { return m_lines; }
    [[nodiscard]] std::size_t dropped() const { return m_dropped; }

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex &child) const override;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Row {
        std::size_t line = 0;
        QString explanation; ///< not empty: the row is one
    };
    struct Section {
        Stage stage = Stage::Connect;
        std::chrono::milliseconds spent{}; ///< the waits before its lines
        std::vector<Row> rows;
    };
    [[nodiscard]] QVariant headingData(const Section &section, int role) const;
    [[nodiscard]] QVariant lineData(const Row &row, int role) const;
    /// Where a line of `stage` belongs: pipelined commands and their replies (RFC 2920) share a heading.
    [[nodiscard]] std::optional<std::size_t> sectionFor(Stage stage) const;

    std::deque<Section> m_sections;
    Transcript m_lines;
    std::size_t m_dropped = 0;
};

} // namespace relaywright
