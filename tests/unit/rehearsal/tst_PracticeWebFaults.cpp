// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/http/AnswerText.h"
#include "core/rehearsal/PracticeWebFaults.h"

#include <QJsonDocument>
#include <QTest>

using namespace relaywright;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow(std::chrono::seconds(1'800'000'000));

HttpReply json()
{
    return {.fields = {{"Content-Type", "application/json; charset=utf-8"}}, .body = "{\"token_type\":\"Bearer\"}"};
}

PracticeWebFaults faultsOf(const char *words)
{
    PracticeWebFaults faults;
    for (const QString &word : QString::fromLatin1(words).split(u' ', Qt::SkipEmptyParts)) {
        if (const auto added = addWebFault(faults, word); !added)
            qFatal("%s", qPrintable(added.error().detail));
    }
    return faults;
}

QByteArray dateOf(const HttpTurn &turn)
{
    return turn.reply.fields.back().value;
}

} // namespace

class tst_PracticeWebFaults : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatItWrites_data();
    void readsWhatItWrites();
    void takesACodeAsItIsTyped();
    void onlyTheSignInServiceRefusesAndRotates();
    void saysWhatIsPossible_data();
    void saysWhatIsPossible();
    void spoilsAnswers();
    void leavesPagesAlone();
    void datesAnswers();
};

void tst_PracticeWebFaults::readsWhatItWrites_data()
{
    QTest::addColumn<QByteArray>("words");
    for (const char *words : {"", "late=5000ms", "status=503 retry-after=17s", "clock-skew=-600s", "malformed-json",
                              "huge-json drop-in-answer", "token-life=30s new-key-each-token refresh-once",
                              "refuse-sign-in=AADSTS7000222", "refuse-sign-in=AADSTS90055 rotate-key-after=10"})
        QTest::newRow(words) << QByteArray(words);
}

void tst_PracticeWebFaults::readsWhatItWrites()
{
    QFETCH(QByteArray, words);
    const PracticeWebFaults faults = faultsOf(words.constData());
    QCOMPARE_EQ(webFaultWords(faults).join(u' ').toLatin1(), words);
    QCOMPARE_EQ(faults, faultsOf(webFaultWords(faults).join(u' ').toLatin1().constData()));
}

/// People leave the letters away, or do not shout.
void tst_PracticeWebFaults::takesACodeAsItIsTyped()
{
    for (const char *word : {"refuse-sign-in=7000222", "refuse-sign-in=aadsts7000222", "refuse-sign-in=AADSTS7000222"})
        QCOMPARE_EQ(faultsOf(word), (PracticeWebFaults{.refuseSignIn = 7000222}));
}

void tst_PracticeWebFaults::onlyTheSignInServiceRefusesAndRotates()
{
    const PracticeWebFaults faults = faultsOf("late=5s refuse-sign-in=90033 rotate-key-after=3");
    QCOMPARE_EQ(signInFaultWords(faults).join(u' '), QStringLiteral("refuse-sign-in=AADSTS90033 rotate-key-after=3"));
}

void tst_PracticeWebFaults::saysWhatIsPossible_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *word, const char *expected) {
        QTest::newRow(word) << QString::fromLatin1(word) << QString::fromLatin1(expected);
    };
    row("sloth", "\"sloth\" is no fault of a practice service.");
    row("late", "The time of late must be such as 500ms");
    row("late=-5s", "The time of late must be such as 500ms");
    row("late=1h", "The time of late must be such as 500ms");
    row("late=31m", "at most 30m");
    row("clock-skew=1441m", "at most 1440m");
    row("status=404", "status needs one of 429, 500 and 503, not \"404\".");
    row("token-life=500ms", "must be a second at least");
    row("refuse-sign-in", "\"\" is no code of Entra's that is known here. A code looks like AADSTS7000222;");
    row("refuse-sign-in=AADSTS123456", "\"AADSTS123456\" is no code of Entra's that is known here.");
    row("refuse-sign-in=AADSTS70002222", "relaywright-cli rehearse --help lists those known.");
    row("refuse-sign-in=invalid_client", "A code looks like AADSTS7000222");
    row("rotate-key-after", "rotate-key-after needs a number of tokens from 1 to 100000, such as");
    row("rotate-key-after=0", "from 1 to 100000");
    row("rotate-key-after=100001", "not \"100001\".");
    row("rotate-key-after=5s", "not \"5s\".");
    row("malformed-json=x", "is no fault of a practice service.");
}

void tst_PracticeWebFaults::saysWhatIsPossible()
{
    QFETCH(QString, word);
    QFETCH(QString, expected);
    PracticeWebFaults faults;
    const auto added = addWebFault(faults, word);
    QVERIFY(!added);
    QCOMPARE_EQ(added.error().kind, ErrorKind::InvalidInput);
    QVERIFY2(added.error().detail.contains(expected) && added.error().detail.endsWith(u'.'),
             qPrintable(added.error().detail));
    QCOMPARE_EQ(faults, PracticeWebFaults{});
}

void tst_PracticeWebFaults::spoilsAnswers()
{
    QCOMPARE_EQ(turnOf(json(), {}, kNow).reply.body, json().body);
    QVERIFY(!turnOf(json(), {}, kNow).cutAfter);
    QCOMPARE_EQ(turnOf(json(), faultsOf("late=5s"), kNow).wait, 5s);
    const HttpTurn malformed = turnOf(json(), faultsOf("malformed-json"), kNow);
    QVERIFY(json().body.startsWith(malformed.reply.body) && QJsonDocument::fromJson(malformed.reply.body).isNull());
    const QByteArray huge = turnOf(json(), faultsOf("huge-json"), kNow).reply.body;
    QVERIFY(huge.size() > 2'000'000 && QJsonDocument::fromJson(huge).isObject());
    const HttpTurn dropped = turnOf(json(), faultsOf("drop-in-answer"), kNow);
    const QByteArray wire = toWire(dropped.reply, false);
    QVERIFY(*dropped.cutAfter > wire.indexOf("\r\n\r\n") && *dropped.cutAfter < wire.size());
    // An answer without content is cut in its header.
    const HttpTurn bare = turnOf({.status = 202}, faultsOf("drop-in-answer"), kNow);
    QVERIFY(*bare.cutAfter < toWire(bare.reply, false).size());
}

void tst_PracticeWebFaults::leavesPagesAlone()
{
    const HttpReply page{.fields = {{"Content-Type", "text/html; charset=utf-8"}}, .body = "<html></html>"};
    const HttpTurn turn = turnOf(page, faultsOf("malformed-json huge-json drop-in-answer late=1s"), kNow);
    QCOMPARE_EQ(turn.reply.body, page.body);
    QVERIFY(!turn.cutAfter && turn.wait == 1s);
}

void tst_PracticeWebFaults::datesAnswers()
{
    QCOMPARE_EQ(httpDateOf(TimePoint(std::chrono::seconds(784111777))), QByteArray("Sun, 06 Nov 1994 08:49:37 GMT"));
    QCOMPARE_EQ(httpDate(dateOf(turnOf(json(), {}, kNow))), std::optional(kNow));
    QCOMPARE_EQ(httpDate(dateOf(turnOf(json(), faultsOf("clock-skew=-10m"), kNow))),
                std::optional<TimePoint>(kNow - 10min));
}

QTEST_GUILESS_MAIN(tst_PracticeWebFaults)
#include "tst_PracticeWebFaults.moc"
