// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/MainWindow.h"

#include "core/base/Clock.h"
#include "core/plan/Plan.h"
#include "ui/engine/Workspace.h"
#include "ui/pages/AccountsPage.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/CheckPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/PracticePage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/pages/SitePage.h"
#include "ui/pages/StartPage.h"
#include "ui/pages/TestPage.h"
#include "ui/forms/TestForm.h"
#include "ui/theme/Theme.h"
#include "ui/window/HeaderStrip.h"
#include "ui/window/Rail.h"
#include "ui/wizard/SiteWizard.h"

#include <QApplication>
#include <QCloseEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QRegularExpression>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace relaywright {

namespace {

constexpr qsizetype kRecentFiles = 6;

QString fileFilter()
{
    return MainWindow::tr("Relaywright sites (*.relaywright)");
}

} // namespace

MainWindow::MainWindow(Services &services, QWidget *parent)
    : QMainWindow(parent), m_services(services), m_notice(new InlineMessage), m_rail(new Rail),
      m_stack(new QStackedWidget)
{
    setWindowIcon(QIcon(QStringLiteral(":/icons/relaywright.svg")));
    setMinimumSize(720, 480);
    resize(1160, 760);
    buildMenus();
    m_header = new HeaderStrip(services, m_fileMenu);
    auto *central = new QWidget;
    auto *layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_notice);
    auto *row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(m_rail);
    row->addWidget(m_stack, 1);
    layout->addLayout(row, 1);
    setCentralWidget(central);
    buildPages();
    connectPages();
    connect(&services.workspace, &Workspace::titleChanged, this, &MainWindow::refreshTitle);
    refreshTitle();
    showPage(QStringLiteral("start"));
}

MainWindow::~MainWindow()
{
    // What is being typed is taken over now: later its field would still say so, but nobody would be there to hear it.
    if (QWidget *typing = focusWidget())
        typing->clearFocus();
}

void MainWindow::buildMenus()
{
    m_fileMenu = menuBar()->addMenu(tr("&File"));
    m_fileMenu->addAction(tr("New site…"), QKeySequence::New, this, &MainWindow::newSite);
    m_fileMenu->addAction(tr("Open…"), QKeySequence::Open, this, &MainWindow::openDialog);
    m_fileMenu->addSeparator();
    m_save = m_fileMenu->addAction(tr("Save"), QKeySequence::Save, this, &MainWindow::save);
    m_saveAs = m_fileMenu->addAction(tr("Save as…"), QKeySequence::SaveAs, this, &MainWindow::saveAs);
    m_fileMenu->addAction(tr("Close the site"), QKeySequence(Qt::CTRL | Qt::Key_W), this, [this] {
        whenSaved(tr("Save the changes to %1 before it is closed?").arg(m_services.workspace.displayName()), [this] {
            m_services.workspace.close();
            showPage(QStringLiteral("start"));
        });
    });
    m_fileMenu->addSeparator();
    m_fileMenu->addAction(tr("Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), this, [this] {
        whenSaved(tr("Save the changes to %1 before you quit?").arg(m_services.workspace.displayName()),
                  [this] { Q_EMIT quitRequested(); });
    });
    QMenu *edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack &undo = m_services.workspace.undoStack();
    QAction *undoAction = undo.createUndoAction(this, tr("Undo"));
    undoAction->setShortcut(QKeySequence::Undo);
    edit->addAction(undoAction);
    QAction *redoAction = undo.createRedoAction(this, tr("Redo"));
    redoAction->setShortcut(QKeySequence::Redo);
    edit->addAction(redoAction);
}

void MainWindow::buildPages()
{
    m_start = new StartPage;
    m_stack->addWidget(m_start);
    m_pages.insert(QStringLiteral("start"), m_start);
    m_site = new SitePage(m_services);
    m_senders = new SendersPage(m_services);
    m_plan = new PlanPage(m_services);
    m_apply = new ApplyPage(m_services);
    m_check = new CheckPage(m_services);
    m_test = new TestPage(m_services);
    m_relay = new RelayPage(m_services);
    m_practice = new PracticePage(m_services);
    m_accounts = new AccountsPage(m_services);
    addPage(QStringLiteral("site"), QStringLiteral("site"), tr("Site"), m_site);
    addPage(QStringLiteral("senders"), QStringLiteral("senders"), tr("Senders"), m_senders);
    addPage(QStringLiteral("plan"), QStringLiteral("plan"), tr("Plan"), m_plan);
    addPage(QStringLiteral("apply"), QStringLiteral("apply"), tr("Apply"), m_apply);
    addPage(QStringLiteral("check"), QStringLiteral("check"), tr("Check"), m_check);
    addPage(QStringLiteral("test"), QStringLiteral("test"), tr("Test"), m_test);
    addPage(QStringLiteral("relay"), QStringLiteral("relay"), tr("Relay"), m_relay);
    addPage(QStringLiteral("practice"), QStringLiteral("practice"), tr("Practice"), m_practice);
    addPage(QStringLiteral("accounts"), QStringLiteral("key"), tr("Accounts"), m_accounts);

    QMenu *go = menuBar()->addMenu(tr("&Go"));
    for (int row = 0; row < m_rail->count(); ++row) {
        auto *action = go->addAction(m_rail->item(row)->text(), this, [this, row] { m_rail->setCurrentRow(row); });
        action->setShortcut(QKeySequence(static_cast<int>(Qt::CTRL) | (static_cast<int>(Qt::Key_1) + row)));
    }
    go->addSeparator();
    go->addAction(tr("Start page"), QKeySequence(Qt::CTRL | Qt::Key_0), this,
                  [this] { showPage(QStringLiteral("start")); });
    QMenu *help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("Help on this page"), QKeySequence(Qt::Key_F1), this, [this] {
        if (auto *page = qobject_cast<Page *>(m_stack->currentWidget()))
            page->toggleHelp();
    });
}

