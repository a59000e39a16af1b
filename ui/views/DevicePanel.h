// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/DeviceDraft.h"

#include <QWidget>

class QPushButton;
class QTableView;

namespace relaywright {

class DeviceRowForm;
class DeviceRowModel;
class TextLabel;

/// The relay's table of devices: who may send what, and what is done to it. A row with a problem is kept as it was until
/// the problem is mended.
class DevicePanel : public QWidget {
    Q_OBJECT
public:
    explicit DevicePanel(QWidget *parent = nullptr);
    /// Rows, internal domains, and what the rows may name.
    void setConfig(const RelayConfig &config);
    /// Those that rows may name from now on.
    void setAccounts(const std::vector<RelayAccount> &accounts) { m_config.accounts = accounts; }
    /// `config` with what the table says.
    [[nodiscard]] RelayConfig applied(RelayConfig config) const;
    /// A new row for a device at `address`, ready to be named.
    void addRow(const QString &name = {}, const QString &networks = {});
    [[nodiscard]] DeviceRowForm &form() const { return *m_form; }
    [[nodiscard]] QTableView &table() const { return *m_table; }

Q_SIGNALS:
    /// The rows are others than they were.
    void edited();

private:
    QWidget *makeBar();
    void onSelected();
    void onEdited();
    void remove();
    void move(int by);
    void showRow(int row);
    void refresh();
    [[nodiscard]] int current() const;
    [[nodiscard]] QStringList otherNames(int row) const;

    RelayConfig m_config;
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
