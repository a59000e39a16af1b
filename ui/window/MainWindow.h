// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/engine/Services.h"

#include <QHash>
#include <QMainWindow>
#include <QPointer>

class QAction;
class QMenu;
class QStackedWidget;

namespace relaywright {

class AccountsPage;
class ApplyPage;
class CheckPage;
class HeaderStrip;
class InlineMessage;
class Page;
class PlanPage;
class PracticePage;
class Rail;
class RelayPage;
class SendersPage;
class SitePage;
class SiteWizard;
class StartPage;
class TestPage;

/// The window: rail, header strip, pages, and the file and edit commands. Its owner decides what closing and quitting
/// mean: `closed` and `quitRequested` are facts and wishes.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Services &services, QWidget *parent = nullptr);
    ~MainWindow() override;

    /// "start", "site", "senders", "plan", "apply", "check", "test", "relay", "practice", "accounts".
    void showPage(const QString &id);
    [[nodiscard]] QString currentPage() const;
    /// Opens the wizard without blocking; on acceptance its site becomes the open one.
    SiteWizard *openWizard();
    void openFile(const QString &path);
    /// Goes to the answer that an open question asks for: `organisation.mxHost`, `networks[main].egress`,
    /// `senders[scanner].tls`.
    void showAnswer(const QString &path);
    /// Where a second window or a missing tray must be told.
    void tell(const QString &sentence);
    void setRecentFiles(const QStringList &paths);
    [[nodiscard]] const QStringList &recentFiles() const { return m_recentFiles; }

    [[nodiscard]] SitePage &sitePage() const { return *m_site; }
    [[nodiscard]] SendersPage &sendersPage() const { return *m_senders; }
    [[nodiscard]] PlanPage &planPage() const { return *m_plan; }
    [[nodiscard]] ApplyPage &applyPage() const { return *m_apply; }
    [[nodiscard]] CheckPage &checkPage() const { return *m_check; }
    [[nodiscard]] TestPage &testPage() const { return *m_test; }
    [[nodiscard]] RelayPage &relayPage() const { return *m_relay; }
    [[nodiscard]] PracticePage &practicePage() const { return *m_practice; }
    [[nodiscard]] AccountsPage &accountsPage() const { return *m_accounts; }

Q_SIGNALS:
    void quitRequested();
    void closed();
    void recentFilesChanged();

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void buildMenus();
    void buildPages();
    void addPage(const QString &id, const QString &icon, const QString &title, Page *page);
    void connectPages();
    void onStep(const QString &step);
    void newSite();
    void openDialog();
    bool save();
    bool saveAs();
    void refreshTitle();
    void remember(const QString &path);
    /// Calls `go` when nothing unsaved is in the way, or after the user decided.
    void whenSaved(const QString &sentence, std::function<void()> go);

    Services &m_services;
    QMenu *m_fileMenu = nullptr;
    QAction *m_save = nullptr;
    QAction *m_saveAs = nullptr;
    HeaderStrip *m_header = nullptr;
    InlineMessage *m_notice;
    Rail *m_rail;
    QStackedWidget *m_stack;
    QHash<QString, QWidget *> m_pages;
    StartPage *m_start = nullptr;
    SitePage *m_site = nullptr;
    SendersPage *m_senders = nullptr;
    PlanPage *m_plan = nullptr;
    ApplyPage *m_apply = nullptr;
    CheckPage *m_check = nullptr;
    TestPage *m_test = nullptr;
    RelayPage *m_relay = nullptr;
    PracticePage *m_practice = nullptr;
    AccountsPage *m_accounts = nullptr;
    QPointer<SiteWizard> m_wizard;
    QStringList m_recentFiles;
};

} // namespace relaywright
