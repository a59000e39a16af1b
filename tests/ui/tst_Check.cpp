// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/dns/LoopbackDns.h"
#include "tests/ui/Bench.h"
#include "ui/forms/CheckForm.h"
#include "ui/models/EvidenceModel.h"
#include "ui/models/FindingModel.h"
#include "ui/models/ServerViewModel.h"
#include "ui/models/SpfTreeModel.h"
#include "ui/pages/CheckPage.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/views/EvidenceView.h"
#include "ui/views/FindingDetails.h"
#include "ui/views/FindingView.h"
#include "ui/views/SpfTreeView.h"
#include "ui/views/VerdictBar.h"
#include "ui/views/WatchPanel.h"
#include "ui/window/MainWindow.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace relaywright;
using namespace relaywright::test;
using namespace std::chrono_literals;

namespace {

const QString kSpf = QStringLiteral("spf.contoso.com");

} // namespace

/// The Check page by hand and key, against a name server on this computer.
class tst_Check : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void everythingIsListedBeforeItIsLookedAt();
    void aRunFillsEveryLine();
    void escapeStopsARunAtOnce();
    void oneLineIsLookedAtAgainAlone();
    void theTreeUnderlinesTheFault();
    void theEvidenceTellsWhoSaidSo();
    void verdictsAndWordsFilter();
    void changesSinceTheLastRunAreTold();
    void aSavedRunIsComparedWith();
    void aForeignFileChangesNothing();
    void silenceIsNotTakenForGood();
    void blocklistsAreLeftOutWhenSwitchedOff();
    void aWrongSelectorStopsTheRun();
    void theFileThatMendsItIsOpened();
    void aTickInApplyKeepsWhatWasFound();
    void aLineIsCopied();
    void aChangeIsWatchedUntilEverybodySeesIt();
    void aWatchStopsAtOnce();

private:
    [[nodiscard]] CheckPage &page() const { return m_window->checkPage(); }
    [[nodiscard]] FindingModel &model() const { return page().findings(); }
    [[nodiscard]] FindingDetails &details() const { return page().details(); }
    [[nodiscard]] std::optional<Verdict> verdictOf(const QString &id) const;
    void publish(const QByteArray &spf);
    void runAndWait();
    void waitForComparison();
    void watchSpf(const LoopbackDns &zone, const LoopbackDns &slow);
    [[nodiscard]] int answered() const;
    static QPushButton *button(const QWidget &in, const QString &text);

    std::unique_ptr<LoopbackDns> m_dns;
    std::unique_ptr<Bench> m_bench;
    std::unique_ptr<MainWindow> m_window;
};

void tst_Check::initTestCase()
{
    const QLocale english(QLocale::English, QLocale::UnitedStates);
    installLanguage(*qApp, english);
    QLocale::setDefault(english);
    applyTheme(*qApp, Scheme::Light);
}

void tst_Check::init()
{
    m_dns = std::make_unique<LoopbackDns>();
    m_dns->mx(QStringLiteral("contoso.com"), 0, QStringLiteral("contoso-com.mail.protection.outlook.com"));
    m_dns->address(QStringLiteral("contoso-com.mail.protection.outlook.com"), QStringLiteral("127.0.0.1"));
    m_dns->txt(QStringLiteral("spf.protection.outlook.com"), "v=spf1 ip4:198.51.100.0/24 -all");
    publish("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all");
    m_bench = std::make_unique<Bench>();
    m_bench->dnsAccess.makeClient = [this]() -> std::unique_ptr<DnsClient> {
        Resolver::Settings settings{.nameservers = {m_dns->endpoint()}};
        settings.queryLimit = 3s;
        return std::move(*Resolver::create(settings));
    };
    m_window = std::make_unique<MainWindow>(m_bench->services);
    m_window->resize(1160, 760);
    m_bench->workspace.create(contoso());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    m_window->showPage(QStringLiteral("check"));
}

void tst_Check::cleanup()
{
    m_window.reset();
    m_bench.reset();
    m_dns.reset();
}

