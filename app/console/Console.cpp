// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Console.h"

#include "app/UserFolders.h"
#include "core/knowledge/Knowledge.h"
#include "ui/pages/CheckPage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/views/SenderTable.h"
#include "ui/window/HeaderStrip.h"
#include "ui/window/WindowSettings.h"

#include <QApplication>
#include <QDir>
#include <QJsonObject>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>

namespace relaywright {

namespace {

/// Stands in where the resolver cannot start: every question fails with the reason.
class NoDns final : public DnsClient {
public:
    explicit NoDns(QString why) : m_why(std::move(why)) {}
    void ask(const QString &, DnsType, QObject *context, std::function<void(const DnsAnswer &)> done) override
    {
        DnsAnswer answer;
        answer.detail = m_why;
        QMetaObject::invokeMethod(context, [done = std::move(done), answer] { done(answer); }, Qt::QueuedConnection);
    }
    std::optional<DnsAnswer> known(const QString &, DnsType) override { return std::nullopt; }

private:
    QString m_why;
};

std::unique_ptr<DnsClient> makeDns()
{
    auto resolver = Resolver::create({});
    if (resolver)
        return std::move(*resolver);
    return std::make_unique<NoDns>(resolver.error().detail);
}

QString dataFile(const QString &name)
{
    return QDir(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation)).filePath(name);
}

QString lockPath()
{
    QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation));
    return dataFile(QStringLiteral("console.lock"));
}

RelaySupervisor::Options supervisorOptions()
{
    QString program = QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("relaywrightd"));
#ifdef Q_OS_WIN
    program += QLatin1String(".exe");
#endif
    const QDir config(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation));
    return {.program = program,
            .configFile = config.filePath(QStringLiteral("relay.json")),
            .logFile = dataFile(QStringLiteral("relay.log"))};
}

TrayIcon::State trayState(const RelayHost &relay)
{
    switch (relay.state()) {
    case RelayHost::State::Off:
    case RelayHost::State::Stopping: return TrayIcon::State::Off;
    case RelayHost::State::Starting: return TrayIcon::State::Idle;
    case RelayHost::State::Failed:   return TrayIcon::State::Trouble;
    case RelayHost::State::Running:  break;
    }
    if (!relay.status())
        return TrayIcon::State::Idle;
    switch (relay.status()->condition) {
    case RelayCondition::Idle:       return TrayIcon::State::Idle;
    case RelayCondition::Delivering: return TrayIcon::State::Delivering;
    case RelayCondition::Waiting:    return TrayIcon::State::Waiting;
    case RelayCondition::Paused:     return TrayIcon::State::Paused;
    case RelayCondition::Trouble:    return TrayIcon::State::Trouble;
    }
    Q_UNREACHABLE();
}

} // namespace

Console::Console(QSettings &settings, QObject *parent)
    : QObject(parent), m_settings(settings), m_knowledge(Knowledge::withFolder(userKnowledgeFolder())),
      m_dns(makeDns()), m_dnsAccess{.makeClient = makeDns}, m_checkHistory(dataFile(QStringLiteral("checks"))),
      m_testHistory(dataFile(QStringLiteral("tests"))),
      m_vault(m_keychain,
              [this](QObject *context, Vault::ProbeDone done) { m_keychain.probe(context, std::move(done)); }),
      m_accounts(userAccountBook()), m_lock(lockPath()), m_workspace(m_knowledge ? *m_knowledge : Knowledge::builtIn(), m_clock,
                                      m_lock.tryLock(0) ? dataFile(QStringLiteral("recovery.relaywright")) : QString()),
      m_practice(m_clock),
      m_relay(supervisorOptions()),
      m_services{.clock = m_clock,
                 .workspace = m_workspace,
                 .dns = *m_dns,
                 .dnsAccess = m_dnsAccess,
                 .checkHistory = m_checkHistory,
                 .testHistory = m_testHistory,
                 .vault = m_vault,
                 .accounts = m_accounts,
                 .practice = m_practice,
                 .relay = m_relay}, m_tray(this)
{
    m_relay.begin();
    m_window = std::make_unique<MainWindow>(m_services);
    const WindowSettings values = loadWindowSettings(m_settings);
    m_window->restoreGeometry(values.geometry);
    m_window->setRecentFiles(values.recentFiles);
    if (!values.senderColumns.isEmpty())
        m_window->sendersPage().table().showColumns(values.senderColumns);
    m_window->checkPage().setChoices(values.checks);
    connect(&m_window->checkPage(), &CheckPage::choicesChanged, this, &Console::saveSettings);
    connect(m_window.get(), &MainWindow::closed, this, &Console::onWindowClosed);
    connect(m_window.get(), &MainWindow::quitRequested, this, &Console::onQuitRequested);
    connect(m_window.get(), &MainWindow::recentFilesChanged, this, &Console::saveSettings);
    connectTray();
    m_vault.check();
    if (!m_knowledge)
        m_window->tell(
            tr("Your own facts in %1 are not used: %2")
                .arg(QDir::toNativeSeparators(userKnowledgeFolder()), m_knowledge.error().detail));
}

