// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/rehearsal/PracticeQuotas.h"

using namespace relaywright;
using namespace std::chrono_literals;

class tst_PracticeQuotas : public QObject {
    Q_OBJECT

    static PracticeLimits submission() { return limitsOf(PracticeMethod::ClientSubmission, Knowledge::builtIn()); }

private Q_SLOTS:
    void thirtyMessagesAMinuteGoThroughAndTheRestWaits()
    {
        PracticeQuotas quotas(submission());
        for (int i = 0; i < 30; ++i)
            QCOMPARE_EQ(quotas.takeTurn(QStringLiteral("a@contoso.com"), m_now), 0ms);
        QCOMPARE_EQ(quotas.takeTurn(QStringLiteral("A@contoso.com"), m_now + 10s), 50s);
        QCOMPARE_EQ(quotas.takeTurn(QStringLiteral("b@contoso.com"), m_now + 10s), 0ms);
        QCOMPARE_EQ(quotas.takeTurn(QStringLiteral("a@contoso.com"), m_now + 61s), 0ms);
    }

    void theDayHoldsTenThousandRecipients()
    {
        PracticeQuotas quotas(submission());
        const auto mailbox = QStringLiteral("a@contoso.com");
        for (int i = 0; i < 20; ++i)
            quotas.count(mailbox, 499, m_now + i * 1h);
        QVERIFY(!quotas.isOverDay(mailbox, 20, m_now + 20h));
        QVERIFY(quotas.isOverDay(mailbox, 21, m_now + 20h));
        QVERIFY(!quotas.isOverDay(mailbox, 500, m_now + 25h)); // the first hours are over a day old
    }

    void azureRefusesBeyondMinuteAndHour()
    {
        PracticeQuotas quotas(limitsOf(PracticeMethod::AzureCommunicationServices, Knowledge::builtIn()));
        const auto user = QStringLiteral("resource|application|tenant");
        for (int i = 0; i < 30; ++i) {
            QVERIFY(!quotas.isOverRate(user, m_now));
            quotas.count(user, 1, m_now);
        }
        QVERIFY(quotas.isOverRate(user, m_now + 30s));
        QVERIFY(!quotas.isOverRate(user, m_now + 61s));
        for (int i = 0; i < 70; ++i)
            quotas.count(user, 1, m_now + 2min + i * 10s);
        QVERIFY(quotas.isOverRate(user, m_now + 30min));
        QVERIFY(!quotas.isOverRate(user, m_now + 80min));
        QCOMPARE_EQ(quotas.takeTurn(user, m_now), 0ms);
    }

    void threeConnectionsOfAMailbox()
    {
        PracticeQuotas quotas(submission());
        const auto mailbox = QStringLiteral("a@contoso.com");
        for (quint64 id = 1; id <= 4; ++id)
            quotas.connected(mailbox, id);
        quotas.connected(QStringLiteral("b@contoso.com"), 5);
        QVERIFY(!quotas.isOneTooMany(mailbox, 3));
        QVERIFY(quotas.isOneTooMany(mailbox, 4));
        QVERIFY(!quotas.isOneTooMany(QStringLiteral("b@contoso.com"), 5));
        quotas.disconnected(1);
        QVERIFY(!quotas.isOneTooMany(mailbox, 4));
    }

    void whatIsCountedStaysBounded()
    {
        PracticeQuotas quotas(submission());
        const auto mailbox = QStringLiteral("a@contoso.com");
        for (int i = 0; i < 50'000; ++i)
            quotas.count(mailbox, 1, m_now + i * 1s);
        QVERIFY(quotas.isOverDay(mailbox, 0, m_now + 50'000s)); // nothing was lost by merging
        for (quint32 i = 0; i < 5000; ++i)
            QVERIFY(quotas.isPutOff(IpAddress::fromV4(0x0a000000 + i), 5min, m_now + i * 1ms));
    }

private:
    const TimePoint m_now = fromDateTime(QDateTime(QDate(2026, 11, 22), QTime(8, 0), Qt::UTC));
};

QTEST_GUILESS_MAIN(tst_PracticeQuotas)
#include "tst_PracticeQuotas.moc"
