// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/PrivateFile.h"
#include "ui/engine/TestHistory.h"
#include "ui/engine/TestVerdict.h"
#include "ui/models/RunCompareModel.h"
#include "ui/models/SeriesModel.h"
#include "ui/models/TableFilter.h"
#include "ui/views/LadderPanel.h"
#include "ui/views/SenderPicker.h"
#include "ui/widgets/RowDelegate.h"

#include <QAbstractItemModelTester>
#include <QDir>

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;
using Tester = QAbstractItemModelTester;

/// What the Test page shows besides the conversation: series, comparison, ladder, senders, earlier tests.
class tst_TestModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void repeatedTestsShareARowAndShowTheWorst();
    void resultsStayWhileTheSenderStays();
    void aCancelledSeriesLeavesNothingWaiting();
    void theTableIsFilteredByWordsAndResult();
    void theTableIsCopiedWithItsHeadings();
    void differingSettingsStandBeforeTheSteps();
    void onlyWhatDiffersIsShown();
    void tenThousandSendersAreFilteredByWords();
    void theLadderShowsEveryRungBeforeItIsClimbed();
    void testsAreKeptForEachSenderAndTheOldestGiveWay();
    void keptTestsOfAllSendersAreListedWithTheirEnd();
    void aKeptTestIsForItsOwnerOnly();
    void theTraceIsOfferedForWhatWasTaken();
    void aTestThatStoppedAsAskedIsGood();

private:
    static SeriesModel::Row row(const char *id)
    {
        return {QString::fromLatin1(id),
                QString::fromLatin1(id).toUpper(),
                QStringLiteral("%1@contoso.com").arg(QLatin1String(id)),
                QStringLiteral("mx.example:25"),
                {}};
    }
    static TestRecord record(const char *sender, std::chrono::seconds at = 0s)
    {
        TestRecord record{.request = {.connection = {.server = {*Host::parse(QStringLiteral("mx.example")), 25}},
                                      .message = {.from = *EmailAddress::parse(QStringLiteral("a@contoso.com"))}},
                          .startedAt = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(9, 0), Qt::UTC)) + at};
        record.request.envelope = {record.request.message.from, {record.request.message.from}};
        record.request.senderId = QString::fromLatin1(sender);
        record.messageId = QStringLiteral("<it's@contoso.com>");
        return record;
    }
};

void tst_TestModels::repeatedTestsShareARowAndShowTheWorst()
{
    SeriesModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.setRows({row("one"), row("two")});
    model.begin({QStringLiteral("one")}, 3);
    model.setRunning(QStringLiteral("one"));
    model.addResult(QStringLiteral("one"), Verdict::Good, QStringLiteral("taken"), 100ms);
    model.addResult(QStringLiteral("one"), Verdict::Wrong, QStringLiteral("refused"), 200ms);
    const QModelIndex result = model.index(0, SeriesModel::ResultColumn);
    QCOMPARE_EQ(result.data().toString(), QStringLiteral("2 of 3"));
    model.addResult(QStringLiteral("one"), Verdict::Good, QStringLiteral("taken"), 300ms);
    QCOMPARE_EQ(result.data().toString(), QStringLiteral("2 of 3 good"));
    QCOMPARE_EQ(model.sentenceOf(result), QStringLiteral("refused"));
    QCOMPARE_EQ(result.data(SeriesModel::VerdictRole).toInt(), static_cast<int>(Verdict::Wrong));
    QCOMPARE_EQ(model.index(1, 0).data(SeriesModel::VerdictRole).toInt(), -1);
    model.addResult(QStringLiteral("unknown"), Verdict::Good, {}, 1ms); // a sender that was taken away
    QCOMPARE_EQ(model.count(Verdict::Wrong), 1);
}

void tst_TestModels::resultsStayWhileTheSenderStays()
{
    SeriesModel model;
    model.setRows({row("one"), row("two")});
    model.begin({QStringLiteral("two")}, 1);
    model.addResult(QStringLiteral("two"), Verdict::Good, QStringLiteral("taken"), 100ms);
    model.setRows({row("two"), row("three")});
    QCOMPARE_EQ(model.index(0, 0).data(SeriesModel::VerdictRole).toInt(), static_cast<int>(Verdict::Good));
    QCOMPARE_EQ(model.index(1, 0).data(SeriesModel::VerdictRole).toInt(), -1);
}