std::optional<Verdict> tst_Check::verdictOf(const QString &id) const
{
    const CheckLine *line = model().line(id);
    return line ? line->verdict() : std::nullopt;
}

void tst_Check::publish(const QByteArray &spf)
{
    m_dns->forget(QStringLiteral("contoso.com"));
    m_dns->mx(QStringLiteral("contoso.com"), 0, QStringLiteral("contoso-com.mail.protection.outlook.com"));
    m_dns->txt(QStringLiteral("contoso.com"), spf);
}

void tst_Check::runAndWait()
{
    QPushButton *again = button(page(), QStringLiteral("Run the checks again"));
    (again ? again : button(page(), QStringLiteral("Run the checks")))->click();
    QVERIFY(page().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
}

void tst_Check::waitForComparison()
{
    QTRY_VERIFY(page().drift().isVisible());
}

QPushButton *tst_Check::button(const QWidget &in, const QString &text)
{
    for (QPushButton *candidate : in.findChildren<QPushButton *>()) {
        if (candidate->text() == text && candidate->isVisible())
            return candidate;
    }
    return nullptr;
}

void tst_Check::everythingIsListedBeforeItIsLookedAt()
{
    QVERIFY(model().lineCount() > 5);
    QCOMPARE_EQ(model().count(4), model().lineCount());
    QCOMPARE_EQ(m_dns->questions().size(), 0); // and nobody was asked
    QVERIFY(button(details(), QStringLiteral("Look at this line")));
}

void tst_Check::aRunFillsEveryLine()
{
    runAndWait();
    QCOMPARE_EQ(model().count(4), 0);
    QCOMPARE_EQ(verdictOf(QStringLiteral("mx.contoso.com")), Verdict::Good);
    QVERIFY(verdictOf(kSpf));
    QVERIFY(button(page(), QStringLiteral("Run the checks again")));
    // The worst line is the one that is shown.
    for (std::size_t state = 0; state < FindingModel::kStates.size(); ++state) {
        if (model().count(state) > 0) {
            QCOMPARE_EQ(model().line(details().id())->verdict(), FindingModel::kStates[state]);
            break;
        }
    }
}

void tst_Check::escapeStopsARunAtOnce()
{
    m_dns->fault({}, LoopbackDns::Fault::Drop);
    button(page(), QStringLiteral("Run the checks"))->click();
    QTRY_VERIFY(m_dns->questions().size() > 3);
    QVERIFY(page().isRunning());
    QElapsedTimer took;
    took.start();
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!page().isRunning());
    QVERIFY2(took.elapsed() < 500, qPrintable(QString::number(took.elapsed())));
    QCOMPARE_EQ(model().count(3), 0);
    QVERIFY(model().count(4) > 0); // what did not come is not looked at, nothing else
    const qsizetype asked = m_dns->questions().size();
    m_dns->fault({}, LoopbackDns::Fault::None);
    runAndWait(); // and it runs again
    QVERIFY(m_dns->questions().size() > asked);
    QCOMPARE_EQ(model().count(4), 0);
}

