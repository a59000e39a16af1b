// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

class QLineEdit;
class QListView;
class QPushButton;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace relaywright {

class CompareModel;
class SenderFilter;
class SenderModel;
class SenderPlanView;

/// Which method suits each sender, and why; all methods side by side; what holds for the whole site and what is still open.
class PlanPage : public Page {
    Q_OBJECT
public:
    explicit PlanPage(Services &services, QWidget *parent = nullptr);
    void prepare() override;
    void selectSender(const QString &id);
    void showWholeSite();
    /// All methods of the selected sender as a table, or the explanation of the chosen one.
    void showComparison(bool shown);
    [[nodiscard]] const CompareModel &comparison() const { return *m_compareModel; }

Q_SIGNALS:
    void testRequested(const QString &senderId);
    /// The person wants to give an answer: `organisation.mxHost`, `networks[main].egress`, `senders[scanner].tls`.
    void answerRequested(const QString &path);

private:
    [[nodiscard]] QWidget *makeList();
    [[nodiscard]] QWidget *makeComparison();
    void refresh();
    void showSelected();
    void fillSiteNotes();
    void copy();
    [[nodiscard]] QString currentId() const;

    Services &m_services;
    SenderModel *m_model;
    SenderFilter *m_filter;
    QLineEdit *m_filterEdit;
    QListView *m_list;
    QPushButton *m_site;
    QPushButton *m_compare;
    QStackedWidget *m_stack;
    SenderPlanView *m_view;
    CompareModel *m_compareModel;
    QTableView *m_compareTable;
    QWidget *m_notes;
    QVBoxLayout *m_notesLayout;
    bool m_isStale = true;
    bool m_saysPlanning = false;
};

} // namespace relaywright
