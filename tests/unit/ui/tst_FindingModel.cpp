// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/drafts/CheckDraft.h"
#include "ui/models/EvidenceModel.h"
#include "ui/models/FindingModel.h"
#include "ui/text/FindingText.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;
using Tester = QAbstractItemModelTester;

class tst_FindingModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyLineIsThereBeforeItIsLookedAt();
    void aLineNotLookedAtIsNeverGood();
    void findingsFillTheirLines();
    void aFindingThatNobodyExpectedGetsALine();
    void theWorstComeFirst();
    void filtersByVerdictAndByWords();
    void showsOnlyWhatChanged();
    void thousandsOfFindingsAreOneSignalForEachTopic();
    void aLineThatIsLookedAtAgainShowsNoVerdict();
    void theTextNamesEveryLine();
    void evidenceIsATable();
    void tellsRecordsFromOtherEvidence_data();
    void tellsRecordsFromOtherEvidence();
    void selectorsAreChecked_data();
    void selectorsAreChecked();

private:
    static std::vector<Check> checks();
    static Finding finding(const char *id, Topic topic, Verdict verdict, const char *seen = "");
};

std::vector<Check> tst_FindingModel::checks()
{
    return {{QStringLiteral("mx.contoso.com"), Topic::Mx, QStringLiteral("MX record of contoso.com")},
            {QStringLiteral("spf.contoso.com"), Topic::Spf, QStringLiteral("SPF record of contoso.com")},
            {QStringLiteral("spf.example.com"), Topic::Spf, QStringLiteral("SPF record of example.com")},
            {QStringLiteral("reach.smtp.office365.com:587"), Topic::Reach, QStringLiteral("Connection to the server")}};
}

Finding tst_FindingModel::finding(const char *id, Topic topic, Verdict verdict, const char *seen)
{
    Finding made;
    made.id = QString::fromLatin1(id);
    made.topic = topic;
    made.verdict = verdict;
    made.title = QStringLiteral("Title of %1").arg(made.id);
    made.seen = QString::fromLatin1(seen);
    return made;
}

void tst_FindingModel::everyLineIsThereBeforeItIsLookedAt()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    QCOMPARE_EQ(model.rowCount(), 3); // topics with lines
    QCOMPARE_EQ(model.rowCount(model.index(1, 0)), 2);
    QCOMPARE_EQ(model.lineCount(), 4);
    QCOMPARE_EQ(model.count(4), 4); // none looked at
    QCOMPARE_EQ(model.index(0, 0).data().toString(), topicName(Topic::Mx));
    QVERIFY(!model.line(model.index(0, 0)));
    QCOMPARE_EQ(model.line(model.indexOf(QStringLiteral("spf.example.com")))->check, checks()[2]);
}

void tst_FindingModel::aLineNotLookedAtIsNeverGood()
{
    FindingModel model;
    model.setChecks(checks());
    for (const Check &check : checks()) {
        const QModelIndex index = model.indexOf(check.id);
        QCOMPARE_NE(index.data(ToneRole).toInt(), static_cast<int>(Tone::Good));
        QCOMPARE_NE(index.data(SymbolRole).toString(), lookOf(Verdict::Good).symbol);
        QCOMPARE_EQ(index.data(SubtitleRole).toString(), QStringLiteral("Not looked at yet"));
    }
    QCOMPARE_EQ(model.count(3), 0);
}

void tst_FindingModel::findingsFillTheirLines()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    const QPersistentModelIndex kept = model.indexOf(QStringLiteral("spf.example.com"));
    model.take({finding("spf.example.com", Topic::Spf, Verdict::Wrong)});
    QCOMPARE_EQ(model.indexOf(QStringLiteral("spf.example.com")), QModelIndex(kept)); // it stays where it was
    QCOMPARE_EQ(kept.data().toString(), QStringLiteral("Title of spf.example.com"));
    QCOMPARE_EQ(kept.data(SymbolRole).toString(), lookOf(Verdict::Wrong).symbol);
    QCOMPARE_EQ(model.count(0), 1);
    QCOMPARE_EQ(model.count(4), 3);
    QCOMPARE_EQ(model.index(1, 0).data(FindingModel::CountsRole).toList(), (QVariantList{1, 0, 0, 0, 1}));
}

void tst_FindingModel::aFindingThatNobodyExpectedGetsALine()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    model.take({finding("dkim.contoso.com.s1", Topic::Dkim, Verdict::Good)});
    QCOMPARE_EQ(model.rowCount(), 4);
    QVERIFY(model.indexOf(QStringLiteral("dkim.contoso.com.s1")).isValid());
}

