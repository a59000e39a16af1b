// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PracticeModel.h"
#include "ui/models/QueueModel.h"
#include "ui/models/TranscriptModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;
using Tester = QAbstractItemModelTester;

class tst_Models : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void transcriptHasAHeadingForEachStageReached();
    void pipelinedCommandsAndTheirRepliesShareAHeading();
    void anExplanationStandsRightUnderTheRefusal();
    void transcriptIsBounded();
    void queueKeepsItsRowsWhileTheIdsStay();
    void practiceMessagesComeNewestFirst();

private:
    static TranscriptLine line(Stage stage, std::chrono::milliseconds at, const QString &text, bool refusal = false);
};

TranscriptLine tst_Models::line(Stage stage, std::chrono::milliseconds at, const QString &text, bool refusal)
{
    return {TranscriptLine::Direction::Received, stage, at, false, refusal, text};
}

void tst_Models::transcriptHasAHeadingForEachStageReached()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.add(line(Stage::Connect, 100ms, QStringLiteral("connected")));
    model.add(line(Stage::Ehlo, 150ms, QStringLiteral("250 one")));
    model.add(line(Stage::Tls, 350ms, QStringLiteral("handshake")));
    model.add(line(Stage::Ehlo, 400ms, QStringLiteral("250 two"))); // again, inside TLS
    QCOMPARE_EQ(model.rowCount(), 4);
    const QModelIndex tls = model.index(2, 0);
    QCOMPARE_EQ(model.rowCount(tls), 1);
    QCOMPARE_EQ(tls.data(TranscriptModel::ShareRole).toDouble(), 0.5);
    QCOMPARE_EQ(model.parent(model.index(0, 0, tls)), tls);
    model.clear();
    QCOMPARE_EQ(model.rowCount(), 0);
}

void tst_Models::pipelinedCommandsAndTheirRepliesShareAHeading()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    for (const Stage stage :
         {Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Quit})
        model.add(line(stage, 10ms, QStringLiteral("x")));
    QCOMPARE_EQ(model.rowCount(), 4);
    for (int section = 0; section < 3; ++section)
        QCOMPARE_EQ(model.rowCount(model.index(section, 0)), 2);
}

void tst_Models::anExplanationStandsRightUnderTheRefusal()
{
    TranscriptModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    model.explainLastRefusal(QStringLiteral("nothing to explain"));
    model.add(line(Stage::Auth, 10ms, QStringLiteral("535 5.7.139 no"), true));
    model.add(line(Stage::Auth, 20ms, QStringLiteral("after it")));
    model.explainLastRefusal(QStringLiteral("The password is wrong."));
    const QModelIndex heading = model.index(0, 0);
    QCOMPARE_EQ(model.rowCount(heading), 3);
    const QModelIndex row = model.index(1, 0, heading);
    QCOMPARE_EQ(row.data().toString(), QStringLiteral("The password is wrong."));
    QCOMPARE_EQ(row.data(TranscriptModel::KindRole).toInt(), static_cast<int>(TranscriptModel::RowKind::Explanation));
    QCOMPARE_EQ(model.lines().size(), 2u);
}

void tst_Models::transcriptIsBounded()
{
    TranscriptModel model;
    for (std::size_t i = 0; i < TranscriptModel::kMaxLines + 7; ++i)
        model.add(line(Stage::Data, 1ms, QStringLiteral("x")));
    QCOMPARE_EQ(model.lines().size(), TranscriptModel::kMaxLines);
    QCOMPARE_EQ(model.dropped(), 7u);
}

void tst_Models::queueKeepsItsRowsWhileTheIdsStay()
{
    QueueModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    QueueEntry entry;
    entry.id = QStringLiteral("1");
    entry.state = QStringLiteral("queued");
    model.setEntries({entry});
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    entry.state = QStringLiteral("deferred");
    model.setEntries({entry});
    QCOMPARE_EQ(resets.count(), 0);
    QCOMPARE_EQ(model.index(0, QueueModel::State).data().toString(), queueStateWord(QStringLiteral("deferred")));
    entry.id = QStringLiteral("2");
    model.setEntries({entry});
    QCOMPARE_EQ(resets.count(), 1);
}

void tst_Models::practiceMessagesComeNewestFirst()
{
    PracticeModel model;
    const Tester tester(&model, Tester::FailureReportingMode::QtTest);
    std::deque<ReceivedMessage> messages(2);
    messages[0].subject = QStringLiteral("first");
    messages[1].subject = QStringLiteral("second");
    model.setMessages(messages);
    QCOMPARE_EQ(model.index(0).data().toString(), QStringLiteral("second"));
    QCOMPARE_EQ(model.message(model.index(1)).subject, QStringLiteral("first"));
}

QTEST_MAIN(tst_Models)
#include "tst_Models.moc"