void tst_TestModels::aCancelledSeriesLeavesNothingWaiting()
{
    SeriesModel model;
    model.setRows({row("one"), row("two")});
    model.begin({QStringLiteral("one"), QStringLiteral("two")}, 2);
    model.addResult(QStringLiteral("one"), Verdict::Good, QStringLiteral("taken"), 100ms);
    model.stop();
    QCOMPARE_EQ(model.index(0, SeriesModel::ResultColumn).data().toString(), QStringLiteral("1 of 1 good"));
    QCOMPARE_EQ(model.index(1, SeriesModel::ResultColumn).data().toString(), QStringLiteral("not tested"));
}

void tst_TestModels::theTableIsFilteredByWordsAndResult()
{
    SeriesModel model;
    TableFilter filter(SeriesModel::VerdictRole, SeriesModel::SortRole);
    filter.setSourceModel(&model);
    model.setRows({row("scanner"), row("printer"), row("erp")});
    model.begin({QStringLiteral("erp")}, 1);
    model.addResult(QStringLiteral("erp"), Verdict::Wrong, QStringLiteral("the printer is not meant"), 1ms);
    filter.setWords(QStringLiteral("printer"));
    QCOMPARE_EQ(filter.rowCount(), 2);
    filter.setKind(static_cast<int>(Verdict::Wrong));
    QCOMPARE_EQ(filter.rowCount(), 1);
    filter.setWords({});
    filter.setKind({});
    filter.sort(SeriesModel::ResultColumn);
    QCOMPARE_EQ(filter.index(0, SeriesModel::SenderColumn).data().toString(), QStringLiteral("ERP"));
}

void tst_TestModels::theTableIsCopiedWithItsHeadings()
{
    SeriesModel model;
    model.setRows({row("one")});
    const QStringList lines = model.toText().split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE_EQ(lines.size(), 2);
    QCOMPARE_EQ(lines[0].split(u'\t').size(), static_cast<qsizetype>(SeriesModel::ColumnCount));
    QVERIFY2(lines[1].contains(QStringLiteral("one@contoso.com")), qPrintable(lines[1]));
}

void tst_TestModels::differingSettingsStandBeforeTheSteps()
{
    RunCompareModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    RunComparison comparison;
    comparison.facts = {{QStringLiteral("Server"), QStringLiteral("a:25"), QStringLiteral("b:25")}};
    comparison.rows = {{CompareRow::Kind::Same,
                        Stage::Ehlo,
                        QStringLiteral("EHLO x"),
                        QStringLiteral("250 ok"),
                        QStringLiteral("EHLO x"),
                        QStringLiteral("250 ok"),
                        {}},
                       {CompareRow::Kind::OnlyRight,
                        Stage::Tls,
                        {},
                        {},
                        QStringLiteral("STARTTLS"),
                        QStringLiteral("220 go"),
                        QStringLiteral("Only the right one encrypts.")}};
    model.setComparison(comparison);
    QCOMPARE_EQ(model.rowCount(), 3);
    QCOMPARE_EQ(model.differences(), 2);
    QCOMPARE_EQ(model.index(0, RunCompareModel::StageColumn).data().toString(), QStringLiteral("Server"));
    QCOMPARE_EQ(model.index(2, RunCompareModel::RightColumn).data().toString(), QStringLiteral("▶ STARTTLS\n◀ 220 go"));
    QCOMPARE_EQ(model.index(2, RunCompareModel::MarkColumn).data().toString(), QStringLiteral("only right"));
    QVERIFY(model.index(2, 0)
                .data(Qt::AccessibleTextRole)
                .toString()
                .contains(QStringLiteral("Only the right one encrypts.")));
}

void tst_TestModels::onlyWhatDiffersIsShown()
{
    RunCompareModel model;
    RunComparison comparison;
    comparison.rows = {
        {.kind = CompareRow::Kind::Same}, {.kind = CompareRow::Kind::Differs}, {.kind = CompareRow::Kind::Same}};
    model.setComparison(comparison);
    model.setOnlyDifferences(true);
    QCOMPARE_EQ(model.rowCount(), 1);
    model.setOnlyDifferences(false);
    QCOMPARE_EQ(model.rowCount(), 3);
}

