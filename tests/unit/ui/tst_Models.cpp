// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/PracticeModel.h"
#include "ui/models/QueueModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace relaywright;
using Tester = QAbstractItemModelTester;

class tst_Models : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void queueKeepsItsRowsWhileTheIdsStay();
    void practiceMessagesComeNewestFirst();
};

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