Console::~Console() = default;

void Console::begin(const Options &options)
{
    if (TrayIcon::isAvailable())
        m_tray.show();
    if (!options.file.isEmpty())
        m_window->openFile(options.file);
    if (!options.hidden)
        m_window->show();
    else if (!TrayIcon::isAvailable())
        m_window->showMinimized();
}

void Console::connectTray()
{
    connect(&m_relay, &RelayHost::stateChanged, this, &Console::refreshTray);
    connect(&m_relay, &RelayHost::statusChanged, this, &Console::refreshTray);
    connect(&m_tray, &TrayIcon::openRequested, this, &Console::showWindow);
    connect(&m_tray, &TrayIcon::startRequested, this, [this] {
        // Through the page: it knows whether a password must be asked for.
        if (!m_relay.config()) {
            m_window->showPage(QStringLiteral("relay"));
            m_window->relayPage().showSettings();
            showWindow();
            return;
        }
        m_window->relayPage().startRelay();
    });
    connect(&m_tray, &TrayIcon::stopRequested, &m_relay, &RelayHost::stop);
    connect(&m_tray, &TrayIcon::pauseRequested, this, [this](bool pause) {
        m_relay.control().request(pause ? QStringLiteral("pause") : QStringLiteral("resume"), {}, this,
                                  [](const Result<QJsonObject> &) {});
    });
    connect(&m_tray, &TrayIcon::testRequested, this, [this] {
        m_window->showPage(QStringLiteral("test"));
        showWindow();
    });
    connect(&m_tray, &TrayIcon::quitRequested, this, [this] {
        showWindow();
        onQuitRequested();
    });
    refreshTray();
}

void Console::refreshTray()
{
    QString sentence = briefOf(m_relay).sentence;
    const auto &status = m_relay.status();
    const std::vector<AlertStatus> alerts = status ? status->alerts : std::vector<AlertStatus>();
    if (!alerts.empty()) // the youngest; the page shows them all
        sentence += u'\n' + alerts.front().sentence;
    m_tray.setState(trayState(m_relay), sentence);
    m_tray.tell(m_alertNotices.due(alerts, m_clock.now()));
    if (m_quitWhenStopped && (m_relay.state() == RelayHost::State::Off || m_relay.state() == RelayHost::State::Failed))
        quit();
}

void Console::showWindow()
{
    m_window->setWindowState(m_window->windowState() & ~Qt::WindowMinimized);
    m_window->show();
    m_window->raise();
    m_window->activateWindow();
}

void Console::onWindowClosed()
{
    m_workspace.keepRecovery();
    saveSettings();
    if (TrayIcon::isAvailable()) {
        m_window->hide();
        return;
    }
    m_window->tell(tr("This desktop has no tray, so the window stays minimised instead of closing. Quit with Ctrl+Q."));
    m_window->showMinimized();
}

void Console::onQuitRequested()
{
    const RelayHost::State state = m_relay.state();
    if (state != RelayHost::State::Running && state != RelayHost::State::Starting)
        return quit();
    auto *question = new QMessageBox(QMessageBox::Question, tr("Quit Relaywright"),
                                     tr("The relay is running. Stop it, or leave it running without this window?"),
                                     QMessageBox::Cancel, m_window.get());
    question->setInformativeText(
        tr("Messages that wait are kept on the disk either way. Devices can send only while it runs."));
    question->setAttribute(Qt::WA_DeleteOnClose);
    const QPushButton *leave = question->addButton(tr("Leave it running"), QMessageBox::AcceptRole);
    const QPushButton *stop = question->addButton(tr("Stop it"), QMessageBox::DestructiveRole);
    connect(leave, &QPushButton::clicked, this, &Console::quit);
    connect(stop, &QPushButton::clicked, this, [this] {
        m_quitWhenStopped = true;
        m_relay.stop();
    });
    question->open();
}

void Console::quit()
{
    saveSettings();
    m_workspace.discardRecovery(); // the user has said what becomes of unsaved work
    QCoreApplication::quit();
}

void Console::saveSettings()
{
    WindowSettings values = loadWindowSettings(m_settings);
    values.geometry = m_window->saveGeometry();
    values.recentFiles = m_window->recentFiles();
    values.senderColumns = m_window->sendersPage().table().shownColumns();
    values.checks = m_window->checkPage().choices();
    saveWindowSettings(m_settings, values);
}

} // namespace relaywright
