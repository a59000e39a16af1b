// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <vector>

class QListWidget;
class QPushButton;

namespace relaywright {

class TextLabel;

/// A few rows at the left, the form of the chosen one at the right, and above them what can be done with rows. Its owner has
/// the rows.
class RowEditor : public QWidget {
    Q_OBJECT
public:
    struct Row {
        QString title;
        QString subtitle;
        bool isWrong = false;
        bool operator==(const Row &) const = default;
    };
    /// What may be done with the chosen row.
    struct Allowed {
        bool remove = false;
        bool up = false;
        bool down = false;
    };
    /// `add` stands on the button; `nothing` in place of the form while no row is chosen; `name` is for screen readers.
    RowEditor(const QString &add, const QString &name, const QString &nothing, QWidget *form,
              QWidget *parent = nullptr);
    /// The chosen row stays the one with its number.
    void setRows(const std::vector<Row> &rows);
    void setAllowed(const Allowed &allowed);
    void choose(int row);
    /// -1: none.
    [[nodiscard]] int chosenRow() const;
    [[nodiscard]] QListWidget &list() const { return *m_list; }

Q_SIGNALS:
    void addRequested();
    void removeRequested(int row);
    /// `by` is -1 or 1.
    void moveRequested(int row, int by);
    /// -1: none.
    void chosen(int row);

private:
    QWidget *makeBar(const QString &add);
    void onChosen();

    QListWidget *m_list;
    QWidget *m_formArea;
    TextLabel *m_nothing;
    QPushButton *m_remove;
    QPushButton *m_up;
    QPushButton *m_down;
};

} // namespace relaywright
