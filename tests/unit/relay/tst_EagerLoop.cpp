// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/relay/EagerLoop.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QTest>
#include <QTimer>

using namespace relaywright;

/// "About to block" and still looking means that the loop comes round at once; not looking, that it sleeps.
class tst_EagerLoop : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void looksBehindEachBurstAndThenSleeps();
    void keepsLookingWhileThereIsNews();
    void neverLooksOnOneProcessor();

private:
    /// Until the loop goes to sleep; how often it came round before.
    static int roundsUntilItSleeps(const EagerLoop &eager);
    void onNews();

    int m_news = 0;
};

void tst_EagerLoop::onNews()
{
    if (++m_news < 1000)
        QTimer::singleShot(0, this, &tst_EagerLoop::onNews);
}

int tst_EagerLoop::roundsUntilItSleeps(const EagerLoop &eager)
{
    int rounds = 0;
    QEventLoop loop;
    const auto watch =
        connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &loop, [&] {
            if (eager.isLooking())
                ++rounds;
            else
                loop.quit(); // before the loop sleeps, and wakes it
        });
    loop.exec();
    disconnect(watch);
    return rounds;
}

void tst_EagerLoop::looksBehindEachBurstAndThenSleeps()
{
    const EagerLoop eager(2);
    for (int burst = 0; burst < 3; ++burst) {
        QMetaObject::invokeMethod(
            this, [] {}, Qt::QueuedConnection);
        QVERIFY(roundsUntilItSleeps(eager) > 0);
        QVERIFY(!eager.isLooking());
    }
}

void tst_EagerLoop::keepsLookingWhileThereIsNews()
{
    const EagerLoop eager(2);
    m_news = 0;
    onNews();
    (void)roundsUntilItSleeps(eager);
    QCOMPARE(m_news, 1000);
}

void tst_EagerLoop::neverLooksOnOneProcessor()
{
    const EagerLoop eager(1);
    QMetaObject::invokeMethod(
        this, [] {}, Qt::QueuedConnection);
    QCOMPARE(roundsUntilItSleeps(eager), 0);
}

int main(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1"); // as the relay's own program has it: posted events come before the loop would sleep
    QCoreApplication application(argc, argv);
    tst_EagerLoop test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_EagerLoop.moc"
