// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/RelaySettingsWindow.h"
#include "ui/theme/Theme.h"
#include "ui/views/DevicePanel.h"

#include <QApplication>
#include <QComboBox>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QToolButton>

using namespace relaywright;
using namespace relaywright::test;

/// How changed settings get to a relay, running or not, and how the whole panel is gone through.
class tst_RelaySettings : public QObject, private RelaySettingsWindow {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void cleanup() { close(); }
    void aRunningRelayIsReloaded();
    void aRefusedConfigurationLeavesTheOldOne();
    void aNewHostNameIsSaidToRestart();
    void changesCanBeDiscarded();
    void thePlanChangesOnlyWhatItSays();
    void whatAnotherProgramWroteIsShown();
    void theKeyboardFollowsTheReadingOrder();
    void everyControlHasAName();
};

void tst_RelaySettings::aRunningRelayIsReloaded()
{
    open(kWholeRelay);
    running([](const QString &) { return QJsonObject(); });
    show(RelaySection::Keeping);
    QPushButton *apply = button(*m_page, QStringLiteral("Apply these settings"));
    QVERIFY(apply && !apply->isEnabled());
    type(m_page->settings(), QStringLiteral("Remember messages for (days)"), QStringLiteral("90"));
    QVERIFY(apply->isEnabled());
    QVERIFY(says(*m_page, QStringLiteral("Nothing restarts")));
    apply->click();
    QTRY_VERIFY(m_page->message()->sentence().contains(QStringLiteral("Nothing was restarted")));
    QCOMPARE(m_asked.count(QStringLiteral("reload")), 1);
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Running);
    QCOMPARE(m_bench->shownRelay.config()->historyKept, std::chrono::days(90));
    QVERIFY(!apply->isEnabled());
}

void tst_RelaySettings::aRefusedConfigurationLeavesTheOldOne()
{
    open(kWholeRelay);
    running([](const QString &word) -> Result<QJsonObject> {
        if (word == QLatin1String("reload"))
            return failure(ErrorKind::Unreachable, QStringLiteral("192.168.10.2:26 is taken by another program."));
        return QJsonObject();
    });
    show(RelaySection::Basics);
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("26"));
    button(*m_page, QStringLiteral("Apply these settings"))->click();
    QTRY_VERIFY(m_page->message()->sentence().contains(QStringLiteral("taken by another program")));
    QVERIFY(*m_bench->shownRelay.config() == *parseRelayConfig(kWholeRelay));
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("26")); // as typed, to be mended
    QVERIFY(button(*m_page, QStringLiteral("Apply these settings"))->isEnabled());
}

void tst_RelaySettings::aNewHostNameIsSaidToRestart()
{
    open(kWholeRelay);
    running([](const QString &) { return QJsonObject(); });
    show(RelaySection::Keeping);
    type(m_page->settings(), QStringLiteral("Name of the relay"), QStringLiteral("mail.contoso.com"));
    QVERIFY(says(*m_page, QStringLiteral("need a restart")));
    button(*m_page, QStringLiteral("Restart with these settings"))->click();
    QCOMPARE(m_asked.count(QStringLiteral("reload")), 0);
    QCOMPARE(m_bench->shownRelay.state(), RelayHost::State::Starting);
    QCOMPARE(m_bench->shownRelay.config()->hostName, QStringLiteral("mail.contoso.com"));
}

void tst_RelaySettings::changesCanBeDiscarded()
{
    open(kWholeRelay);
    show(RelaySection::Basics);
    QVERIFY(!button(*m_page, QStringLiteral("Discard the changes")));
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("26"));
    m_page->devices().addRow(QStringLiteral("Scanner"), QStringLiteral("192.168.10.7"));
    button(*m_page, QStringLiteral("Discard the changes"))->click();
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("25"));
    QVERIFY(started() == *parseRelayConfig(kWholeRelay));
}

