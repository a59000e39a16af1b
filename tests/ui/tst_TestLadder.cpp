// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/TestPageWindow.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/TestForm.h"
#include "ui/theme/Theme.h"
#include "ui/views/LadderPanel.h"
#include "ui/widgets/RowDelegate.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace relaywright::test;

/// The ladder of the test console, against practice servers.
class tst_TestLadder : public QObject, private TestPageWindow {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(*qApp, Scheme::Light); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }
    void theLadderSaysWhoIsToBlame();
    void theLadderSignsIn();
    void theLadderTrustsAsItIsTold();

private:
    void climb();
    [[nodiscard]] QString symbolOf(const char *rung) const;
};

void tst_TestLadder::theLadderSaysWhoIsToBlame()
{
    page().fillFromPractice();
    QVERIFY(m_bench->practice.isRunning());
    page().showTab(TestPage::Ladder);
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    LadderModel &model = page().ladder().model();
    QVERIFY(model.rowCount() >= 6);
    QVERIFY2(!page().ladder().verdict().contains(QStringLiteral("…")), qPrintable(page().ladder().verdict()));
    auto *port = named<QLineEdit>("Port");
    QVERIFY(port);
    m_bench->practice.stop(); // now nobody listens there
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    const QString verdict = page().ladder().verdict();
    QVERIFY2(verdict.contains(QStringLiteral("server")) || verdict.contains(QStringLiteral("computer")),
             qPrintable(verdict));
}

void tst_TestLadder::climb()
{
    page().send();
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
}

QString tst_TestLadder::symbolOf(const char *rung) const
{
    const auto row = static_cast<int>(probeRungIds().indexOf(QLatin1String(rung)));
    return page().ladder().model().index(row).data(SymbolRole).toString();
}

void tst_TestLadder::theLadderSignsIn()
{
    page().fillFromPractice();
    QVERIFY(m_bench->practice.isRunning());
    page().showTab(TestPage::Ladder);
    auto *to = named<QLineEdit>("Ask for this recipient too");
    QVERIFY(to);
    to->setText(m_bench->practice.sender());
    climb();
    QCOMPARE(symbolOf("sign-in"), QStringLiteral("✓"));
    QCOMPARE(symbolOf("rcpt"), QStringLiteral("✓"));
    QVERIFY(m_bench->practice.messages().empty());
    page().ladder().password().type(QStringLiteral("surely not this one"));
    climb();
    QCOMPARE(symbolOf("sign-in"), QStringLiteral("✕"));
    QCOMPARE(symbolOf("mail"), QStringLiteral("○"));
    auto *last = named<QComboBox>("Stop after", &page().ladder());
    QVERIFY(last);
    last->setCurrentIndex(last->findText(QStringLiteral("EHLO")));
    QVERIFY(last->currentIndex() > 0);
    climb();
    QCOMPARE(symbolOf("ehlo"), QStringLiteral("✓"));
    QCOMPARE(symbolOf("sign-in"), QStringLiteral("○"));
}

void tst_TestLadder::theLadderTrustsAsItIsTold()
{
    // Another practice server than the window's own, so that nothing is known of it.
    const QString user = QStringLiteral("scanner@contoso.com");
    PracticeSettings settings;
    settings.tenant.acceptedDomains = {*Domain::parse(QStringLiteral("contoso.com"))};
    settings.tenant.accounts = {{.user = user, .anySecret = true}};
    PracticeServer elsewhere(settings, m_bench->clock);
    QVERIFY(elsewhere.start());
    QSignalSpy devices(&elsewhere, &PracticeServer::deviceSeen);
    QFile pem(m_bench->folder.filePath(QStringLiteral("authority.pem")));
    QVERIFY(pem.open(QIODevice::WriteOnly) && pem.write(elsewhere.authorityPem()) > 0);
    pem.close();
    TestDraft draft = page().form().draft();
    draft.server = elsewhere.address().host.toString();
    draft.port = QString::number(elsewhere.address().port);
    draft.user = user;
    draft.link.ehloName = QStringLiteral("named.contoso.com");
    page().form().setDraft(draft);
    page().form().password().type(QStringLiteral("any will do"));
    page().showTab(TestPage::Ladder);
    climb();
    QVERIFY2(symbolOf("sign-in") != QStringLiteral("✓"), "a password went to a server that nobody vouches for");
    QCheckBox *insecure = nullptr;
    for (QCheckBox *box : page().ladder().findChildren<QCheckBox *>()) {
        if (box->text().startsWith(QStringLiteral("Sign in although")))
            insecure = box;
    }
    QVERIFY(insecure);
    insecure->setChecked(true);
    climb();
    QCOMPARE(symbolOf("sign-in"), QStringLiteral("✓"));
    QVERIFY(symbolOf("tls") != QStringLiteral("✓"));
    draft.tlsDetails.caFile = pem.fileName();
    page().ladder().take(draft, Secret("any will do"));
    QVERIFY(!insecure->isChecked()); // as the test has it
    page().ladder().password().type(QStringLiteral("any will do"));
    climb();
    QCOMPARE(symbolOf("tls"), QStringLiteral("✓"));
    QCOMPARE(symbolOf("sign-in"), QStringLiteral("✓"));
    QTRY_VERIFY(!devices.empty());
    QCOMPARE(devices.back().front().value<DeviceProfile>().helo, draft.link.ehloName);
    bool kept = true; // a password for practice is nobody's
    m_bench->vault.read(user, this, [&kept](const Result<Secret> &secret) { kept = secret.has_value(); });
    QTRY_VERIFY(!kept);
}

QTEST_MAIN(tst_TestLadder)
#include "tst_TestLadder.moc"
