// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/AnswerText.h"

#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(1795000000s); // 2026-11-18 11:06:40 UTC

using MaybeSeconds = std::optional<std::chrono::seconds>;

} // namespace

class tst_AnswerText : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void waitsAsLongAsItIsTold_data();
    void waitsAsLongAsItIsTold();
    void seesHowDeepJsonIs();
};

void tst_AnswerText::waitsAsLongAsItIsTold_data()
{
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<MaybeSeconds>("expected");
    QTest::newRow("seconds") << QByteArray(" 120 ") << QByteArray() << MaybeSeconds(120s);
    QTest::newRow("none") << QByteArray("0") << QByteArray() << MaybeSeconds(0s);
    QTest::newRow("longer than a day") << QByteArray("999999999") << QByteArray() << MaybeSeconds(24h);
    QTest::newRow("negative") << QByteArray("-5") << QByteArray() << MaybeSeconds();
    QTest::newRow("a number too large for any") << QByteArray("99999999999999999999") << QByteArray() << MaybeSeconds();
    QTest::newRow("missing") << QByteArray() << QByteArray() << MaybeSeconds();
    QTest::newRow("words") << QByteArray("soon") << QByteArray() << MaybeSeconds();
    QTest::newRow("a date by our clock") << QByteArray("Wed, 18 Nov 2026 11:07:40 GMT") << QByteArray()
                                         << MaybeSeconds(60s);
    QTest::newRow("a date by the service's clock, which is an hour behind")
        << QByteArray("Wed, 18 Nov 2026 10:07:40 GMT") << QByteArray("Wed, 18 Nov 2026 10:06:40 GMT")
        << MaybeSeconds(60s);
    QTest::newRow("a date that is over") << QByteArray("Wed, 18 Nov 2026 11:00:00 GMT") << QByteArray()
                                         << MaybeSeconds(0s);
    QTest::newRow("a date of next year") << QByteArray("Thu, 18 Nov 2027 11:00:00 GMT") << QByteArray()
                                         << MaybeSeconds(24h);
}

void tst_AnswerText::waitsAsLongAsItIsTold()
{
    QFETCH(QByteArray, retryAfter);
    QFETCH(QByteArray, date);
    QFETCH(MaybeSeconds, expected);
    QVERIFY(retryAfterOf(retryAfter, date, kNow) == expected);
}

void tst_AnswerText::seesHowDeepJsonIs()
{
    const QByteArray bracketsInText = "{\"a\":[{\"b\":\"\\\"[[[[\"}]}";
    QVERIFY(!isDeeperThan(bracketsInText, 3));
    QVERIFY(isDeeperThan(bracketsInText, 2));
    QVERIFY(isDeeperThan(QByteArray(1'000'000, '['), 100));
    QVERIFY(!isDeeperThan("}}}}{", 1));
}

QTEST_GUILESS_MAIN(tst_AnswerText)
#include "tst_AnswerText.moc"