void MainWindow::addPage(const QString &id, const QString &icon, const QString &title, Page *page)
{
    m_stack->addWidget(page);
    m_pages.insert(id, page);
    m_rail->addStep(id, icon, title, m_rail->count() + 1);
    connect(page, &Page::stepRequested, this, &MainWindow::onStep);
}

void MainWindow::connectPages()
{
    connect(m_rail, &Rail::stepChosen, this, &MainWindow::showPage);
    connect(m_header, &HeaderStrip::pageRequested, this, &MainWindow::showPage);
    connect(m_start, &StartPage::setUpRequested, this, &MainWindow::newSite);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::openDialog);
    connect(m_start, &StartPage::fileRequested, this, &MainWindow::openFile);
    connect(m_start, &StartPage::testRequested, this, [this] { showPage(QStringLiteral("test")); });
    connect(m_start, &StartPage::relayRequested, this, [this] { showPage(QStringLiteral("relay")); });
    connect(m_start, &StartPage::practiceRequested, this, [this] {
        showPage(QStringLiteral("practice"));
        m_practice->start();
    });
    connect(m_start, &StartPage::recoverRequested, this, [this] {
        const auto recovered = m_services.workspace.recover();
        m_start->offerRecovery(m_services.workspace.hasRecovery() && !recovered);
        if (recovered)
            showPage(QStringLiteral("site"));
        else
            m_start->message()->show(Tone::Wrong, recovered.error().detail);
    });
    m_start->offerRecovery(m_services.workspace.hasRecovery());
    connect(m_plan, &PlanPage::testRequested, this, [this](const QString &senderId) {
        showPage(QStringLiteral("test"));
        m_test->fillFromSender(senderId);
    });
    connect(m_plan, &PlanPage::answerRequested, this, &MainWindow::showAnswer);
    connect(m_check, &CheckPage::mendRequested, this, [this](const QString &kind) {
        showPage(QStringLiteral("apply"));
        m_apply->showKind(kind);
    });
    connect(m_test, &TestPage::mendRequested, this, [this](const QString &kind) {
        showPage(QStringLiteral("apply"));
        m_apply->showKind(kind);
    });
    connect(m_test, &TestPage::accountsRequested, this, [this] { showPage(QStringLiteral("accounts")); });
    connect(m_practice, &PracticePage::accountRequested, this, [this](const AccountDraft &draft, const Secret &secret) {
        showPage(QStringLiteral("accounts"));
        accountsPage().openForm(draft, secret);
    });
    connect(m_practice, &PracticePage::testRequested, this, [this] {
        showPage(QStringLiteral("test"));
        m_test->fillFromPractice();
    });
    connect(m_relay, &RelayPage::testRequested, this, [this](const RelayDraft &relay) {
        TestDraft draft = m_test->form().draft();
        const bool any = relay.listenAddress == QLatin1String("0.0.0.0") || relay.listenAddress == QLatin1String("::");
        draft.server = any ? QStringLiteral("127.0.0.1") : relay.listenAddress;
        draft.port = relay.listenPort;
        draft.tls = TlsPolicy::None;
        draft.user.clear();
        draft.account.clear();
        draft.graph = false;
        draft.method = Method::LocalRelay;
        m_test->form().setDraft(draft);
        showPage(QStringLiteral("test"));
    });
}

void MainWindow::showAnswer(const QString &path)
{
    static const QRegularExpression form(QStringLiteral("\\A(organisation|networks|senders)(?:\\[([^\\]]*)\\])?\\.(\\w+)\\z"));
    const auto match = form.match(path);
    const QString field = match.captured(3);
    if (match.captured(1) == QLatin1String("senders")) {
        showPage(QStringLiteral("senders"));
        m_senders->showAnswer(match.captured(2), field == QLatin1String("largestMessageOctets") ? QStringLiteral("largestMessage") : field);
    } else if (match.captured(1) == QLatin1String("networks")) {
        showPage(QStringLiteral("site"));
        m_site->showAnswer(match.captured(2), field);
    } else if (match.hasMatch()) {
        showPage(QStringLiteral("site"));
        m_site->showAnswer(field);
    }
}

