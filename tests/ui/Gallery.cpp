// SPDX-License-Identifier: GPL-3.0-or-later
// relaywright_gallery OUTDIR [--dark] [--scale FACTOR]: a PNG of every page of the window, filled and empty.
#include "tests/ui/Bench.h"
#include "ui/forms/PasswordEntry.h"
#include "ui/forms/RelayForm.h"
#include "ui/forms/TestDetails.h"
#include "ui/forms/TestForm.h"
#include "ui/models/FindingModel.h"
#include "ui/models/SenderModel.h"
#include "ui/pages/ApplyPage.h"
#include "ui/pages/CheckPage.h"
#include "ui/pages/PlanPage.h"
#include "ui/pages/PracticePage.h"
#include "ui/pages/RelayPage.h"
#include "ui/pages/SendersPage.h"
#include "ui/pages/TestPage.h"
#include "ui/text/Language.h"
#include "ui/theme/Theme.h"
#include "ui/views/ComparePanel.h"
#include "ui/views/FindBar.h"
#include "ui/views/FindingDetails.h"
#include "ui/views/ImportPanel.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/SendPanel.h"
#include "ui/views/SenderTable.h"
#include "ui/views/SeriesPanel.h"
#include "ui/views/TranscriptPanel.h"
#include "ui/views/VerdictBar.h"
#include "ui/window/MainWindow.h"
#include "ui/window/TrayIcon.h"
#include "ui/wizard/SiteWizard.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QLineEdit>
#include <QPainter>
#include <QTableView>
#include <QTextStream>

#include <cstring>

using namespace relaywright;
using namespace relaywright::test;