void tst_RelaySettings::thePlanChangesOnlyWhatItSays()
{
    open(kWholeRelay);
    m_bench->workspace.create(contoso());
    m_page->fillFromPlan();
    const RelayDraft draft = m_page->form().draft();
    QVERIFY2(draft.listenAddress != QLatin1String("192.168.10.2"), qPrintable(m_page->message()->sentence()));
    const auto config = toConfig(m_page->settings().settings());
    QVERIFY(config);
    QCOMPARE(config->alerts.mailTo->toString(), QStringLiteral("it@contoso.com"));
    QCOMPARE(config->fallbacks.size(), 1u);
    QCOMPARE(config->routes.size(), 1u);
}

void tst_RelaySettings::whatAnotherProgramWroteIsShown()
{
    open(kWholeRelay);
    RelayConfig other = *parseRelayConfig(kWholeRelay);
    other.listeners[0].listen.port = 26;
    m_bench->shownRelay.showConfig(other);
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("26"));
    show(RelaySection::Basics);
    type(m_page->form(), QStringLiteral("Port"), QStringLiteral("27"));
    other.listeners[0].listen.port = 28;
    m_bench->shownRelay.showConfig(other);
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("27")); // nothing that was typed is lost
    QVERIFY(m_page->message()->sentence().contains(QStringLiteral("Another program")));
    button(*m_page, QStringLiteral("Discard the changes"))->click();
    QCOMPARE(m_page->form().draft().listenPort, QStringLiteral("28"));
}

void tst_RelaySettings::theKeyboardFollowsTheReadingOrder()
{
    open(kWholeRelay);
    RelaySettingsPanel &settings = show(RelaySection::Alerts);
    settings.sections().setFocus();
    QStringList reached;
    for (int i = 0; i < 40 && reached.value(reached.size() - 1) != QLatin1String("Unknown devices"); ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        const QWidget *focus = QApplication::focusWidget();
        if (!qobject_cast<const QToolButton *>(focus)) // why it matters, beside its question
            reached += focus->accessibleName();
    }
    const QStringList wanted{QStringLiteral("Send alerts to the mailbox"),
                             QStringLiteral("From the address"),
                             QStringLiteral("No mail from"),
                             QStringLiteral("No mail until"),
                             QStringLiteral("A message waits for (minutes)"),
                             QStringLiteral("Tell again after (minutes)"),
                             QStringLiteral("Refused sign-ins of a device"),
                             QStringLiteral("Times the usual mail of a device"),
                             QStringLiteral("A certificate ends in (days)"),
                             QStringLiteral("Unknown devices")};
    QCOMPARE(reached, wanted);
}

void tst_RelaySettings::everyControlHasAName()
{
    open(kWholeRelay);
    QStringList nameless;
    for (const RelaySection section :
         {RelaySection::Basics, RelaySection::Listeners, RelaySection::WaysOut, RelaySection::Signing,
          RelaySection::Keeping, RelaySection::Telling, RelaySection::Alerts}) {
        RelaySettingsPanel &settings = show(section);
        for (const QWidget *widget : settings.findChildren<QWidget *>()) {
            const auto *press = qobject_cast<const QAbstractButton *>(widget);
            const bool is = press || qobject_cast<const QLineEdit *>(widget) || qobject_cast<const QComboBox *>(widget)
                            || qobject_cast<const QPlainTextEdit *>(widget)
                            || qobject_cast<const QAbstractItemView *>(widget);
            const QString owner = QLatin1String(widget->parentWidget()->metaObject()->className());
            if (!is || widget->isHidden() || owner.startsWith(QLatin1String("QComboBox"))
                || owner == QLatin1String("QLineEdit") || widget->objectName().startsWith(QLatin1String("qt_")))
                continue;
            if (widget->accessibleName().isEmpty() && (!press || press->text().isEmpty()))
                nameless += QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()), owner);
        }
    }
    QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(u'\n')));
}

QTEST_MAIN(tst_RelaySettings)
#include "tst_RelaySettings.moc"