void tst_TestModels::tenThousandSendersAreFilteredByWords()
{
    Site site;
    for (int i = 0; i < 10'000; ++i) {
        Sender sender;
        sender.id = QStringLiteral("device-%1").arg(i);
        sender.name = QStringLiteral("Device %1, hall-%2").arg(i).arg(i % 7);
        site.senders.push_back(sender);
    }
    SenderChoices choices;
    choices.setSite(site, {});
    choices.setWords(QStringLiteral("HALL-3 device"));
    QCOMPARE_EQ(choices.rowCount(), 10'000 / 7 + 1);
    QCOMPARE_EQ(choices.nameOf(QStringLiteral("device-3")), QStringLiteral("Device 3, hall-3"));
    QVERIFY(choices.nameOf(QStringLiteral("nobody")).isEmpty());
}

void tst_TestModels::theLadderShowsEveryRungBeforeItIsClimbed()
{
    LadderModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QCOMPARE_EQ(model.rowCount(), static_cast<int>(probeRungIds().size()));
    QCOMPARE_EQ(model.index(0).data(SymbolRole).toString(), QStringLiteral("○"));
    model.set({.id = QStringLiteral("tcp"),
               .state = ProbeRung::State::Failed,
               .seen = QStringLiteral("refused"),
               .detail = QStringLiteral("Nothing listens."),
               .elapsed = 20ms});
    const QModelIndex tcp = model.index(static_cast<int>(probeRungIds().indexOf(QStringLiteral("tcp"))));
    QCOMPARE_EQ(tcp.data(SymbolRole).toString(), QStringLiteral("✕"));
    QCOMPARE_EQ(tcp.data(LadderModel::DetailRole).toString(), QStringLiteral("refused\n\nNothing listens."));
    model.clear();
    QCOMPARE_EQ(tcp.data(SymbolRole).toString(), QStringLiteral("○"));
}

void tst_TestModels::testsAreKeptForEachSenderAndTheOldestGiveWay()
{
    const QTemporaryDir folder;
    const TestHistory history(folder.filePath(QStringLiteral("tests")));
    const QString site = QStringLiteral("site");
    for (int i = 0; i < 25; ++i)
        QVERIFY(history.keep(site, record("scanner", std::chrono::seconds(i))));
    QVERIFY(history.keep(site, record("../erp")));
    const auto kept = history.moments(site, QStringLiteral("scanner"));
    QCOMPARE_EQ(kept.size(), TestHistory::kMostRecords);
    QCOMPARE_EQ(kept.front().toUTC().time(), QTime(9, 0, 24));
    const auto back = history.record(site, QStringLiteral("scanner"), kept.front());
    QVERIFY2(back, back ? "" : qPrintable(back.error().detail));
    QCOMPARE_EQ(toJson(*back), toJson(record("scanner", 24s)));
    QCOMPARE_EQ(history.moments(site, QStringLiteral("../erp")).size(), 1u);
    QVERIFY(history.moments(QStringLiteral("other"), QStringLiteral("scanner")).empty());
    QCOMPARE_EQ(history.record(site, QStringLiteral("scanner"), kept.front().addDays(1)).error().kind,
                ErrorKind::NotFound);
    QVERIFY(TestHistory({}).keep(site, record("scanner")));
    QVERIFY(TestHistory({}).moments(site, QStringLiteral("scanner")).empty());
}

void tst_TestModels::keptTestsOfAllSendersAreListedWithTheirEnd()
{
    const QTemporaryDir folder;
    const TestHistory history(folder.filePath(QStringLiteral("tests")));
    const QString site = QStringLiteral("site");
    TestRecord refused = record("erp", 1s);
    refused.transaction.reset();
    refused.finish.outcome = Outcome::RefusedByServer;
    refused.finish.stage = Stage::Mail;
    refused.finish.reply = Reply{550, {"5.7.60 SMTP; Client does not have permissions to send as this sender"}};
    TestRecord stopped = record("", 2s);
    stopped.transaction.reset();
    stopped.finish.outcome = Outcome::StoppedAsAsked;
    TestRecord taken = record("scanner");
    taken.transaction = TransactionResult{.outcome = Outcome::Accepted};
    QVERIFY(history.keep(site, taken));
    QVERIFY(history.keep(site, refused));
    QVERIFY(history.keep(site, stopped));
    QVERIFY(history.keep(QStringLiteral("other"), record("other")));
    const auto tests = history.newest(site, 10);
    QCOMPARE_EQ(tests.size(), 3u);
    QCOMPARE_EQ(tests[0].senderId, QString());
    QCOMPARE_EQ(tests[0].end, QStringLiteral("stopped as asked"));
    QCOMPARE_EQ(tests[1].senderId, QStringLiteral("erp"));
    QCOMPARE_EQ(tests[1].end, QStringLiteral("refused: 550 5.7.60"));
    QCOMPARE_EQ(tests[2].end, QStringLiteral("accepted"));
    QVERIFY(history.record(site, tests[1].senderId, tests[1].when));
    QCOMPARE_EQ(history.newest(site, 1).size(), 1u);
    QCOMPARE_EQ(history.keptOf(site, QStringLiteral("erp")).size(), 1u);
    QVERIFY(TestHistory({}).newest(site, 10).empty());
}

void tst_TestModels::aKeptTestIsForItsOwnerOnly()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.json"));
    QVERIFY(writeRecordFile(path, record("scanner")));
    QVERIFY(!(QFileInfo(path).permissions()
              & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther)));
    QVERIFY(readRecordFile(path));
    QVERIFY(writePrivateFile(path, "no record"));
    const auto broken = readRecordFile(path);
    QVERIFY(!broken);
    QVERIFY2(broken.error().detail.contains(QDir::toNativeSeparators(path)), qPrintable(broken.error().detail));
}

