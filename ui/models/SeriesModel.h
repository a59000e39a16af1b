// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/Verification.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace relaywright {

/// The tests of all senders of a site: a row for each sender, with what became of it. Tests of one sender that are
/// repeated share its row, which shows the worst of them.
class SeriesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { ResultColumn, SenderColumn, AnswerColumn, SecondsColumn, AddressColumn, ServerColumn, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1,
        SortRole,
        VerdictRole, ///< int: a Verdict; -1 while there is none
    };
    struct Row {
        QString id;
        QString name;
        QString address;
        QString server;
        QString obstacle; ///< why it cannot be tested; empty: it can
    };

    using QAbstractTableModel::QAbstractTableModel;
    /// Results of rows that stay are kept.
    void setRows(std::vector<Row> rows);
    [[nodiscard]] const std::vector<Row> &rows() const { return m_rows; }
    /// Before a run: nothing is known of these any more, and each will be tested `tests` times.
    void begin(const QStringList &ids, int tests);
    void setRunning(const QString &id);
    void addResult(const QString &id, Verdict verdict, const QString &sentence, std::chrono::milliseconds took);
    void stop(); ///< what waits will not come
    [[nodiscard]] QModelIndex indexOf(const QString &id) const;
    [[nodiscard]] QString sentenceOf(const QModelIndex &index) const;
    [[nodiscard]] int count(Verdict verdict) const;
    [[nodiscard]] int judged() const; ///< rows with any verdict
    /// Tab-separated, with headings.
    [[nodiscard]] QString toText() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    enum class State { Idle, Waiting, Running, Done };
    struct Outcome {
        State state = State::Idle;
        std::optional<Verdict> verdict; ///< the worst
        QString sentence;
        std::chrono::milliseconds took{}; ///< of the last
        int tests = 0;
        int done = 0;
        int good = 0;
    };
    [[nodiscard]] int rowOf(const QString &id) const;
    [[nodiscard]] QString resultText(const Outcome &outcome) const;
    [[nodiscard]] QString cell(int row, int column) const;
    void tell(int row);
    void tellAll();
    std::vector<Row> m_rows;
    std::vector<Outcome> m_outcomes; ///< as many
    QHash<QString, int> m_byId;
};

} // namespace relaywright
