// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/DeviceDraft.h"

#include <QJsonObject>
#include <QWidget>

#include <optional>

class QCheckBox;
class QPushButton;
class QTableView;

namespace relaywright {

class DeviceRowForm;
class DeviceRowModel;
class TextLabel;

/// The relay's table of devices: who may send what, and what is done to it. A row with a problem stands in the table as it
/// was, and what was typed for it stays in the form, until the problem is mended.
class DevicePanel : public QWidget {
    Q_OBJECT
public:
    explicit DevicePanel(QWidget *parent = nullptr);
    /// Rows, internal domains, and what the rows may name.
    void setConfig(const RelayConfig &config);
    /// The accounts and ways out that rows may name from now on.
    void setKnown(const std::vector<RelayAccount> &accounts, const QStringList &routes);
    /// The way out has another name, and rows that named it follow; empty: the default way.
    void renameRoute(const QString &from, const QString &to);
    /// The relay's file (RelaySettings.h) with what the table says.
    [[nodiscard]] QJsonObject applied(QJsonObject settings) const;
    /// Chooses the first row whose answers cannot be taken yet; false when there is none.
    bool revealProblem();
    /// Chooses the row and shows the sentence at its question.
    void reveal(int row, const QString &field, const QString &sentence);
    /// A new row for a device at `address`, ready to be named.
    void addRow(const QString &name = {}, const QString &networks = {});
    [[nodiscard]] DeviceRowForm &form() const { return *m_form; }
    [[nodiscard]] QTableView &table() const { return *m_table; }

Q_SIGNALS:
    /// The rows are others than they were.
    void edited();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeBar();
    void showColumns();
    void onSelected();
    void onEdited();
    void remove();
    void move(int by);
    void showRow(int row);
    void showWrong();
    void refresh();
    [[nodiscard]] int current() const;
    [[nodiscard]] QStringList otherNames(int row) const;

    RelayConfig m_config;
    std::vector<std::optional<DeviceDraft>> m_typed; ///< for each row what cannot be taken yet, where there is such
    QCheckBox *m_refuseStrangers;
    DeviceRowModel *m_model;
    TextLabel *m_note;
    QTableView *m_table;
    DeviceRowForm *m_form;
    QWidget *m_formArea;
    QPushButton *m_remove;
    QPushButton *m_up;
    QPushButton *m_down;
};

} // namespace relaywright
