// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/drafts/ImportDraft.h"
#include "ui/text/SenderText.h"

#include <QWidget>

#include <optional>

class QCheckBox;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTableWidget;

namespace relaywright {

class InlineMessage;
class SenderModel;
class TextLabel;

/// The way of an inventory into the site, in the window: a file or pasted rows, what each column is, what was understood,
/// which lines are left out and why.
class ImportPanel : public QWidget {
    Q_OBJECT
public:
    explicit ImportPanel(QWidget *parent = nullptr);
    /// Begins anew, for a site that has `site`'s senders already.
    void begin(const Site &site);
    void readFile(const QString &path);
    void readText(const QString &pasted);
    /// What an import would bring now; nothing before there is a text, or while no column is the name.
    [[nodiscard]] const std::optional<Inventory> &inventory() const { return m_inventory; }
    [[nodiscard]] const std::optional<ImportDraft> &draft() const { return m_draft; }

Q_SIGNALS:
    void importRequested(const relaywright::Inventory &inventory);
    void cancelled();

private:
    [[nodiscard]] QWidget *makeSource();
    [[nodiscard]] QWidget *makeMapping();
    void chooseFile();
    void take(const Result<ImportDraft> &draft);
    void setDraft(const ImportDraft &draft);
    void fillColumns();
    void setColumn(int row, int choice);
    void readAgain();
    void showInventory();
    void showRemarks();

    SenderText m_words;
    Site m_site;
    std::optional<ImportDraft> m_draft;
    std::optional<Inventory> m_inventory;
    InlineMessage *m_message;
    QStackedWidget *m_stack;
    QPlainTextEdit *m_paste;
    TextLabel *m_source;
    QTableWidget *m_columns;
    QCheckBox *m_headings;
    QCheckBox *m_leaveOut;
    TextLabel *m_understood;
    SenderModel *m_preview;
    QTableView *m_previewTable;
    TextLabel *m_remarksHeading;
    QPlainTextEdit *m_remarks;
    QPushButton *m_copyRemarks;
    QPushButton *m_import;
};

} // namespace relaywright