void tst_FindingModel::theWorstComeFirst()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    model.setWanted({.order = FindingModel::Order::Worst});
    model.take({finding("mx.contoso.com", Topic::Mx, Verdict::Good), finding("spf.contoso.com", Topic::Spf, Verdict::CouldNotTell),
                finding("spf.example.com", Topic::Spf, Verdict::Wrong)});
    QStringList order;
    for (int heading = 0; heading < model.rowCount(); ++heading)
        order += model.index(heading, 0).data().toString();
    QCOMPARE_EQ(order, (QStringList{QStringLiteral("Wrong"), QStringLiteral("Could not tell"), QStringLiteral("Good"),
                                    QStringLiteral("Not looked at yet")}));
    QCOMPARE_EQ(model.firstLine().data(FindingModel::IdRole).toString(), QStringLiteral("spf.example.com"));
}

void tst_FindingModel::filtersByVerdictAndByWords()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    Finding spf = finding("spf.contoso.com", Topic::Spf, Verdict::Wrong, "two records");
    spf.evidence = {{QStringLiteral("TXT contoso.com"), QStringLiteral("v=spf1 include:mailer.example ~all")}};
    model.take({spf, finding("spf.example.com", Topic::Spf, Verdict::Good)});
    model.setWanted({.words = QStringLiteral("MAILER.example two")});
    QCOMPARE_EQ(model.shownCount(), 1);
    QVERIFY(!model.indexOf(QStringLiteral("spf.example.com")).isValid());
    model.setWanted({.state = 3});
    QCOMPARE_EQ(model.shownCount(), 1);
    QVERIFY(model.indexOf(QStringLiteral("spf.example.com")).isValid());
    model.take({finding("spf.example.com", Topic::Spf, Verdict::Wrong)}); // leaves what is shown
    QCOMPARE_EQ(model.shownCount(), 0);
    QCOMPARE_EQ(model.lineCount(), 4); // counts are of all
    model.setWanted({.state = 4});
    QCOMPARE_EQ(model.shownCount(), 2);
}

void tst_FindingModel::showsOnlyWhatChanged()
{
    FindingModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setChecks(checks());
    model.take({finding("mx.contoso.com", Topic::Mx, Verdict::Good)});
    Drift worse{.kind = Drift::Kind::Worse, .id = QStringLiteral("mx.contoso.com"), .title = QStringLiteral("MX")};
    Drift gone{.kind = Drift::Kind::Gone, .id = QStringLiteral("dmarc.old.example"), .title = QStringLiteral("DMARC of old")};
    model.setDrifts({worse, gone});
    QCOMPARE_EQ(model.driftCount(), 2);
    QVERIFY(!model.indexOf(gone.id).isValid()); // the older run alone has it
    QCOMPARE_EQ(model.lineCount(), 4);
    model.setWanted({.onlyChanged = true});
    QCOMPARE_EQ(model.shownCount(), 2);
    QCOMPARE_EQ(model.indexOf(gone.id).parent().data().toString(), topicName(Topic::Dmarc));
    QVERIFY(model.indexOf(worse.id).data(SubtitleRole).toString().contains(QStringLiteral("Worse")));
    model.setDrifts({});
    model.setWanted({});
    QCOMPARE_EQ(model.shownCount(), 4);
    QVERIFY(!model.line(gone.id));
}

void tst_FindingModel::thousandsOfFindingsAreOneSignalForEachTopic()
{
    constexpr int kSenders = 10'000;
    std::vector<Check> many = checks();
    std::vector<Finding> findings;
    for (int i = 0; i < kSenders; ++i) {
        const QByteArray id = "prediction.sender-" + QByteArray::number(i);
        many.insert(many.end() - 1, {QString::fromLatin1(id), Topic::Prediction, QStringLiteral("Sender %1").arg(i)});
        findings.push_back(finding(id.constData(), Topic::Prediction, i % 100 == 0 ? Verdict::Wrong : Verdict::Good));
    }
    FindingModel model;
    model.setChecks(many);
    QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.take(findings);
    QCOMPARE_EQ(resets.count(), 0);
    QCOMPARE_EQ(changes.count(), 2); // the lines, and their heading with the counts
    QCOMPARE_EQ(model.count(0), kSenders / 100);
    QCOMPARE_EQ(model.count(3), kSenders - kSenders / 100);
}

void tst_FindingModel::aLineThatIsLookedAtAgainShowsNoVerdict()
{
    FindingModel model;
    model.setChecks(checks());
    model.take({finding("mx.contoso.com", Topic::Mx, Verdict::Good)});
    const QModelIndex line = model.indexOf(QStringLiteral("mx.contoso.com"));
    model.setLooking(QStringLiteral("mx.contoso.com"), true);
    QCOMPARE_EQ(line.data(SubtitleRole).toString(), QStringLiteral("Looking again…"));
    QCOMPARE_NE(line.data(ToneRole).toInt(), static_cast<int>(Tone::Good));
    model.endLooking();
    QCOMPARE_EQ(line.data(SubtitleRole).toString(), QStringLiteral("Good"));
}

