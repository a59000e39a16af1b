// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

class QListWidget;
class QStackedWidget;
class QVBoxLayout;

namespace relaywright {

class SenderPlanView;

/// Which method suits each sender, and why; first of all what holds for the whole site and what is still open.
class PlanPage : public Page {
    Q_OBJECT
public:
    explicit PlanPage(Services &services, QWidget *parent = nullptr);
    void selectSender(const QString &id);

Q_SIGNALS:
    void testRequested(const QString &senderId);

private:
    void refresh();
    void showRow(int row);
    void fillSiteNotes();
    [[nodiscard]] QString currentId() const;
    Services &m_services;
    QListWidget *m_list;
    QStackedWidget *m_stack;
    SenderPlanView *m_view;
    QWidget *m_notes;
    QVBoxLayout *m_notesLayout;
    bool m_refreshing = false;
};

} // namespace relaywright
