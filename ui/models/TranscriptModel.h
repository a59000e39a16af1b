// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/smtp/Transcript.h"

#include <QAbstractListModel>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace relaywright {

/// A conversation as rows: a heading for each stage in the order in which they were reached, under it its lines, and under
/// a refusal its explanation. Headings fold, and a person may look at some stages only. Rows are places in one store of
/// lines; no line is copied for them. Bounded: past `kMaxLines` the rest is counted, not kept.
class TranscriptModel : public QAbstractListModel {
    Q_OBJECT
public:
    static constexpr std::size_t kMaxLines = 100'000;
    enum class RowKind { Heading, Line, Explanation };
    enum Role {
        KindRole = Qt::UserRole + 1, ///< int: RowKind
        DirectionRole,               ///< int: TranscriptLine::Direction
        StageRole,                   ///< int: Stage
        TimeRole,                    ///< double: seconds since the start
        DeltaRole,                   ///< double: seconds since the line before
        TlsRole,                     ///< bool
        RefusalRole,                 ///< bool
        MessageRole,                 ///< bool: stands for the content of the message
        OctetsRole,                  ///< qulonglong: on the wire; 0 for a note
        DecodedRole,                 ///< QString: what its base64 says; empty when there is none
        ShareRole,                   ///< double 0..1: a heading's share of the whole time
        DurationRole,                ///< double: a heading's seconds
        FoldedRole,                  ///< bool: a heading's lines are hidden
        CountRole,                   ///< int: a heading's lines
    };

    explicit TranscriptModel(QObject *parent = nullptr);
    void clear();
    void add(const TranscriptLine &line);
    /// Takes the place of what is shown: a record, an older run.
    void setLines(const Transcript &lines);
    /// Under the last refusal that has none; does nothing without one.
    void explainLastRefusal(const QString &explanation);
    [[nodiscard]] const Transcript &lines() const { return m_lines; }
    [[nodiscard]] std::size_t dropped() const { return m_dropped; }

    [[nodiscard]] RowKind kindOf(int row) const { return m_rows[static_cast<std::size_t>(row)].kind; }
    /// The line of a row, or the one that an explanation explains; nothing for a heading.
    [[nodiscard]] std::optional<std::size_t> lineOf(int row) const;
    [[nodiscard]] std::chrono::milliseconds deltaOf(std::size_t line) const;

    void setFolded(int headingRow, bool folded);
    void setAllFolded(bool folded);
    /// Empty: all of them.
    void setStages(const std::set<Stage> &stages);
    [[nodiscard]] const std::set<Stage> &stages() const { return m_stages; }
    /// In the order in which they were first reached, each once.
    [[nodiscard]] std::vector<Stage> stagesSeen() const;
    /// The row of a line; unfolds its heading, and shows all stages when its own was left out. -1: there is no such line.
    int reveal(std::size_t line);
    /// Lines whose text, or what it decodes to, holds `words` without case; in order.
    [[nodiscard]] std::vector<std::size_t> find(const QString &words) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Row {
        RowKind kind = RowKind::Heading;
        std::uint32_t section = 0;
        std::uint32_t line = 0;
    };
    struct Section {
        Stage stage = Stage::Connect;
        std::chrono::milliseconds spent{}; ///< the waits before its lines
        std::vector<std::uint32_t> lines;
        bool folded = false;
        int firstRow = 0; ///< of its heading; meaningless while its stage is left out
        int rows = 0;     ///< shown now, with the heading
    };
    [[nodiscard]] bool isShown(const Section &section) const
    {
        return m_stages.empty() || m_stages.contains(section.stage);
    }
    [[nodiscard]] std::vector<Row> rowsOf(std::size_t section) const;
    void insertRows(std::size_t section, int at, const std::vector<Row> &rows);
    void rebuild();
    void addToStore(const TranscriptLine &line, bool tell);
    [[nodiscard]] QVariant headingData(const Section &section, int role) const;
    [[nodiscard]] QVariant lineData(std::size_t line, int role) const;
    [[nodiscard]] QString spoken(std::size_t line) const;
    [[nodiscard]] QString particulars(std::size_t line) const;
    /// Where a line of `stage` belongs: pipelined commands and their replies (RFC 2920) share a heading.
    [[nodiscard]] std::optional<std::size_t> sectionFor(Stage stage) const;

    std::vector<Section> m_sections;
    Transcript m_lines;
    std::vector<std::uint32_t> m_sectionOf; ///< as many as lines
    std::map<std::uint32_t, QString> m_explanations;
    std::vector<Row> m_rows;
    std::set<Stage> m_stages;
    std::size_t m_dropped = 0;
    QTimer m_shares;
};

} // namespace relaywright