void tst_FindingModel::theTextNamesEveryLine()
{
    FindingModel model;
    model.setChecks(checks());
    Finding spf = finding("spf.contoso.com", Topic::Spf, Verdict::Wrong, "Two records.");
    spf.todo = QStringLiteral("Merge them.");
    spf.evidence = {{QStringLiteral("TXT contoso.com"), QStringLiteral("v=spf1 -all\nv=spf1 ~all"), QStringLiteral("192.0.2.53")}};
    model.take({spf});
    const QString text = model.toText();
    QVERIFY(text.contains(QStringLiteral("Wrong: Title of spf.contoso.com\n  Two records.\n  Merge them.\n"
                                         "  TXT contoso.com → v=spf1 -all | v=spf1 ~all (192.0.2.53)\n")));
    QVERIFY(text.contains(QStringLiteral("Not looked at yet: MX record of contoso.com")));
}

void tst_FindingModel::evidenceIsATable()
{
    EvidenceModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setEvidence({{QStringLiteral("TXT contoso.com"), QStringLiteral("v=spf1\t-all"), QStringLiteral("192.0.2.53"), 300s, true},
                       {QStringLiteral("https://mta-sts.contoso.com/"), QStringLiteral("404")}});
    QCOMPARE_EQ(model.columnCount(), 5);
    QCOMPARE_EQ(model.index(0, EvidenceModel::Ttl).data().toString(), QStringLiteral("5 min"));
    QCOMPARE_EQ(model.index(0, EvidenceModel::Dnssec).data().toString(), QStringLiteral("validated"));
    QCOMPARE_EQ(model.index(1, EvidenceModel::Dnssec).data().toString(), QStringLiteral("–")); // no answer of the DNS
    const QString text = model.toText();
    QVERIFY(text.contains(QStringLiteral("TXT contoso.com\tv=spf1 -all\t192.0.2.53\t5 min\tvalidated\n")));
    model.setNarrow(true);
    QCOMPARE_EQ(model.columnCount(), 3);
    QCOMPARE_EQ(model.index(0, EvidenceModel::Server).data().toString(), QStringLiteral("192.0.2.53\nstays for 5 min\nvalidated"));
    QCOMPARE_EQ(model.toText(), text); // what is copied does not depend on the width
}

void tst_FindingModel::tellsRecordsFromOtherEvidence_data()
{
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("name");
    QTest::newRow("TXT") << QStringLiteral("TXT _dmarc.contoso.com") << QStringLiteral("_dmarc.contoso.com");
    QTest::newRow("TLSA") << QStringLiteral("TLSA _25._tcp.mail.contoso.com") << QStringLiteral("_25._tcp.mail.contoso.com");
    QTest::newRow("a file") << QStringLiteral("https://mta-sts.contoso.com/.well-known/mta-sts.txt") << QString();
    QTest::newRow("a sentence") << QStringLiteral("A connection to port 25") << QString();
    QTest::newRow("nothing") << QString() << QString();
}

void tst_FindingModel::tellsRecordsFromOtherEvidence()
{
    QFETCH(QString, question);
    QFETCH(QString, name);
    const auto record = recordOf({.question = question});
    QCOMPARE_EQ(record.has_value(), !name.isEmpty());
    if (record)
        QCOMPARE_EQ(record->name, name);
}

void tst_FindingModel::selectorsAreChecked_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QStringList>("selectors"); // empty: refused
    QTest::newRow("none") << QString() << QStringList();
    QTest::newRow("some") << QStringLiteral("s1, Scan2024;k1._x") << QStringList{QStringLiteral("s1"), QStringLiteral("scan2024"), QStringLiteral("k1._x")};
    QTest::newRow("twice") << QStringLiteral("s1, S1") << QStringList{QStringLiteral("s1")};
    QTest::newRow("a whole name with a dot at its end") << QStringLiteral("s1._domainkey.contoso.com.") << QStringList();
    QTest::newRow("an address") << QStringLiteral("s1@contoso.com") << QStringList();
    QTest::newRow("a label of 64") << QString(64, u'a') << QStringList();
}

void tst_FindingModel::selectorsAreChecked()
{
    QFETCH(QString, typed);
    QFETCH(QStringList, selectors);
    const CheckDraft draft{.selectors = typed};
    QCOMPARE_EQ(selectorsProblem(draft).isEmpty(), typed.isEmpty() || !selectors.isEmpty());
    if (selectorsProblem(draft).isEmpty())
        QCOMPARE_EQ(settingsOf(draft).selectors, selectors);
}

QTEST_MAIN(tst_FindingModel)
#include "tst_FindingModel.moc"
