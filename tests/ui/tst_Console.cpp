// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/Console.h"
#include "ui/engine/Workspace.h"
#include "ui/pages/SendersPage.h"
#include "ui/theme/Theme.h"
#include "ui/views/SenderTable.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;

/// The composition: what closing means with and without a tray, and what is remembered.
class tst_Console : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void closingHidesTheWindowOnlyWhereATrayBringsItBack();
    void aMissingFileIsSaidAndTheWindowComesUpAllTheSame();
    void geometryAndFilesAreRemembered();
    void theTraySaysWhatTheRelayDoes();

private:
    [[nodiscard]] static MainWindow *window();
    QTemporaryDir m_folder;
    std::unique_ptr<QSettings> m_settings;
};

void tst_Console::initTestCase()
{
    QApplication::setQuitOnLastWindowClosed(false);
    QStandardPaths::setTestModeEnabled(true); // the recovery file and the lock are not the user's
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    applyTheme(*qApp, Scheme::Light);
    m_settings = std::make_unique<QSettings>(m_folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
}

MainWindow *tst_Console::window()
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (auto *found = qobject_cast<MainWindow *>(widget))
            return found;
    }
    return nullptr;
}

void tst_Console::closingHidesTheWindowOnlyWhereATrayBringsItBack()
{
    Console console(*m_settings);
    console.begin({});
    QVERIFY(window());
    QTRY_VERIFY(window()->isVisible());
    window()->close();
    if (TrayIcon::isAvailable()) {
        QVERIFY(!window()->isVisible());
        Q_EMIT console.findChild<TrayIcon *>()->openRequested();
        QVERIFY(window()->isVisible());
    } else {
        QVERIFY(window()->isVisible());
        QVERIFY(window()->isMinimized());
    }
}

void tst_Console::aMissingFileIsSaidAndTheWindowComesUpAllTheSame()
{
    Console console(*m_settings);
    console.begin({.file = m_folder.filePath(QStringLiteral("gone.relaywright"))});
    QTRY_VERIFY(window()->isVisible());
    QCOMPARE(window()->currentPage(), QStringLiteral("start"));
    bool said = false;
    for (const QWidget *widget : window()->findChildren<QWidget *>())
        said = said || (widget->isVisible() && widget->accessibleName().contains(QStringLiteral("gone.relaywright")));
    QVERIFY(said);
}

void tst_Console::geometryAndFilesAreRemembered()
{
    {
        Console console(*m_settings);
        console.begin({});
        window()->resize(900, 640);
        window()->setRecentFiles({QStringLiteral("/tmp/contoso.relaywright")});
        window()->sendersPage().table().showColumns({QStringLiteral("vendor")});
        window()->close();
    }
    Console again(*m_settings);
    QCOMPARE(window()->recentFiles(), QStringList{QStringLiteral("/tmp/contoso.relaywright")});
    QCOMPARE(window()->size(), QSize(900, 640));
    QCOMPARE(window()->sendersPage().table().shownColumns(), (QStringList{QStringLiteral("name"), QStringLiteral("vendor")}));
}

void tst_Console::theTraySaysWhatTheRelayDoes()
{
    TrayIcon tray;
    QCOMPARE(tray.state(), TrayIcon::State::Off);
    tray.setState(TrayIcon::State::Waiting, QStringLiteral("The server asked to slow down."));
    QVERIFY(tray.toolTip().contains(QStringLiteral("The server asked to slow down.")));
    QStringList icons;
    for (const TrayIcon::State state : {TrayIcon::State::Off, TrayIcon::State::Idle, TrayIcon::State::Delivering,
                                        TrayIcon::State::Waiting, TrayIcon::State::Paused, TrayIcon::State::Trouble})
        icons += iconName(state);
    QCOMPARE(icons.removeDuplicates(), 0);
}

QTEST_MAIN(tst_Console)
#include "tst_Console.moc"