void tst_TestModels::theTraceIsOfferedForWhatWasTaken()
{
    TestRecord taken = record("scanner");
    QVERIFY(messageTraceCommand([&taken] {
                TestRecord refused = taken;
                refused.finish.outcome = Outcome::RefusedByServer;
                return refused;
            }())
                .isEmpty());
    taken.transaction =
        TransactionResult{.outcome = Outcome::Accepted, .recipients = {{taken.request.message.from, {}, true}}};
    const QString trace = QStringLiteral("Get-MessageTraceV2 -MessageId '<it''s@contoso.com>' -StartDate "
                                         "'2026-11-22T08:00:00Z' -EndDate '2026-11-24T09:00:00Z'");
    QCOMPARE_EQ(messageTraceCommand(taken), trace);
    // Sent whole, and no answer: it decides.
    TestRecord doubtful = taken;
    doubtful.transaction->outcome = doubtful.finish.outcome = Outcome::ConnectionLost;
    doubtful.transaction->stage = doubtful.finish.stage = Stage::Data;
    QVERIFY(messageTraceCommand(doubtful).isEmpty());
    doubtful.transaction->inDoubt = true;
    QCOMPARE_EQ(messageTraceCommand(doubtful), trace);
    const TestVerdict verdict = judge(doubtful, contextOf(doubtful, {}, {}, doubtful.startedAt), Knowledge::builtIn());
    QVERIFY2(verdict.sentence.contains(QStringLiteral("message trace")), qPrintable(verdict.sentence));
}

void tst_TestModels::aTestThatStoppedAsAskedIsGood()
{
    TestRecord stopped = record("scanner");
    stopped.request.connection.smtp.stopAfter = Stage::Auth;
    stopped.finish = {.outcome = Outcome::StoppedAsAsked, .stage = Stage::Auth};
    const TestVerdict verdict = judge(stopped, contextOf(stopped, {}, {}, stopped.startedAt), Knowledge::builtIn());
    QCOMPARE_EQ(verdict.verdict, Verdict::Good);
    QVERIFY2(verdict.sentence.contains(QStringLiteral("Sign-in")), qPrintable(verdict.sentence));
    QVERIFY(!verdict.diagnosis);
}

QTEST_MAIN(tst_TestModels)
#include "tst_TestModels.moc"
