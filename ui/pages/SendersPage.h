// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

#include <QString>

class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace relaywright {

class SenderForm;
class SenderModel;

/// The devices and applications of the site: a table that filters and sorts, and the selected one's answers beside it.
class SendersPage : public Page {
    Q_OBJECT
public:
    explicit SendersPage(Services &services, QWidget *parent = nullptr);
    void selectSender(const QString &id);

private:
    void build();
    void refresh();
    void showSelected();
    void store();
    void addSender();
    void removeSelected();
    [[nodiscard]] QString currentId() const;

    Services &m_services;
    SenderModel *m_model;
    QSortFilterProxyModel *m_filter;
    QLineEdit *m_filterEdit;
    QTableView *m_table;
    QStackedWidget *m_details;
    SenderForm *m_form;
    QPushButton *m_remove;
    QString m_shown;
};

} // namespace relaywright