namespace {

SpfNode node(const char *term, const char *domain, const char *record, int lookups)
{
    SpfNode made;
    made.term = QString::fromLatin1(term);
    made.domain = QString::fromLatin1(domain);
    made.record = QString::fromLatin1(record);
    made.lookups = lookups;
    return made;
}

SpfRemark remark(const SpfNode &in, SpfRemark::Weight weight, const char *id, const char *at, const char *sentence)
{
    const qsizetype offset = in.record.indexOf(QLatin1String(at));
    return {weight, QString::fromLatin1(id),
            {QString::fromLatin1(sentence), offset, offset < 0 ? 0 : static_cast<qsizetype>(std::strlen(at))}};
}

/// A record with most of what can be wrong in one.
Finding spfFinding()
{
    SpfNode root = node("", "contoso.com",
                        "v=spf1 include:spf.protection.outlook.com include:_spf.mailer.example a:old.contoso.com "
                        "ip4:192.0.2.300 ptr ip4:198.51.100.0/24 ip4:198.51.100.0/24 ?all",
                        11);
    using Weight = SpfRemark::Weight;
    root.remarks = {remark(root, Weight::Wrong, "syntax", "ip4:192.0.2.300",
                           "\"192.0.2.300\" is not an IPv4 address: each of its four numbers is at most 255."),
                    remark(root, Weight::Wrong, "over-lookups", "",
                           "The record costs 11 lookups, and receivers stop at 10 with a permanent error."),
                    remark(root, Weight::Attention, "ptr", "ptr",
                           "\"ptr\" is slow and unreliable, and receivers may ignore it. Name the addresses instead."),
                    remark(root, Weight::Attention, "neutral-all", "?all",
                           "\"?all\" says nothing about other servers. End with \"~all\".")};
    SpfNode microsoft = node("include:spf.protection.outlook.com", "spf.protection.outlook.com",
                             "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8:400::/48 -all", 1);
    microsoft.networks = {*IpNetwork::parse(QStringLiteral("203.0.113.0/24")),
                          *IpNetwork::parse(QStringLiteral("2001:db8:400::/48"))};
    SpfNode mailer = node("include:_spf.mailer.example", "_spf.mailer.example",
                          "v=spf1 include:_a.mailer.example include:_b.mailer.example mx a:mail.mailer.example ~all", 7);
    for (const char *name : {"_a.mailer.example", "_b.mailer.example"}) {
        SpfNode part = node("", name, "v=spf1 ip4:198.51.100.64/26 ip4:198.51.100.128/26 ~all", 1);
        part.term = QStringLiteral("include:%1").arg(part.domain);
        for (const char *net : {"198.51.100.64/26", "198.51.100.128/26"})
            part.networks.push_back(*IpNetwork::parse(QString::fromLatin1(net)));
        mailer.children.push_back(part);
    }
    mailer.children.push_back(node("mx", "_spf.mailer.example", "", 1));
    SpfNode gone = node("a:old.contoso.com", "old.contoso.com", "", 1);
    gone.voidLookups = 1;
    gone.remarks = {{Weight::Attention, QStringLiteral("void"),
                     {QStringLiteral("The DNS knows no address of old.contoso.com. Take the term out."), 0, 0}}};
    root.children = {microsoft, mailer, gone};
    for (SpfNode &child : root.children)
        child.at = {{}, root.record.indexOf(child.term), child.term.size()};
    root.voidLookups = 1;
    Finding finding;
    finding.id = QStringLiteral("spf.contoso.com");
    finding.topic = Topic::Spf;
    finding.verdict = Verdict::Wrong;
    finding.title = QStringLiteral("SPF record of contoso.com");
    finding.seen = QStringLiteral("One record with 11 of 10 lookups and a fault at character 84.");
    finding.why = QStringLiteral("Receivers look there for the servers that may send as the domain; exactly one record must "
                                 "exist, and it must not cost more than 10 lookups.");
    finding.todo = QStringLiteral("Publish the record below in place of the one that is there. It keeps what works, leaves out "
                                  "what is wrong, and adds the address that your direct senders use.");
    finding.mends = QStringLiteral("spf-record");
    finding.proposal = QStringLiteral("v=spf1 ip4:192.0.2.10 include:spf.protection.outlook.com include:_spf.mailer.example "
                                      "ip4:198.51.100.0/24 ~all");
    finding.evidence = {{QStringLiteral("TXT contoso.com"), root.record, QStringLiteral("192.0.2.53"),
                         std::chrono::minutes(60), true},
                        {QStringLiteral("TXT spf.protection.outlook.com"), microsoft.record, QStringLiteral("192.0.2.53"),
                         std::chrono::minutes(5), false},
                        {QStringLiteral("A old.contoso.com"), QStringLiteral("no such name"), QStringLiteral("192.0.2.53"),
                         std::chrono::minutes(15), true}};
    finding.spf = std::make_shared<const SpfNode>(root);
    return finding;
}

Finding predictionFinding()
{
    Finding finding;
    finding.id = QStringLiteral("prediction.old-printer-in-the-warehouse");
    finding.topic = Topic::Prediction;
    finding.verdict = Verdict::Attention;
    finding.title = QStringLiteral("Old printer in the warehouse, by local relay");
    finding.seen = QStringLiteral("Now: SPF softfail for contoso.com from 192.0.2.10, no DKIM signature of contoso.com, so "
                                  "DMARC fails and the receiver does as the policy \"none\" says.\n"
                                  "With the proposed SPF record: SPF pass, aligned, so DMARC passes.");
    finding.why = QStringLiteral("Receivers put mail that fails DMARC into junk or refuse it.");
    finding.todo = QStringLiteral("Publish the SPF record.");
    finding.mends = QStringLiteral("spf-record");
    return finding;
}

class Gallery {
public:
    Gallery(QDir folder, QString suffix) : m_folder(std::move(folder)), m_suffix(std::move(suffix)) {}

    bool paintAll()
    {
        paintEmpty();
        paintWizard();
        paintFilled();
        paintTrouble();
        paintTray();
        return m_good;
    }

private:
    void shoot(QWidget &widget, const QString &name)
    {
        QCoreApplication::processEvents();
        waitUntil([] { return false; }, 60); // layouts and delayed item views settle
        const QString path = m_folder.filePath(name + m_suffix + QStringLiteral(".png"));
        if (!widget.grab().save(path)) {
            QTextStream(stderr) << "could not write " << path << Qt::endl;
            m_good = false;
        }
    }