void tst_Check::oneLineIsLookedAtAgainAlone()
{
    publish("v=spf1 ip4:192.0.2.300 -all");
    runAndWait();
    QCOMPARE_EQ(verdictOf(kSpf), Verdict::Wrong);
    const auto others = model().findings();
    publish("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com -all");
    m_dns->mx(QStringLiteral("contoso.com"), 5, QStringLiteral("backup.example")); // must not be noticed
    page().select(kSpf);
    const qsizetype asked = m_dns->questions().size();
    button(details(), QStringLiteral("Look again"))->click();
    QVERIFY(page().isRunning());
    QTRY_VERIFY_WITH_TIMEOUT(!page().isRunning(), 30'000);
    QVERIFY2(verdictOf(kSpf) != Verdict::Wrong, "the old record came out of a cache");
    QCOMPARE_EQ(details().id(), kSpf); // it stays in sight
    QVERIFY(!m_dns->questions().mid(asked).contains(QStringLiteral("MX contoso.com")));
    for (const Finding &finding : others) {
        if (finding.id != kSpf)
            QCOMPARE_EQ(model().line(finding.id)->finding, finding);
    }
}

void tst_Check::theTreeUnderlinesTheFault()
{
    publish("v=spf1 include:spf.protection.outlook.com ip4:192.0.2.300 -all");
    runAndWait();
    page().select(kSpf);
    const SpfTreeView &tree = details().spfTree();
    QVERIFY(tree.isVisible());
    const SpfNode *root = tree.tree().node(tree.tree().index(0, 0));
    QVERIFY(root);
    const auto formats = recordFormats(*root, tree.palette());
    const auto fault = std::ranges::find_if(formats, [](const QTextLayout::FormatRange &range) {
        return range.format.underlineStyle() == QTextCharFormat::WaveUnderline;
    });
    QVERIFY(fault != formats.end());
    QVERIFY(root->record.mid(fault->start, fault->length).contains(QStringLiteral("192.0.2.300")));
    QVERIFY(tree.tree().index(0, 0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("of 10 lookups")));
    page().select(QStringLiteral("mx.contoso.com"));
    QVERIFY(!tree.isVisible());
}

void tst_Check::theEvidenceTellsWhoSaidSo()
{
    m_dns->ttl(300);
    runAndWait();
    page().select(kSpf);
    const EvidenceModel &table = details().evidence().table();
    QVERIFY(table.rowCount() > 0);
    QCOMPARE_EQ(table.evidence().front().question, QStringLiteral("TXT contoso.com"));
    QVERIFY(table.toText().contains(m_dns->endpoint().toString()));
    QVERIFY(table.toText().contains(QStringLiteral("5 min")));
    QVERIFY(details().evidence().height() > 40); // as tall as its rows
}

void tst_Check::verdictsAndWordsFilter()
{
    publish("v=spf1 ip4:192.0.2.300 -all");
    runAndWait();
    const int wrong = model().count(0);
    QVERIFY(wrong > 0 && wrong < model().lineCount());
    for (QPushButton *choice : page().verdicts().findChildren<QPushButton *>()) {
        if (choice->accessibleName() == QStringLiteral("Wrong: %1").arg(wrong))
            choice->click();
    }
    QCOMPARE_EQ(model().shownCount(), wrong);
    for (QLineEdit *words : page().findChildren<QLineEdit *>()) {
        if (words->accessibleName() == QLatin1String("Filter the lines"))
            QTest::keyClicks(words, QStringLiteral("no line has these words"));
    }
    QCOMPARE_EQ(model().shownCount(), 0);
    QVERIFY(!details().isVisible());
}

void tst_Check::changesSinceTheLastRunAreTold()
{
    runAndWait();
    const QString key = CheckHistory::keyOf({}, QStringLiteral("Contoso"));
    QTRY_VERIFY(!m_bench->checkHistory.moments(key).empty());
    QVERIFY(!page().drift().isVisible()); // there was no run before it
    m_bench->clock.advance(24h);
    publish("v=spf1 +all");
    runAndWait();
    waitForComparison();
    QVERIFY2(page().drift().sentence().startsWith(QStringLiteral("Since November 22, 2026")),
             qPrintable(page().drift().sentence()));
    const int changed = model().driftCount();
    QVERIFY(changed > 0 && changed < model().lineCount());
    QCOMPARE_EQ(model().line(kSpf)->drift->kind, Drift::Kind::Worse);
    page().drift().actionButton()->click();
    QCOMPARE_EQ(model().shownCount(), changed);
    page().select(kSpf);
    bool toldBefore = false;
    for (const QLabel *label : details().findChildren<QLabel *>())
        toldBefore = toldBefore || (label->isVisible() && label->text().contains(QStringLiteral("Before (November 22, 2026")));
    QVERIFY(toldBefore);
    page().drift().actionButton()->click();
    QCOMPARE_EQ(model().shownCount(), model().lineCount());
    m_bench->clock.advance(24h);
    runAndWait();
    waitForComparison();
    QVERIFY2(page().drift().sentence().startsWith(QStringLiteral("Nothing has changed since November 23, 2026")),
             qPrintable(page().drift().sentence()));
}

void tst_Check::aSavedRunIsComparedWith()
{
    runAndWait();
    const QString path = m_bench->folder.filePath(QStringLiteral("older.json"));
    page().saveRunTo(path);
    QVERIFY(QFile::exists(path));
    m_bench->clock.advance(std::chrono::hours(24 * 40));
    publish("v=spf1 +all");
    page().compareWithFile(path); // before the next run: it is what that is compared with
    runAndWait();
    waitForComparison();
    QVERIFY(model().line(kSpf)->drift);
    QCOMPARE_EQ(model().line(kSpf)->drift->kind, Drift::Kind::Worse);
}

void tst_Check::aForeignFileChangesNothing()
{
    runAndWait();
    const QString path = m_bench->folder.filePath(QStringLiteral("foreign.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[1, 2");
    file.close();
    page().compareWithFile(path);
    QVERIFY(page().message()->sentence().contains(QStringLiteral("foreign.json")));
    QCOMPARE_EQ(model().driftCount(), 0);
}

void tst_Check::silenceIsNotTakenForGood()
{
    m_dns->fault({}, LoopbackDns::Fault::ServFail);
    runAndWait();
    QCOMPARE_EQ(model().count(3), 0);
    QCOMPARE_EQ(verdictOf(kSpf), Verdict::CouldNotTell);
    QVERIFY2(page().message()->sentence().contains(QStringLiteral("network connection")),
             qPrintable(page().message()->sentence()));
}

void tst_Check::blocklistsAreLeftOutWhenSwitchedOff()
{
    const int before = model().lineCount();
    QSignalSpy changes(&page(), &CheckPage::choicesChanged);
    auto *blocklists = page().form().findChild<QCheckBox *>();
    QVERIFY(blocklists && blocklists->isChecked());
    blocklists->setChecked(false);
    QCOMPARE_EQ(changes.count(), 1);
    QVERIFY(!page().choices().blocklists);
    QVERIFY2(model().lineCount() < before, "their lines are gone");
    runAndWait();
    for (const QString &question : m_dns->questions())
        QVERIFY2(!question.contains(QStringLiteral("10.2.0.192.")) || question.contains(QStringLiteral("in-addr.arpa")),
                 qPrintable(question));
}

void tst_Check::aWrongSelectorStopsTheRun()
{
    page().form().setDraft({.selectors = QStringLiteral("scan 2024@x")});
    button(page(), QStringLiteral("Run the checks"))->click();
    QVERIFY(!page().isRunning());
    QVERIFY(page().form().isVisible()); // opened, so that the fault is seen
    page().form().setDraft({.selectors = QStringLiteral("scan2024")});
    runAndWait();
    QVERIFY(std::ranges::any_of(m_dns->questions(), [](const QString &question) {
        return question.contains(QStringLiteral("scan2024._domainkey.contoso.com"));
    }));
}

void tst_Check::theFileThatMendsItIsOpened()
{
    publish("v=spf1 -all");
    runAndWait();
    page().select(kSpf);
    QPushButton *open = button(details(), QStringLiteral("Open the SPF record in Apply"));
    QVERIFY(open);
    open->click();
    QCOMPARE_EQ(m_window->currentPage(), QStringLiteral("apply"));
    const QWidget *apply = QApplication::focusWidget();
    QVERIFY(apply);
    const auto *files = qobject_cast<const QListView *>(apply);
    QVERIFY(files);
    QVERIFY2(files->currentIndex().data().toString().contains(QStringLiteral("SPF")),
             qPrintable(files->currentIndex().data().toString()));
}

void tst_Check::aTickInApplyKeepsWhatWasFound()
{
    runAndWait();
    const auto found = model().findings();
    Site ticked = m_bench->workspace.site();
    ticked.applied.push_back({.artifact = QStringLiteral("spf.zone"), .on = QDate(2026, 11, 22), .digest = QStringLiteral("0")});
    m_bench->workspace.edit(QStringLiteral("tick"), ticked);
    QCOMPARE_EQ(model().findings(), found);
    Site other = m_bench->workspace.site();
    other.organisation.acceptedDomains.push_back(*Domain::parse(QStringLiteral("fabrikam.com")));
    m_bench->workspace.edit(QStringLiteral("domain"), other);
    QCOMPARE_EQ(model().count(4), model().lineCount()); // another plan: nobody has looked at it
}

void tst_Check::aLineIsCopied()
{
    runAndWait();
    page().select(kSpf);
    button(details(), QStringLiteral("Copy this line"))->click();
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("SPF record of contoso.com")));
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("TXT contoso.com")));
    button(page(), QStringLiteral("Copy as text"))->click();
    QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("MX record of contoso.com")));
}