void MainWindow::showPage(const QString &id)
{
    QWidget *page = m_pages.value(id);
    if (!page || m_stack->currentWidget() == page)
        return;
    auto *known = qobject_cast<Page *>(page);
    if (known)
        known->prepare();
    m_stack->setCurrentWidget(page);
    if (m_rail->currentStep() != id)
        m_rail->setCurrentStep(id);
    if (known)
        known->onShown();
}

QString MainWindow::currentPage() const
{
    return m_pages.key(m_stack->currentWidget());
}

void MainWindow::onStep(const QString &step)
{
    if (step == QLatin1String("wizard"))
        openWizard();
    else
        showPage(step);
}

SiteWizard *MainWindow::openWizard()
{
    if (m_wizard)
        return m_wizard;
    Workspace &workspace = m_services.workspace;
    const auto makePlan = [&workspace, this](const Site &site) {
        return advise(site, workspace.knowledge(), m_services.clock.today());
    };
    m_wizard = new SiteWizard(workspace.site(), m_services.dns, workspace.knowledge(), makePlan, this);
    m_wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_wizard, &QDialog::accepted, this, [this] {
        const Site site = m_wizard->site();
        if (m_services.workspace.hasSite())
            m_services.workspace.edit(tr("answers of the wizard"), site);
        else
            m_services.workspace.create(site);
        showPage(QStringLiteral("plan"));
    });
    m_wizard->open();
    return m_wizard;
}

void MainWindow::newSite()
{
    whenSaved(tr("Save the changes to %1 before a new site is begun?").arg(m_services.workspace.displayName()), [this] {
        if (m_services.workspace.hasSite())
            m_services.workspace.close();
        openWizard();
    });
}

void MainWindow::openDialog()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a site"),
                                                      QFileInfo(m_services.workspace.path()).path(), fileFilter());
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::openFile(const QString &path)
{
    whenSaved(tr("Save the changes to %1 before another site is opened?").arg(m_services.workspace.displayName()),
              [this, path] {
                  const auto opened = m_services.workspace.open(path);
                  if (!opened) {
                      m_notice->show(Tone::Wrong, opened.error().detail);
                      return;
                  }
                  m_notice->clear();
                  remember(path);
                  showPage(QStringLiteral("plan"));
              });
}

bool MainWindow::save()
{
    if (!m_services.workspace.hasSite())
        return true;
    if (m_services.workspace.path().isEmpty())
        return saveAs();
    const auto saved = m_services.workspace.save();
    if (saved)
        m_notice->clear();
    else
        m_notice->show(Tone::Wrong, saved.error().detail);
    return saved.has_value();
}

bool MainWindow::saveAs()
{
    QString path = QFileDialog::getSaveFileName(
        this, tr("Save the site"), m_services.workspace.displayName() + QStringLiteral(".relaywright"), fileFilter());
    if (path.isEmpty())
        return false;
    if (QFileInfo(path).suffix().isEmpty())
        path += QLatin1String(".relaywright");
    const auto saved = m_services.workspace.saveAs(path);
    if (!saved) {
        m_notice->show(Tone::Wrong, saved.error().detail);
        return false;
    }
    m_notice->clear();
    remember(path);
    return true;
}

void MainWindow::whenSaved(const QString &sentence, std::function<void()> go)
{
    if (!m_services.workspace.hasSite() || !m_services.workspace.isDirty())
        return go();
    auto *question = new QMessageBox(QMessageBox::Question, tr("Unsaved changes"), sentence,
                                     QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::Save);
    connect(question, &QMessageBox::buttonClicked, this, [this, question, go = std::move(go)](QAbstractButton *button) {
        const auto choice = question->standardButton(button);
        if (choice == QMessageBox::Discard || (choice == QMessageBox::Save && save()))
            go();
    });
    question->open();
}

void MainWindow::tell(const QString &sentence)
{
    m_notice->show(Tone::Attention, sentence);
}

void MainWindow::remember(const QString &path)
{
    QStringList paths = m_recentFiles;
    paths.removeAll(path);
    paths.prepend(path);
    setRecentFiles(paths.mid(0, kRecentFiles));
    Q_EMIT recentFilesChanged();
}

void MainWindow::setRecentFiles(const QStringList &paths)
{
    m_recentFiles = paths;
    m_start->setRecentFiles(paths);
}

void MainWindow::refreshTitle()
{
    const Workspace &workspace = m_services.workspace;
    setWindowTitle(workspace.hasSite() ? tr("%1[*] – Relaywright").arg(workspace.displayName()) : tr("Relaywright"));
    setWindowModified(workspace.hasSite() && workspace.isDirty());
    m_save->setEnabled(workspace.hasSite());
    m_saveAs->setEnabled(workspace.hasSite());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (qApp->isSavingSession()) { // logging out must not wait for us; the recovery file has the work
        m_services.workspace.keepRecovery();
        event->accept();
        return;
    }
    // The owner decides: with a tray the window only hides, and unsaved work stays in memory and in the recovery file.
    event->ignore();
    Q_EMIT closed();
}

} // namespace relaywright