    void expect(bool condition, const char *what)
    {
        if (condition)
            return;
        QTextStream(stderr) << "did not happen: " << what << Qt::endl;
        m_good = false;
    }

    void paintEmpty()
    {
        Bench bench;
        MainWindow window(bench.services);
        window.resize(1160, 760);
        window.show();
        shoot(window, QStringLiteral("01-start"));
        for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("empty-%1").arg(QLatin1String(page)));
        }
    }

    void paintWizard()
    {
        Bench bench;
        const Knowledge &knowledge = bench.workspace.knowledge();
        SiteWizard wizard({}, bench.dns, knowledge,
                          [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
        wizard.show();
        wizard.next();
        shoot(wizard, QStringLiteral("wizard-0-problem"));
        SiteWizard filled(contoso(), bench.dns, knowledge,
                          [&](const Site &site) { return advise(site, knowledge, bench.clock.today()); });
        filled.show();
        for (const char *name : {"1-organisation", "2-network", "3-senders", "4-ability", "5-result", "6-next"}) {
            shoot(filled, QStringLiteral("wizard-%1").arg(QLatin1String(name)));
            filled.next();
        }
    }

    void paintFilled()
    {
        Bench bench;
        MainWindow window(bench.services);
        window.resize(1160, 760);
        bench.workspace.create(contoso());
        bench.workspace.undoStack().setClean();
        window.show();
        for (const char *page : {"site", "senders", "plan", "apply"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("page-%1").arg(QLatin1String(page)));
        }
        window.showPage(QStringLiteral("plan"));
        for (const Sender &sender : bench.workspace.site().senders) {
            window.planPage().selectSender(sender.id);
            shoot(window, QStringLiteral("page-plan-%1").arg(sender.id));
        }
        window.planPage().showWholeSite();
        shoot(window, QStringLiteral("page-plan-whole-site"));
        window.planPage().selectSender(bench.workspace.site().senders.front().id);
        window.planPage().showComparison(true);
        shoot(window, QStringLiteral("page-plan-compare"));
        window.planPage().showComparison(false);
        window.showPage(QStringLiteral("apply"));
        for (const char *kind : {"spf-record", "connector-script", "device-sheet", "relay-config"}) {
            if (window.applyPage().selectKind(QLatin1String(kind)))
                shoot(window, QStringLiteral("page-apply-%1").arg(QLatin1String(kind)));
        }
        paintTicks(window, bench);
        paintImport(window);
        paintCheck(window, bench);
        paintTest(window, bench);
        paintRelay(window, bench);
        window.showPage(QStringLiteral("practice"));
        shoot(window, QStringLiteral("page-practice"));
        window.resize(960, 600);
        for (const char *page : {"site", "senders", "plan", "apply", "check", "test", "relay", "practice"}) {
            window.showPage(QLatin1String(page));
            shoot(window, QStringLiteral("small-%1").arg(QLatin1String(page)));
        }
        window.showPage(QStringLiteral("test"));
        window.testPage().showTab(TestPage::Comparison);
        shoot(window, QStringLiteral("small-test-compare"));
        window.testPage().showTab(TestPage::AllSenders);
        shoot(window, QStringLiteral("small-test-series"));
        window.testPage().showTab(TestPage::Ladder);
        shoot(window, QStringLiteral("small-test-ladder"));
        window.showPage(QStringLiteral("plan"));
        window.planPage().showComparison(true);
        shoot(window, QStringLiteral("small-plan-compare"));
    }

    void paintTicks(MainWindow &window, Bench &bench)
    {
        for (const char *kind : {"spf-record", "connector-script", "device-sheet"}) {
            if (window.applyPage().selectKind(QLatin1String(kind)))
                window.applyPage().setApplied(true);
        }
        shoot(window, QStringLiteral("page-apply-ticked"));
        Site changed = bench.workspace.site();
        for (AppliedArtifact &tick : changed.applied)
            tick.digest = QStringLiteral("of an older text");
        bench.workspace.edit(QStringLiteral("older ticks"), changed);
        shoot(window, QStringLiteral("page-apply-changed"));
        while (bench.workspace.undoStack().canUndo())
            bench.workspace.undoStack().undo();
    }

    void paintImport(MainWindow &window)
    {
        window.showPage(QStringLiteral("senders"));
        SendersPage &page = window.sendersPage();
        page.beginImport();
        shoot(window, QStringLiteral("page-import-source"));
        QString text = QStringLiteral("Gerät;Art;Absender;TLS;STARTTLS;Max. Größe (MB);Raum\n");
        for (int i = 1; i <= 60; ++i)
            text += QStringLiteral("Scanner %1;Multifunktionsgerät;scan%1@contoso.com;1.2;ja;25;%2\n").arg(i).arg(100 + i);
        page.importPanel().readText(text);
        shoot(window, QStringLiteral("page-import-mapping"));
        page.importPanel().readText(text + QStringLiteral("Türsteuerung;Tür;tuer@contoso.com;1.0;nein;5;7\n"
                                                          "Drucker EG;Drucker;drucker;1.0;nein;5;7\n"
                                                          ";Drucker;d2@contoso.com;1.0;nein;5;7\n"
                                                          "Scanner, ground floor;Scanner;scanner@contoso.com;?;?;?;\n"
                                                          "Fax;Fax;fax@contoso.com;kein TLS 1.2;nein;5;7\n"));
        shoot(window, QStringLiteral("page-import-bad-lines"));
        window.resize(960, 600);
        shoot(window, QStringLiteral("small-import-bad-lines"));
        window.resize(1160, 760);
        page.importPanel().readText(text);
        if (page.importPanel().inventory())
            Q_EMIT page.importPanel().importRequested(*page.importPanel().inventory());
        shoot(window, QStringLiteral("page-senders-many"));
        page.table().selectAll();
        shoot(window, QStringLiteral("page-senders-bulk"));
        page.selectSender(QStringLiteral("ups-cards"));
        page.showAnswer(QStringLiteral("ups-cards"), QStringLiteral("vendor"));
        shoot(window, QStringLiteral("page-senders-more-answers"));
        page.table().editAnswer(QStringLiteral("ups-cards"), SenderModel::TlsColumn);
        shoot(window, QStringLiteral("page-senders-edit"));
        page.table().setFocus();
        window.showPage(QStringLiteral("site"));
        window.showAnswer(QStringLiteral("organisation.tenant"));
        shoot(window, QStringLiteral("page-site-more-answers"));
    }

    void paintCheck(MainWindow &window, Bench &bench)
    {
        window.showPage(QStringLiteral("check"));
        CheckPage &page = window.checkPage();
        shoot(window, QStringLiteral("page-check-not-yet"));
        page.run();
        expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "checks finished");
        expect(page.findings().lineCount() > 2, "checks found something");
        shoot(window, QStringLiteral("page-check"));
        paintDrift(window, bench);
        Finding spf = spfFinding();
        page.findings().take({spf, predictionFinding()});
        for (const Finding &finding : {spf, predictionFinding()}) {
            page.select(finding.id);
            shoot(window, QStringLiteral("page-check-%1").arg(toString(finding.topic)));
        }
        page.select(spf.id);
        window.resize(960, 600);
        shoot(window, QStringLiteral("small-check-spf"));
        window.resize(1160, 760);
        page.verdicts().choose(1);
        shoot(window, QStringLiteral("page-check-filtered"));
        page.verdicts().choose(-1);
        page.select(spf.id);
        shoot(page.details(), QStringLiteral("part-check-details"));
        page.run();
        page.cancel();
        shoot(window, QStringLiteral("page-check-cancelled"));
    }

    void paintDrift(MainWindow &window, Bench &bench)
    {
        CheckPage &page = window.checkPage();
        expect(waitUntil([&] { return !bench.checkHistory.moments(CheckHistory::keyOf({}, QStringLiteral("Contoso"))).empty(); }),
               "the run is kept");
        bench.clock.advance(std::chrono::hours(30));
        bench.dns.setTxt(QStringLiteral("contoso.com"), "v=spf1 include:spf.protection.outlook.com ip4:192.0.2.10 ?all");
        page.run();
        expect(waitUntil([&] { return !page.isRunning() && page.findings().driftCount() > 0; }, 30'000), "a change is told");
        page.select(QStringLiteral("spf.contoso.com"));
        shoot(window, QStringLiteral("page-check-drift"));
    }

    void paintTest(MainWindow &window, Bench &bench)
    {
        window.showPage(QStringLiteral("test"));
        TestPage &page = window.testPage();
        page.fillFromPractice();
        TestDraft draft = page.form().draft();
        draft.to = QStringLiteral("accounting@contoso.com");
        page.form().setDraft(draft);
        expect(waitUntil([&] { return bench.practice.isRunning(); }), "practice server running");
        page.send();
        expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }), "test message sent");
        shoot(window, QStringLiteral("page-test-accepted"));
        Q_EMIT page.sendPanel().conversation().messageRequested();
        page.sendPanel().conversation().findBar().open();
        shoot(window, QStringLiteral("page-test-message"));
        page.sendPanel().conversation().findBar().close();
        page.sendPanel().conversation().hideMessage();
        page.message()->clear();
        bench.clock.advance(std::chrono::minutes(3));
        page.form().password().type(QStringLiteral("not the password"));
        page.send();
        waitUntil([&] { return page.isRunning(); }, 2000);
        expect(waitUntil([&] { return !page.isRunning() && !page.verdictSentence().isEmpty(); }),
               "test message refused");
        shoot(window, QStringLiteral("page-test-refused"));
        paintTestTabs(window, bench);
        draft = page.form().draft();
        draft.server = QStringLiteral("smtp office365.com");
        draft.to.clear();
        page.form().setDraft(draft);
        page.send();
        shoot(window, QStringLiteral("page-test-problem"));
    }

    void paintTestTabs(MainWindow &window, Bench &bench)
    {
        TestPage &page = window.testPage();
        page.showTab(TestPage::Comparison);
        expect(waitUntil([&] { return page.comparison().model().differences() > 0; }), "two tests compared");
        shoot(window, QStringLiteral("page-test-compare"));
        page.showTab(TestPage::AllSenders);
        page.series().recipient().setText(QStringLiteral("accounting@contoso.com"));
        const Site &site = bench.workspace.site();
        SeriesModel &model = page.series().model();
        model.begin({site.senders[0].id, site.senders[1].id, site.senders[2].id}, 1);
        model.addResult(site.senders[0].id, Verdict::Good, QStringLiteral("smtp.office365.com:587 accepted the message for 1 recipient."),
                        std::chrono::milliseconds(1840));
        model.addResult(site.senders[1].id, Verdict::Wrong,
                        QStringLiteral("smtp.office365.com:587 refused the sender printer@contoso.com (550 5.7.60)."), std::chrono::milliseconds(920));
        model.setRunning(site.senders[2].id);
        page.series().table().selectRow(1);
        shoot(window, QStringLiteral("page-test-series"));
        page.showTab(TestPage::Ladder);
        shoot(window, QStringLiteral("page-test-ladder-before"));
        page.send();
        expect(waitUntil([&] { return !page.isRunning(); }, 30'000), "ladder climbed");
        shoot(window, QStringLiteral("page-test-ladder"));
        page.showTab(TestPage::OneMessage);
        page.fillFromSender(site.senders[1].id);
        shoot(window, QStringLiteral("page-test-like-a-device"));
        page.form().details().openAll();
        shoot(window, QStringLiteral("page-test-details"));
        page.message()->clear();
    }

    void paintRelay(MainWindow &window, Bench &bench)
    {
        window.showPage(QStringLiteral("relay"));
        window.relayPage().fillFromPlan();
        shoot(window, QStringLiteral("page-relay-settings"));
        window.relayPage().startRelay();
        RelayStatus status;
        status.startedAt = bench.clock.now();
        status.condition = RelayCondition::Waiting;
        status.reason =
            QStringLiteral("smtp.office365.com asked to slow down (432 4.3.2); the next attempt is in 4 minutes.");
        status.listeners = {QStringLiteral("192.0.2.10:25")};
        status.upstream = QStringLiteral("smtp.office365.com:587");
        status.accepted = 1204;
        status.delivered = 1201;
        status.queued = 3;
        status.held = 1;
        status.refused = 7;
        bench.shownRelay.show(RelayHost::State::Running, {}, status);
        window.relayPage().showQueue(
            {waitingMessage(1, QStringLiteral("deferred"),
                            QStringLiteral("432 4.3.2 Concurrent connections limit exceeded.")),
             waitingMessage(2, QStringLiteral("queued"), {}),
             waitingMessage(3, QStringLiteral("held"), QStringLiteral("held by an operator"))});
        if (auto *tabs = window.relayPage().findChild<QTabWidget *>())
            tabs->setCurrentIndex(0);
        shoot(window, QStringLiteral("page-relay-waiting"));
    }

    void paintTrouble()
    {
        Bench bench(nullptr, false);
        MainWindow window(bench.services);
        window.resize(1160, 760);
        bench.shownRelay.show(
            RelayHost::State::Failed,
            QStringLiteral("The address 0.0.0.0:25 is taken by another program. Stop it, or choose another port."));
        window.show();
        window.openFile(QStringLiteral("/nowhere/at all.relaywright"));
        shoot(window, QStringLiteral("trouble-file"));
        window.showPage(QStringLiteral("relay"));
        window.relayPage().showSettings();
        shoot(window, QStringLiteral("trouble-relay"));
        window.showPage(QStringLiteral("test"));
        shoot(window, QStringLiteral("trouble-no-keychain"));
    }

    void paintTray()
    {
        QWidget strip;
        strip.resize(420, 72);
        QPixmap pixmap(strip.size() * qApp->devicePixelRatio());
        pixmap.setDevicePixelRatio(qApp->devicePixelRatio());
        pixmap.fill(qApp->palette().color(QPalette::Window));
        QPainter painter(&pixmap);
        int x = 16;
        for (const TrayIcon::State state :
             {TrayIcon::State::Off, TrayIcon::State::Idle, TrayIcon::State::Delivering, TrayIcon::State::Waiting,
              TrayIcon::State::Paused, TrayIcon::State::Trouble}) {
            const QIcon icon(QStringLiteral(":/icons/%1.svg").arg(iconName(state)));
            icon.paint(&painter, QRect(x, 8, 32, 32));
            icon.paint(&painter, QRect(x + 5, 46, 22, 22));
            x += 64;
        }
        painter.end();
        m_good =
            pixmap.save(m_folder.filePath(QStringLiteral("tray-icons") + m_suffix + QStringLiteral(".png"))) && m_good;
    }

    QDir m_folder;
    QString m_suffix;
    bool m_good = true;
};

} // namespace

int main(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; ++i) { // the factor must be known before the application is made
        if (std::strcmp(argv[i], "--scale") == 0)
            qputenv("QT_SCALE_FACTOR", argv[i + 1]);
    }
    QApplication application(argc, argv);
    QStringList arguments = QApplication::arguments().mid(1);
    const bool dark = arguments.removeAll(QStringLiteral("--dark")) > 0;
    QString suffix = dark ? QStringLiteral("-dark") : QString();
    if (const auto at = arguments.indexOf(QStringLiteral("--scale")); at >= 0 && at + 1 < arguments.size()) {
        suffix += QStringLiteral("@%1x").arg(arguments[at + 1]);
        arguments.remove(at, 2);
    }
    if (arguments.size() != 1 || !QDir().mkpath(arguments.front())) {
        QTextStream(stderr) << "usage: relaywright_gallery OUTDIR [--dark] [--scale FACTOR]" << Qt::endl;
        return 2;
    }
    installLanguage(application, QLocale(QLocale::English, QLocale::UnitedStates));
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    applyTheme(application, dark ? Scheme::Dark : Scheme::Light);
    return Gallery(QDir(arguments.front()), suffix).paintAll() ? 0 : 1;
}