void tst_Check::watchSpf(const LoopbackDns &zone, const LoopbackDns &slow)
{
    m_dns->ns(QStringLiteral("contoso.com"), QStringLiteral("ns1.contoso.com"));
    m_dns->address(QStringLiteral("ns1.contoso.com"), QStringLiteral("127.0.0.1"));
    m_bench->dnsAccess.zonePort = zone.port();
    m_bench->dnsAccess.resolvers = {{QStringLiteral("Slow resolver"), slow.endpoint()}};
    m_bench->dnsAccess.watchInterval = 50ms;
    runAndWait();
    page().select(kSpf);
    for (auto *fold : details().findChildren<QToolButton *>()) {
        if (fold->text() == QLatin1String("Who already sees it?"))
            fold->click();
    }
    QVERIFY(details().watch().isVisible());
    button(details(), QStringLiteral("Watch"))->click();
    QTRY_VERIFY(answered() == 2);
}

int tst_Check::answered() const
{
    const auto &rows = details().watch().servers().rows();
    return static_cast<int>(std::ranges::count_if(rows, [](const ServerViewModel::Row &row) { return row.view.asked; }));
}

void tst_Check::aChangeIsWatchedUntilEverybodySeesIt()
{
    LoopbackDns zone;
    zone.authoritative();
    zone.txt(QStringLiteral("contoso.com"), "v=spf1 ip4:192.0.2.10 -all");
    LoopbackDns slow;
    slow.txt(QStringLiteral("contoso.com"), "v=spf1 -all");
    watchSpf(zone, slow);
    const ServerViewModel &servers = details().watch().servers();
    for (const ServerViewModel::Row &row : servers.rows())
        QCOMPARE_EQ(row.sees, row.view.ofTheZone);
    QVERIFY2(details().watch().sentence().startsWith(QStringLiteral("1 of 2 servers see it.")),
             qPrintable(details().watch().sentence()));
    slow.forget(QStringLiteral("contoso.com"));
    slow.txt(QStringLiteral("contoso.com"), "v=spf1 ip4:192.0.2.10 -all");
    QTRY_COMPARE(details().watch().sentence(), QStringLiteral("Everybody who was asked sees it."));
    QVERIFY(std::ranges::all_of(servers.rows(), &ServerViewModel::Row::sees));
    QVERIFY(button(details(), QStringLiteral("Watch"))); // it has ended by itself
}

void tst_Check::aWatchStopsAtOnce()
{
    LoopbackDns zone;
    zone.authoritative();
    zone.txt(QStringLiteral("contoso.com"), "v=spf1 ip4:192.0.2.10 -all");
    LoopbackDns slow;
    slow.txt(QStringLiteral("contoso.com"), "v=spf1 -all");
    watchSpf(zone, slow);
    button(details(), QStringLiteral("Stop watching"))->click();
    QVERIFY(button(details(), QStringLiteral("Watch")));
    QCOMPARE_EQ(answered(), 2); // what was seen stays
    page().select(QStringLiteral("mx.contoso.com"));
    QCOMPARE_EQ(details().watch().servers().rowCount(), 0); // it was about another record
}

QTEST_MAIN(tst_Check)
#include "tst_Check.moc"
