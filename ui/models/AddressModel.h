// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/verify/AddressExistence.h"

#include <QAbstractTableModel>
#include <QHash>

#include <optional>
#include <vector>

namespace relaywright {

/// The addresses of a site, what each is used for, and what the server of its domain says about it.
class AddressModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { VerdictColumn, AddressColumn, UsesColumn, SeenColumn, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole + 1,
        VerdictRole,  ///< int: an AddressAnswer::Verdict; -1 while there is none
        SentenceRole, ///< what the answer means; empty while there is none
    };

    using QAbstractTableModel::QAbstractTableModel;
    /// Answers about addresses that stay are kept.
    void setQuestions(const std::vector<AddressQuestion> &questions);
    [[nodiscard]] std::vector<AddressQuestion> questions() const;
    void clearAnswers();
    void setAnswer(const AddressAnswer &answer);
    [[nodiscard]] int count(AddressAnswer::Verdict verdict) const;
    [[nodiscard]] int answered() const;
    /// Tab-separated, with headings.
    [[nodiscard]] QString toText() const;
    /// As the table and its filter say it, translated.
    [[nodiscard]] static QString wordOf(AddressAnswer::Verdict verdict);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        AddressQuestion question;
        std::optional<AddressAnswer> answer;
    };
    [[nodiscard]] QString cell(const Row &row, int column) const;
    std::vector<Row> m_rows;
    QHash<EmailAddress, int> m_rowOf;
};

} // namespace relaywright
