// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site/InventoryFacts.h"
#include "ui/engine/Services.h"
#include "ui/widgets/Page.h"

#include <QString>

class QPushButton;
class QStackedWidget;

namespace relaywright {

class BulkForm;
class ImportPanel;
class SenderFilter;
class SenderFilterBar;
class SenderForm;
class SenderModel;
class SenderTable;
class TextLabel;
struct Inventory;

/// The devices and applications of the site: a table that filters, sorts and edits in place; beside it the answers of the
/// selected one, or one answer for many; and the way in for an inventory.
class SendersPage : public Page {
    Q_OBJECT
public:
    explicit SendersPage(Services &services, QWidget *parent = nullptr);
    void selectSender(const QString &id);
    /// Selects the sender and puts the cursor into the answer (a member's name of SenderDraft); false when there is none.
    bool showAnswer(const QString &id, const QString &field);
    void beginImport();
    [[nodiscard]] ImportPanel &importPanel() const { return *m_import; }
    [[nodiscard]] SenderTable &table() const { return *m_table; }

private:
    [[nodiscard]] QWidget *makeOverview();
    void makeEmptyState();
    void refresh();
    void refreshPlan();
    void showSelected();
    void showCounts();
    void filter();
    void store();
    void storeAnswer(const struct Sender &sender);
    void storeForSelected();
    void addSender();
    void removeSelected();
    void import(const Inventory &inventory);
    void endImport();

    Services &m_services;
    SenderModel *m_model;
    SenderFilter *m_filter;
    SenderTable *m_table;
    SenderFilterBar *m_filterBar;
    TextLabel *m_counts;
    QStackedWidget *m_details;
    SenderForm *m_form;
    BulkForm *m_bulk;
    ImportPanel *m_import;
    QStackedWidget *m_stack;
    QPushButton *m_remove;
    QString m_shown;
    bool m_wasPlanning = false;
};

} // namespace relaywright
