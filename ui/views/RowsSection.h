// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/RowEditor.h"
#include "ui/views/SettingsSection.h"

#include <functional>
#include <set>

namespace relaywright {

/// A section of rows: listeners, smart hosts, signings. The way out of a row is a member `route` of what its form sees.
class RowsSection : public SettingsSection {
    Q_OBJECT
public:
    /// What makes one list differ from another.
    struct Kind {
        RelaySection section{};
        QString add;     ///< on the button
        QString name;    ///< of the list, for screen readers
        QString nothing; ///< while no row is chosen
        std::function<SettingsRows(const QJsonObject &settings)> rows;
        std::function<void(QJsonObject &settings, const SettingsRows &rows)> put;
        /// The `index`-th of its way.
        std::function<RowEditor::Row(const SettingsRow &row, int index)> describe;
        std::function<SettingsRow()> fresh;
        int least = 0;          ///< of the default way: so many stay
        QString first;          ///< the question that a fresh row begins with
        bool makesWays = false; ///< its rows are what a way out is made of
    };
    RowsSection(Kind kind, MemberForm *form, QWidget *parent = nullptr);
    void load(const QJsonObject &settings) override;
    [[nodiscard]] QJsonObject saved(const QJsonObject &settings) const override;
    void reveal(const SettingsProblem &problem) override;
    [[nodiscard]] bool isWrong() const override;
    /// What was typed is a whole answer, also while its field has the keyboard. A way whose last row names another way now
    /// is that way by a new name.
    void commit();
    [[nodiscard]] RowEditor &editor() const { return *m_editor; }
    [[nodiscard]] MemberForm &form() const { return *m_form; }
    [[nodiscard]] const SettingsRows &rows() const { return m_rows; }

Q_SIGNALS:
    /// The file as it is now, for a form that offers what stands elsewhere in it.
    void shown(const QJsonObject &settings);
    /// What names the way elsewhere in the file is to follow (`renameWay`).
    void wayRenamed(const QString &from, const QString &to);

private:
    void showRow(int row);
    void onEdited();
    void add();
    void remove(int row);
    void move(int row, int by);
    void changed();
    void look();
    /// Of the same way, in that direction; -1: there is none.
    [[nodiscard]] int neighbour(int row, int by) const;

    Kind m_kind;
    MemberForm *m_form;
    RowEditor *m_editor;
    QJsonObject m_settings;
    SettingsRows m_rows;
    std::vector<std::optional<SettingsProblem>> m_problems;
    QString m_way;         ///< of the row that is shown, as it was before it was typed
    std::set<int> m_fresh; ///< rows that nobody has typed in yet: nothing is wrong with them yet
};

} // namespace relaywright
